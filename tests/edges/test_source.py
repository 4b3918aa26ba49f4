"""Kafka in, against the embedded broker: what a poll brings, and what a failure never loses."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.errors import KafkaError

from bridge.backlog import Backlog
from bridge.config.kafka import Kafka, LostOffsets
from bridge.errors import Fault, GroupTrouble, KafkaFault, OffsetsLost, PollFailed
from bridge.intake import Intake
from bridge.job import Job
from bridge.kafka.commits import COMMIT_CHARACTERS, parts
from bridge.kafka.dead_letter import DeadLetterTopic
from bridge.kafka.source import KafkaSource
from bridge.ledger import Ledger
from bridge.losses import Losses
from bridge.metrics import Metrics
from bridge.model import Commit, Kind, Partition, Route, Service
from tests.edges.embedded import (
    AHEAD_BYTES,
    PARTITIONS,
    READ_SECONDS,
    Broker,
    connected,
    joined,
    owning,
    read,
    running_broker,
)
from tests.edges.wire import until
from tests.flow.turns import QueuedLanes

COUNT = 300


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        yield broker


_numbers = iter(range(1000))


@pytest.fixture
def topic(broker: Broker) -> str:
    """A topic with `COUNT` records in each partition."""
    topic = f"topic-{next(_numbers)}"
    for number in range(PARTITIONS):
        broker.write(topic, [b"%d" % at for at in range(COUNT)], partition=number)
    return topic


@pytest.fixture
def kafka(broker: Broker, topic: str) -> Kafka:
    return Kafka(bootstrap_servers=broker.address, group_id=f"group-of-{topic}")


def partitions_of(topic: str) -> list[Partition]:
    return [Partition(topic, number) for number in range(PARTITIONS)]


async def test_a_record_is_what_was_written(broker: Broker) -> None:
    topic = "with-headers"
    headers: list[tuple[str, bytes | None]] = [("a", b"\xff"), ("a", None), ("b", b"")]
    before = int(time.time() * 1000)
    broker.write(topic, [b"\x00\xff", b""], headers=headers)
    kafka = Kafka(bootstrap_servers=broker.address, group_id="headers")
    async with owning(kafka, topic) as (source, [first, *_]):
        records = await read(source, first, 2)

    assert [record.value for record in records] == [b"\x00\xff", b""]
    assert [record.offset for record in records] == [0, 1]
    assert records[0].key == b"key"
    assert records[0].headers == tuple(headers)
    assert before <= records[0].timestamp_ms <= before + 60_000


async def test_a_poll_brings_records_of_the_named_partitions_alone(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, [first, second, *_]):
        for wanted in (first, second):
            records = await read(source, wanted, COUNT)
            assert [record.offset for record in records] == list(range(COUNT))
            assert {record.partition for record in records} == {wanted}


async def test_a_poll_brings_no_more_than_its_limit_and_the_next_goes_on(
    kafka: Kafka, topic: str
) -> None:
    offsets: list[int] = []
    async with owning(kafka, topic) as (source, [first, *_]):
        while len(offsets) < COUNT:
            poll = await source.poll([first], limit=7, seconds=READ_SECONDS)
            records = poll.records.get(first, [])
            assert len(records) <= 7
            offsets += [record.offset for record in records]

    assert offsets == list(range(COUNT))


async def test_a_poll_of_nobody_brings_nothing_and_leaves_what_was_fetched(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, partitions):
        buffers = source._consumer._fetcher._records
        await until(lambda: len(buffers) == PARTITIONS)
        before = dict(buffers)
        for _ in range(5):
            poll = await source.poll([], limit=500, seconds=0.02)
            assert not poll.records
            assert not poll.positions

        assert dict(buffers) == before
        for partition in partitions:
            assert len(await read(source, partition, COUNT)) == COUNT


async def test_a_poll_that_waits_for_others_comes_back_when_it_is_woken(
    kafka: Kafka, topic: str
) -> None:
    """Whatever was fetched of a partition that it does not ask for stays where it is."""
    async with owning(kafka, topic) as (source, [first, second, *_]):
        await read(source, first, COUNT)
        waiting = asyncio.create_task(source.poll([first], limit=1, seconds=60))
        await asyncio.sleep(0.3)
        assert not waiting.done()

        source.wake()

        poll = await asyncio.wait_for(waiting, 5)
        assert not poll.records
        assert poll.positions == {first: COUNT}
        assert len(await read(source, second, COUNT)) == COUNT


async def test_a_poll_that_waits_comes_back_with_what_is_written_then(
    broker: Broker, kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic, start=COUNT) as (source, [first, *_]):
        waiting = asyncio.create_task(source.poll([first], limit=1, seconds=60))
        await asyncio.sleep(0.3)
        broker.write(topic, [b"late"], partition=first.number)

        poll = await asyncio.wait_for(waiting, 5)

    assert [record.value for record in poll.records[first]] == [b"late"]


async def test_nobody_is_left_waiting_by_a_poll_that_was_cancelled(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic, start=COUNT) as (source, partitions):
        waiting = asyncio.create_task(source.poll(partitions, limit=1, seconds=60))
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.wait({waiting})
        source.wake()

        assert not source._consumer._fetcher._fetch_waiters


async def test_a_partition_counts_as_fetched_until_a_poll_has_brought_all_of_it(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, [first, second, *_]):
        await until(lambda: {first, second} <= set(source.fetched()))
        await source.poll([first], limit=1, seconds=READ_SECONDS)
        assert first in source.fetched()

        await read(source, first, COUNT - 1)
        assert not (await source.poll([first], limit=1, seconds=READ_SECONDS)).records

        assert first not in source.fetched()
        assert second in source.fetched()


@pytest.mark.slow
async def test_polls_of_nobody_keep_the_membership(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with joined(kafka, topic) as (source, membership):
        assert membership.partitions == set(partitions_of(topic))
        coordinator = source._consumer._coordinator
        monkeypatch.setattr(coordinator, "_max_poll_interval", 0.5)
        ends = time.monotonic() + 1.5
        while time.monotonic() < ends:
            await source.poll([], limit=1, seconds=0.1)

        assert membership.joined.is_set()
        await source.commit({Partition(topic, 0): Commit(1)})


async def test_a_poll_says_where_it_stands_in_a_partition_that_brought_nothing(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic, start=COUNT) as (source, partitions):
        poll = await source.poll(partitions, limit=500, seconds=READ_SECONDS)

    assert not poll.records
    assert poll.positions == dict.fromkeys(partitions, COUNT)


async def test_a_poll_says_where_it_stands_behind_what_it_brought(kafka: Kafka, topic: str) -> None:
    async with owning(kafka, topic) as (source, [first, *_]):
        await until(lambda: first in source.fetched())
        poll = await source.poll([first], limit=7, seconds=0)

    assert len(poll.records[first]) == 7
    assert poll.positions == {first: 7}


async def test_a_partition_that_is_not_owned_has_no_position_and_costs_nothing(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, _):
        began = time.monotonic()
        poll = await source.poll([Partition("elsewhere", 0)], limit=1, seconds=0.1)
        source.seek(Partition("elsewhere", 0), 5)

    assert not poll.records
    assert not poll.positions
    assert time.monotonic() - began < 2


async def test_reading_goes_on_where_it_was_sent(kafka: Kafka, topic: str) -> None:
    async with owning(kafka, topic) as (source, [first, *_]):
        await read(source, first, COUNT)
        source.seek(first, 200)

        records = await read(source, first, 100)

    assert [record.offset for record in records] == list(range(200, COUNT))


async def test_without_an_offset_nothing_is_read_and_no_position_is_chosen(
    kafka: Kafka, topic: str
) -> None:
    """Neither the first record nor the end: that is for `kafka.start_from` to say."""
    async with connected(kafka, topic) as source:
        places = [TopicPartition(*partition) for partition in partitions_of(topic)]
        source._consumer.assign(places)
        for _ in range(3):
            with suppress(PollFailed):
                poll = await source.poll(partitions_of(topic), limit=9, seconds=READ_SECONDS)
                assert not poll.records
                assert not poll.positions

        assert await source.committed(set(partitions_of(topic))) == {}


async def test_an_offset_that_the_topic_does_not_hold_is_told_and_not_jumped_over(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, [first, *_]):
        source.seek(first, COUNT + 1000)
        for _ in range(2):
            with pytest.raises(OffsetsLost):
                await read(source, first, 1)


async def test_what_is_committed_is_what_the_next_member_is_told(kafka: Kafka, topic: str) -> None:
    first, second, *_ = partitions_of(topic)
    commits = {first: Commit(7, "a map"), second: Commit(0)}
    async with joined(kafka, topic) as (source, _):
        await source.commit(commits)
    async with connected(kafka, topic) as source:
        assert await source.committed(set(partitions_of(topic))) == commits


async def test_edges_are_the_first_offset_and_the_next(kafka: Kafka, topic: str) -> None:
    partitions = set(partitions_of(topic))
    async with connected(kafka, topic) as source:
        assert await source.edges(partitions, latest=False) == dict.fromkeys(partitions, 0)
        assert await source.edges(partitions, latest=True) == dict.fromkeys(partitions, COUNT)


@pytest.mark.parametrize("characters", [0, 1, 4096])
def test_a_large_commit_is_split_and_says_the_same(characters: int) -> None:
    commits = {
        Partition("t" * 200, number): Commit(number, "x" * characters) for number in range(1000)
    }

    requests = list(parts(commits))

    together = [(tp, at) for part in requests for tp, at in part.items()]
    assert {Partition(*tp): Commit(at.offset, at.metadata) for tp, at in together} == commits
    assert len(together) == len(commits), "one stands in two requests"
    most = max(sum(len(at.metadata) for at in part.values()) for part in requests)
    assert most <= COMMIT_CHARACTERS


class Line:
    """The reading side as it is in the bridge, with nobody who delivers."""

    def __init__(self, source: KafkaSource, topic: str) -> None:
        self.ledger = Ledger()
        metrics = Metrics()
        route = Route(topic, Service("DEMO", Kind.BEHAVIOR))
        self.intake = Intake(
            {topic: route},
            source,
            self.ledger,
            QueuedLanes[Job]().lanes,
            Backlog(high=100_000, low=1, size=1 << 30),
            Losses(source, self.ledger, {topic: route}, metrics, policy=LostOffsets.HALT),
            metrics,
            held=lambda _: False,
            clock=time.monotonic,
            wall_clock=time.time,
        )
        for partition in partitions_of(topic):
            self.ledger.open(partition, Commit(0))
        self.intake.open()


@asynccontextmanager
async def line(kafka: Kafka, topic: str) -> AsyncIterator[Line]:
    async with owning(kafka, topic) as (source, _):
        found = Line(source, topic)
        running = asyncio.create_task(found.intake.run())
        try:
            yield found
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def test_records_that_a_failing_poll_had_passed_are_read_again(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fetcher moves the position first; what it then raises takes the records with it."""
    genuine: Callable[..., Any] = Fetcher.fetched_records
    swallowed = 0

    async def failing(*arguments: Any, **named: Any) -> Any:
        nonlocal swallowed
        drained = await genuine(*arguments, **named)
        if drained and swallowed < COUNT:
            swallowed += sum(map(len, drained.values()))
            raise ValueError("a batch that does not decode")
        return drained

    monkeypatch.setattr(Fetcher, "fetched_records", failing)
    async with line(kafka, topic) as reading:
        await until(lambda: reading.ledger.records >= PARTITIONS * COUNT, seconds=20)
        await asyncio.sleep(READ_SECONDS)

        assert swallowed >= COUNT
        for book in reading.ledger.books:
            assert (book.records, book.next_offset) == (COUNT, COUNT), book


