"""A poll that waits: what ends it, what it leaves, and what it says of where it stands."""

import asyncio
import time

import pytest

from bridge.config.kafka import Kafka
from bridge.model import Commit, Partition
from tests.edges.embedded import PARTITIONS, READ_SECONDS, Broker, joined, owning, read
from tests.edges.filled import COUNT, partitions_of
from tests.edges.wire import until


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
