"""Where the Kafka client would hang, lose or repeat, on a real broker: what the bridge's edge
makes of it.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka import TopicPartition

from bridge.config.kafka import Kafka
from bridge.errors import NotCommitted, NotWritten, PollFailed
from bridge.kafka import guard
from bridge.kafka.client import CALL_SECONDS, COMMIT_SECONDS, REQUEST_SECONDS
from bridge.kafka.dead_letter import DeadLetterTopic
from bridge.kafka.source import KafkaSource
from bridge.model import Commit, Kind, Partition, Rejected, Service
from bridge.record import Letter, Record
from tests.system.broker import Broker
from tests.system.cluster import Cluster, Stored
from tests.system.kafka_python import KafkaError
from tests.system.waiting import eventually

JOIN_SECONDS = 30
CLOSE_SECONDS = 2
SLACK_SECONDS = 2
"""For a machine that is busy with a broker, too."""
NOTICED_SECONDS = 10
AHEAD_BYTES = 1 << 26

_numbers = itertools.count(1)


class Membership:
    """What the group gave."""

    def __init__(self) -> None:
        self.partitions: set[Partition] = set()

    async def assigned(self, partitions: set[Partition]) -> None:
        self.partitions = partitions

    async def revoked(self) -> None:
        self.partitions = set()


@pytest.fixture
def name() -> str:
    return f"trap-{time.time_ns()}-{next(_numbers)}"


@pytest.fixture
def kafka(bootstrap_servers: str, name: str) -> Kafka:
    return Kafka(bootstrap_servers=bootstrap_servers, group_id=f"{name}-group")


@pytest.fixture
def topic(bootstrap_servers: str, name: str) -> str:
    Cluster(bootstrap_servers).create_topics({name: 2})
    return name


@asynccontextmanager
async def polled(source: KafkaSource) -> AsyncIterator[None]:
    """The membership is kept while the block runs."""

    async def poll() -> None:
        while True:
            with suppress(PollFailed):
                await source.wait(seconds=0.1)

    polling = asyncio.create_task(poll())
    try:
        yield
    finally:
        polling.cancel()
        await asyncio.wait({polling})


async def until(happened: Callable[[], bool], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - the group announces nothing
            await asyncio.sleep(0.05)


async def none_left(before: "set[asyncio.Task[Any]]") -> None:
    """None but the tasks that there were before."""
    with suppress(TimeoutError):
        await until(lambda: asyncio.all_tasks() <= before, seconds=SLACK_SECONDS)
    left = asyncio.all_tasks() - before
    assert not left, left


def read_once_it_answers(broker: Broker, topic: str) -> list[Stored]:
    """A broker that was frozen for long is counted out for a moment, by its own controller."""
    found: list[Stored] = []

    def is_read() -> bool:
        with suppress(KafkaError):
            found[:] = Cluster(broker.bootstrap_servers).read(topic)
        return bool(found)

    eventually("the topic can be read", is_read, within=JOIN_SECONDS)
    return found


def letter(value: bytes = b"not json") -> Letter:
    record = Record(Partition("behaviors", 0), 42, 0, b"4711", value)
    rejected = Rejected("not_json", "decode", "JSONDecodeError", "line 1")
    return Letter(record, Service("DEMO", Kind.BEHAVIOR), rejected, 0, 0)


@pytest.mark.parametrize("harm", ["freeze", "kill"])
async def test_without_a_broker_a_commit_and_a_close_end_in_bounded_time(
    mortal_broker: Broker, kafka: Kafka, topic: str, harm: str
) -> None:
    guard.install()
    before = asyncio.all_tasks()
    source, membership = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES), Membership()
    await source.connect()
    source.subscribe(membership, _never)
    async with polled(source):
        await until(lambda: len(membership.partitions) == 2, seconds=JOIN_SECONDS)
        await source.commit({Partition(topic, 0): Commit(0, "before")})
        getattr(mortal_broker, harm)()

        began = time.monotonic()
        with pytest.raises(NotCommitted):
            await source.commit({Partition(topic, 0): Commit(1), Partition(topic, 1): Commit(1)})
        assert time.monotonic() - began < COMMIT_SECONDS + SLACK_SECONDS

    began = time.monotonic()
    await source.close(seconds=CLOSE_SECONDS)
    assert time.monotonic() - began < CLOSE_SECONDS + 1 + SLACK_SECONDS

    await none_left(before)


async def test_a_wait_during_an_outage_comes_back_on_time_with_nothing(
    mortal_broker: Broker, kafka: Kafka, topic: str
) -> None:
    guard.install()
    source = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    partition = Partition(topic, 0)
    source._consumer.assign([TopicPartition(*partition)])
    source.seek(partition, 0)
    mortal_broker.kill()
    try:
        for _ in range(5):
            began = time.monotonic()
            await source.wait(seconds=0.2)
            assert source.read(partition, limit=1) == ([], 0)
            assert time.monotonic() - began < 0.2 + SLACK_SECONDS
    finally:
        await source.close(seconds=CLOSE_SECONDS)


async def test_a_group_s_offsets_are_found_again_by_a_reader_that_outlived_a_restart(
    mortal_broker: Broker, kafka: Kafka, topic: str
) -> None:
    """While the broker loads them it answers as if there were none."""
    guard.install()
    stored = {Partition(topic, 0): Commit(7, "a map"), Partition(topic, 1): Commit(0)}
    source = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    source._consumer.assign([TopicPartition(*partition) for partition in stored])
    try:
        await source.commit(stored)
        mortal_broker.kill()
        await asyncio.to_thread(mortal_broker.start)

        assert await source.committed(set(stored)) == stored
    finally:
        await source.close(seconds=CLOSE_SECONDS)


async def test_a_topic_that_is_created_later_is_noticed_and_joined(
    bootstrap_servers: str, kafka: Kafka, topic: str
) -> None:
    guard.install()
    later = f"{topic}-later"
    source, membership = KafkaSource(kafka, [topic, later], ahead_bytes=AHEAD_BYTES), Membership()
    await source.connect()
    source.subscribe(membership, _never)
    watching = asyncio.create_task(source.watch_topics())
    try:
        async with polled(source):
            await until(lambda: len(membership.partitions) == 2, seconds=JOIN_SECONDS)
            await asyncio.to_thread(Cluster(bootstrap_servers).create_topics, {later: 3})
            await until(lambda: len(membership.partitions) == 5, seconds=NOTICED_SECONDS)
    finally:
        watching.cancel()
        await source.close(seconds=CLOSE_SECONDS)


async def test_a_topic_that_is_deleted_is_missed(
    bootstrap_servers: str,
    kafka: Kafka,
    topic: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bridge.kafka.source.STANDING_SECONDS", 0.5)
    guard.install()
    source = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    source.subscribe(Membership(), _never)
    watching = asyncio.create_task(source.watch_topics())
    try:
        async with polled(source):
            missed = f"waiting for topics that do not exist: {topic}"
            await asyncio.sleep(2)
            assert missed not in caplog.text
            await asyncio.to_thread(Cluster(bootstrap_servers).delete_topic, topic)
            await until(lambda: missed in caplog.text, seconds=NOTICED_SECONDS)
    finally:
        watching.cancel()
        await source.close(seconds=CLOSE_SECONDS)


async def test_commits_beyond_what_the_broker_takes_at_once_are_stored_in_parts(
    bootstrap_servers: str, kafka: Kafka, name: str
) -> None:
    guard.install()
    Cluster(bootstrap_servers).create_topics({name: 300})
    commits = {Partition(name, number): Commit(number, "m" * 4096) for number in range(300)}
    source = KafkaSource(kafka, [name], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    source._consumer.assign([TopicPartition(*partition) for partition in commits])
    try:
        await source.commit(commits)

        assert await source.committed(set(commits)) == commits
    finally:
        await source.close(seconds=CLOSE_SECONDS)


@asynccontextmanager
async def letters(kafka: Kafka, topic: str) -> AsyncIterator[DeadLetterTopic]:
    letters = DeadLetterTopic(kafka, topic)
    await letters.connect()
    try:
        yield letters
    finally:
        began = time.monotonic()
        await letters.close(seconds=CLOSE_SECONDS)
        assert time.monotonic() - began < CLOSE_SECONDS + 1 + SLACK_SECONDS


async def test_a_value_too_large_for_the_topic_is_left_out_and_later_letters_are_written(
    bootstrap_servers: str, kafka: Kafka, topic: str
) -> None:
    async with letters(kafka, topic) as dead_letters:
        for value in (bytes(900_000), bytes(1_100_000), bytes(1_100_000), b"small"):
            await dead_letters.write(letter(value))

    whole, cut, again, small = await asyncio.to_thread(Cluster(bootstrap_servers).read, topic)
    assert (whole.value, small.value) == (bytes(900_000), b"small")
    for one in (cut, again):
        assert (one.key, one.value) == (b"4711", None)
        assert one.header("bridge.value_omitted") == "true"
        assert one.header("__connect.errors.offset") == "42"


async def test_without_its_topic_a_letter_is_not_written_and_said_so_in_bounded_time(
    bootstrap_servers: str, kafka: Kafka, name: str
) -> None:
    async with letters(kafka, name) as dead_letters:
        began = time.monotonic()
        with pytest.raises(NotWritten, match=r"does the topic exist"):
            await dead_letters.write(letter())
        assert time.monotonic() - began < REQUEST_SECONDS + SLACK_SECONDS

        await asyncio.to_thread(Cluster(bootstrap_servers).create_topics, {name: 1})
        await dead_letters.write(letter())


async def test_a_frozen_broker_makes_a_letter_not_written_in_bounded_time(
    mortal_broker: Broker, kafka: Kafka, topic: str
) -> None:
    before = asyncio.all_tasks()
    async with letters(kafka, topic) as dead_letters:
        await dead_letters.write(letter(b"before"))
        mortal_broker.freeze()
        # The second of them finds a producer that has to be given up.
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(NotWritten):
                await dead_letters.write(letter(b"meanwhile"))
            assert time.monotonic() - began < CALL_SECONDS + REQUEST_SECONDS + SLACK_SECONDS

        mortal_broker.thaw()
        await dead_letters.write(letter(b"afterwards"))

    # Nor does the producer that was given up go on: its tasks and connections would add up.
    await none_left(before)

    stored = await asyncio.to_thread(read_once_it_answers, mortal_broker, topic)
    # What was given up may have been written all the same; a letter twice loses nothing.
    assert [one.value for one in stored if one.value != b"meanwhile"] == [b"before", b"afterwards"]


def _never(error: Exception) -> None:
    raise AssertionError(f"a rebalance went wrong: {error!r}")