async def test_one_partition_that_cannot_be_read_does_not_hold_up_the_others(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine: Callable[..., Any] = Fetcher.fetched_records
    broken = Partition(topic, 0)

    async def failing(*arguments: Any, **named: Any) -> Any:
        drained = await genuine(*arguments, **named)
        if broken in drained:
            raise ValueError("a batch that does not decode")
        return drained

    monkeypatch.setattr(Fetcher, "fetched_records", failing)
    async with line(kafka, topic) as reading:
        await until(lambda: reading.ledger.records >= 3 * COUNT, seconds=20)

        assert reading.ledger[broken].next_offset == 0
        assert reading.ledger[broken].lowest == 0


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """Takes connections and never says anything, as a frozen broker does."""
    ending = asyncio.Event()

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ending.wait()
        writer.transport.abort()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        ending.set()
        server.close()
        await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_broker_that_never_answers_is_given_up_in_bounded_time() -> None:
    async with silent_server() as address:
        kafka = Kafka(bootstrap_servers=address)
        began = time.monotonic()
        before = asyncio.all_tasks()

        async def try_to(part: KafkaSource | DeadLetterTopic) -> float:
            with pytest.raises(KafkaFault):
                await part.connect()
            told = time.monotonic() - began
            await part.close(seconds=1)
            return told

        source, letters = (
            KafkaSource(kafka, ["a-topic"], ahead_bytes=AHEAD_BYTES),
            DeadLetterTopic(kafka, "letters"),
        )
        told = await asyncio.gather(try_to(source), try_to(letters))

        assert max(told) < 17
        assert time.monotonic() - began < 20
        await asyncio.sleep(0.1)
        left = {task for task in asyncio.all_tasks() - before if "hold" not in repr(task)}
        assert not left


async def test_a_stop_while_connecting_leaves_nothing() -> None:
    async with silent_server() as address:
        before = asyncio.all_tasks()
        source = KafkaSource(Kafka(bootstrap_servers=address), ["a-topic"], ahead_bytes=AHEAD_BYTES)
        connecting = asyncio.create_task(source.connect())
        await asyncio.sleep(0.2)
        connecting.cancel()
        await asyncio.wait({connecting})
        began = time.monotonic()
        await source.close(seconds=1)

        assert time.monotonic() - began < 3
        await asyncio.sleep(0.1)
        assert not {task for task in asyncio.all_tasks() - before if "hold" not in repr(task)}


async def test_a_broker_that_refuses_connections_is_told_at_once() -> None:
    began = time.monotonic()
    source = KafkaSource(
        Kafka(bootstrap_servers="127.0.0.1:1"), ["a-topic"], ahead_bytes=AHEAD_BYTES
    )
    with pytest.raises(KafkaFault):
        await source.connect()
    await source.close(seconds=1)

    assert time.monotonic() - began < 5


async def test_what_goes_wrong_in_a_rebalance_is_told(kafka: Kafka, topic: str) -> None:
    """aiokafka would log it and go on, with books that do not fit what is owned."""

    def fail(_: set[Partition]) -> None:
        raise LookupError("a bug")

    async with connected(kafka, topic) as source:
        told: list[Exception] = []
        source.subscribe(_Failing(fail), told.append)
        async with asyncio.timeout(10):
            while not told:
                await source.poll([], limit=1, seconds=READ_SECONDS)

    assert isinstance(told[0], Fault)
    assert "LookupError('a bug')" in str(told[0])


class _Failing:
    def __init__(self, fail: Callable[[set[Partition]], None]) -> None:
        self._fail = fail

    async def assigned(self, partitions: set[Partition]) -> None:
        self._fail(partitions)

    async def revoked(self) -> None:
        pass


async def test_a_client_whose_background_task_has_died_is_told_and_not_polled_for_ever(
    kafka: Kafka, topic: str
) -> None:
    async with joined(kafka, topic) as (source, membership):
        dying = asyncio.get_running_loop().create_future()
        dying.set_exception(KafkaError("as a refused OffsetFetch leaves it"))
        source._consumer._coordinator._commit_refresh_task = dying

        await source.poll([], limit=1, seconds=0)

        [told] = membership.broken
        assert isinstance(told, KafkaFault)
        assert "stopped working" in str(told)


async def test_what_the_coordinator_says_is_blamed_on_no_partition(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, partitions):
        source._consumer._coordinator._pending_exception = KafkaError("the group is in trouble")
        source._consumer._coordinator._error_consumed_fut = (
            asyncio.get_running_loop().create_future()
        )

        with pytest.raises(GroupTrouble, match="the group is in trouble"):
            await source.poll(partitions, limit=1, seconds=0)

        assert await read(source, partitions[0], 1)


async def test_a_partition_is_new_where_the_topic_had_it_not_at_first(
    broker: Broker, kafka: Kafka, topic: str
) -> None:
    async with connected(kafka, topic, "comes-later") as source:
        assert not source.is_new(Partition(topic, PARTITIONS - 1))
        assert source.is_new(Partition(topic, PARTITIONS))
        broker.create("comes-later")
        assert source.is_new(Partition("comes-later", 0))
