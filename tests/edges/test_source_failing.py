"""What goes wrong between the source and Kafka: told, bounded in time, and nothing passed over."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka.consumer.fetcher import FetchResult
from aiokafka.errors import KafkaError

from bridge.admission import Admission
from bridge.backlog import Backlog
from bridge.config.kafka import Kafka, LostOffsets
from bridge.errors import Fault, GroupTrouble, KafkaFault
from bridge.intake import Intake
from bridge.job import Job
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
    connected,
    joined,
    owning,
    read,
)
from tests.edges.filled import COUNT, partitions_of
from tests.edges.silent import silent_server
from tests.edges.wire import until
from tests.flow.turns import QueuedLanes


class Line:
    """The reading side as it is in the bridge, with nobody who delivers."""

    def __init__(self, source: KafkaSource, topic: str) -> None:
        self.ledger = Ledger()
        metrics = Metrics()
        routes = {topic: Route(topic, Service("DEMO", Kind.BEHAVIOR))}
        backlog = Backlog(high=100_000, low=1, size=1 << 30)
        admission = Admission(
            routes,
            self.ledger,
            QueuedLanes[Job]().lanes,
            backlog,
            metrics,
            seek=source.seek,
            wall_clock=time.time,
        )
        self.intake = Intake(
            routes,
            source,
            self.ledger,
            admission,
            backlog,
            Losses(source, self.ledger, routes, metrics, policy=LostOffsets.HALT),
            held=lambda _: False,
            clock=time.monotonic,
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


async def test_records_that_a_failing_read_had_passed_are_read_again(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client moves the position first; what it then raises takes the records with it."""
    genuine: Callable[..., Any] = FetchResult.getall
    swallowed = 0

    def failing(*arguments: Any) -> Any:
        nonlocal swallowed
        records = genuine(*arguments)
        if records and swallowed < COUNT:
            swallowed += len(records)
            raise ValueError("a batch that does not decode")
        return records

    monkeypatch.setattr(FetchResult, "getall", failing)
    async with line(kafka, topic) as reading:
        await until(lambda: reading.ledger.records >= PARTITIONS * COUNT, seconds=20)
        await asyncio.sleep(READ_SECONDS)

        assert swallowed >= COUNT
        for book in reading.ledger.books:
            assert (book.records, book.next_offset) == (COUNT, COUNT), book


async def test_one_partition_that_cannot_be_read_does_not_hold_up_the_others(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine: Callable[..., Any] = FetchResult.getall
    broken = Partition(topic, 0)

    def failing(*arguments: Any) -> Any:
        records = genuine(*arguments)
        if records and records[0].partition == broken:
            raise ValueError("a batch that does not decode")
        return records

    monkeypatch.setattr(FetchResult, "getall", failing)
    async with line(kafka, topic) as reading:
        await until(lambda: reading.ledger.records >= 3 * COUNT, seconds=20)

        assert reading.ledger[broken].next_offset == 0
        assert reading.ledger[broken].lowest == 0


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
                await source.wait(seconds=READ_SECONDS)

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

        await source.wait(seconds=0)

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
            source.read(partitions[0], limit=1)

        assert await read(source, partitions[0], 1)
