"""Kafka in, against the embedded broker: what a poll brings, and what is told and stored."""

import time
from contextlib import suppress

import pytest
from aiokafka import TopicPartition

from bridge.config.kafka import Kafka
from bridge.errors import OffsetsLost, PollFailed
from bridge.kafka.commits import COMMIT_CHARACTERS, parts
from bridge.model import Commit, Partition
from tests.edges.embedded import (
    PARTITIONS,
    READ_SECONDS,
    Broker,
    connected,
    joined,
    owning,
    read,
    read_some,
)
from tests.edges.filled import COUNT, partitions_of


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


async def test_what_is_read_is_of_the_named_partition_alone(kafka: Kafka, topic: str) -> None:
    async with owning(kafka, topic) as (source, [first, second, *_]):
        for wanted in (first, second):
            records = await read(source, wanted, COUNT)
            assert [record.offset for record in records] == list(range(COUNT))
            assert {record.partition for record in records} == {wanted}


async def test_a_read_brings_no_more_than_its_limit_and_the_next_goes_on(
    kafka: Kafka, topic: str
) -> None:
    offsets: list[int] = []
    async with owning(kafka, topic) as (source, [first, *_]):
        while len(offsets) < COUNT:
            records = await read_some(source, first, 7)
            assert len(records) <= 7
            offsets += [record.offset for record in records]

    assert offsets == list(range(COUNT))


async def test_a_partition_that_is_not_owned_has_no_position_and_costs_nothing(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, _):
        found = source.read(Partition("elsewhere", 0), limit=1)
        source.seek(Partition("elsewhere", 0), 5)

    assert found == ([], None)


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
            for partition in partitions_of(topic):
                with suppress(PollFailed):
                    assert source.read(partition, limit=9) == ([], None)
            await source.wait(seconds=READ_SECONDS)

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


async def test_a_partition_is_new_where_the_topic_had_it_not_at_first(
    broker: Broker, kafka: Kafka, topic: str
) -> None:
    async with connected(kafka, topic, "comes-later") as source:
        assert not source.is_new(Partition(topic, PARTITIONS - 1))
        assert source.is_new(Partition(topic, PARTITIONS))
        broker.create("comes-later")
        assert source.is_new(Partition("comes-later", 0))
