"""A wait for news: what ends it, and what it leaves; and what a read says of where it stands."""

import asyncio
import time

import pytest

from bridge.config.kafka import Kafka
from bridge.model import Commit, Partition
from tests.edges.embedded import PARTITIONS, READ_SECONDS, Broker, joined, owning, read, read_some
from tests.edges.filled import COUNT, partitions_of
from tests.edges.wire import until


async def test_a_wait_leaves_what_was_fetched(kafka: Kafka, topic: str) -> None:
    async with owning(kafka, topic) as (source, partitions):
        buffers = source._consumer._fetcher._records
        await until(lambda: len(buffers) == PARTITIONS)
        before = dict(buffers)
        for _ in range(5):
            await source.wait(seconds=0.02)

        assert dict(buffers) == before
        for partition in partitions:
            assert len(await read(source, partition, COUNT)) == COUNT


async def test_a_wait_for_news_of_others_comes_back_when_it_is_woken(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, [first, second, *_]):
        await read(source, first, COUNT)
        await until(lambda: len(source.fetched()) == PARTITIONS - 1)
        waiting = asyncio.create_task(source.wait(seconds=60))
        await asyncio.sleep(0.3)
        assert not waiting.done()

        source.wake()

        await asyncio.wait_for(waiting, 5)
        assert source.read(first, limit=1) == ([], COUNT)
        assert len(await read(source, second, COUNT)) == COUNT


async def test_a_wait_comes_back_when_something_is_written(
    broker: Broker, kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic, start=COUNT) as (source, [first, *_]):
        waiting = asyncio.create_task(source.wait(seconds=60))
        await asyncio.sleep(0.3)
        broker.write(topic, [b"late"], partition=first.number)

        await asyncio.wait_for(waiting, 5)
        found = source.read(first, limit=1)

    assert [record.value for record in found.records] == [b"late"]


async def test_nobody_is_left_waiting_by_a_wait_that_was_cancelled(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic, start=COUNT) as (source, _):
        waiting = asyncio.create_task(source.wait(seconds=60))
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.wait({waiting})
        source.wake()

        assert not source._consumer._fetcher._fetch_waiters


async def test_a_partition_counts_as_fetched_until_all_of_it_is_read(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic) as (source, [first, second, *_]):
        await until(lambda: {first, second} <= set(source.fetched()))
        await read_some(source, first, 1)
        assert first in source.fetched()

        await read(source, first, COUNT - 1)
        await source.wait(seconds=READ_SECONDS)
        assert source.read(first, limit=1) == ([], COUNT)

        assert first not in source.fetched()
        assert second in source.fetched()


@pytest.mark.slow
async def test_waits_keep_the_membership(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with joined(kafka, topic) as (source, membership):
        assert membership.partitions == set(partitions_of(topic))
        coordinator = source._consumer._coordinator
        monkeypatch.setattr(coordinator, "_max_poll_interval", 0.5)
        ends = time.monotonic() + 1.5
        while time.monotonic() < ends:
            await source.wait(seconds=0.1)

        assert membership.joined.is_set()
        await source.commit({Partition(topic, 0): Commit(1)})


async def test_a_read_says_where_it_stands_in_a_partition_that_brought_nothing(
    kafka: Kafka, topic: str
) -> None:
    async with owning(kafka, topic, start=COUNT) as (source, partitions):
        await source.wait(seconds=READ_SECONDS)
        found = [source.read(partition, limit=500) for partition in partitions]

    assert found == [([], COUNT)] * len(partitions)


async def test_a_read_says_where_it_stands_behind_what_it_brought(kafka: Kafka, topic: str) -> None:
    async with owning(kafka, topic) as (source, [first, *_]):
        await until(lambda: first in source.fetched())
        found = source.read(first, limit=7)

    assert len(found.records) == 7
    assert found.position == 7
