"""Where the client would hang or lose a dead letter, on a real broker."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from bridge.config.kafka import Kafka
from bridge.errors import NotWritten
from bridge.kafka.client import CALL_SECONDS, REQUEST_SECONDS
from bridge.kafka.dead_letter import DeadLetterTopic
from bridge.model import Kind, Partition, Rejected, Service
from bridge.record import Letter, Record
from tests.system.broker import Broker
from tests.system.cluster import Cluster, Stored
from tests.system.kafka_python import KafkaError
from tests.system.member import CLOSE_SECONDS, JOIN_SECONDS, SLACK_SECONDS, none_left
from tests.system.waiting import eventually


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
