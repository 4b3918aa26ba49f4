"""What was fetched of a partition is taken as the client's own `getmany` would take it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import FetchError
from aiokafka.errors import KafkaError

from bridge.config.kafka import Kafka
from bridge.errors import GroupTrouble, PollFailed
from bridge.kafka.raw import unpacked
from bridge.kafka.source import KafkaSource
from bridge.model import Partition
from bridge.record import Record
from tests.edges.embedded import PARTITIONS, Broker, Membership, joined, owning, read, read_some
from tests.edges.filled import COUNT
from tests.edges.wire import until

LIMITS = (1, 7, 500, 2, 90)


@asynccontextmanager
async def fetched(kafka: Kafka, topic: str) -> AsyncIterator[tuple[KafkaSource, list[Partition]]]:
    """A reader that something of each partition was fetched for."""
    async with owning(kafka, topic) as (source, partitions):
        await until(lambda: len(source.fetched()) == PARTITIONS)
        yield source, partitions


async def got(consumer: Any, partition: Partition) -> list[tuple[list[int], int]]:
    """Offsets that `getmany` hands out, limit after limit, and where it then stands."""
    place, found, offset = TopicPartition(*partition), list[tuple[list[int], int]](), 0
    for limit in cycle(LIMITS):
        if offset == COUNT:
            return found
        records = (await consumer.getmany(place, timeout_ms=200, max_records=limit)).get(place, [])
        offset = await consumer.position(place)
        if records:
            found.append(([record.offset for record in records], offset))
    raise AssertionError


async def taken(source: KafkaSource, partition: Partition) -> list[tuple[list[int], int | None]]:
    """The same by `read`."""
    found, offset = list[tuple[list[int], int | None]](), 0
    for limit in cycle(LIMITS):
        if offset == COUNT:
            return found
        records, position = source.read(partition, limit=limit)
        if records:
            offset = records[-1].offset + 1
            found.append(([record.offset for record in records], position))
        else:
            await source.wait(seconds=0.2)
    raise AssertionError


async def test_it_hands_out_what_the_client_would_and_stands_where_that_would(
    kafka: Kafka, topic: str
) -> None:
    async with fetched(kafka, topic) as (source, partitions):
        ours = [await taken(source, partition) for partition in partitions]
    async with fetched(kafka, topic) as (source, partitions):
        theirs = [await got(source._consumer, partition) for partition in partitions]

    assert ours == theirs


async def test_what_was_taken_to_its_end_is_fetched_on(
    broker: Broker, kafka: Kafka, topic: str
) -> None:
    async with fetched(kafka, topic) as (source, [first, *_]):
        for at in range(COUNT, COUNT + 3):
            await read(source, first, COUNT if at == COUNT else 1)
            broker.write(topic, [b"%d" % at], partition=first.number)

        [record] = await read_some(source, first, 500)

    assert record.value == b"%d" % (COUNT + 2)


async def test_the_client_is_told_at_once_that_it_may_fetch_on(kafka: Kafka, topic: str) -> None:
    async with fetched(kafka, topic) as (source, [first, *_]):
        fetcher = source._consumer._fetcher
        source.read(first, limit=COUNT)
        assert not fetcher._wait_consume_future.done()
        source.read(first, limit=1)

        assert fetcher._wait_consume_future.done()


async def test_what_was_fetched_of_others_stays(kafka: Kafka, topic: str) -> None:
    async with fetched(kafka, topic) as (source, [first, *others]):
        buffers = source._consumer._fetcher._records
        before = {other: buffers[TopicPartition(*other)] for other in others}
        await read(source, first, COUNT)

        assert {other: buffers[TopicPartition(*other)] for other in others} == before


@asynccontextmanager
async def member(kafka: Kafka, topic: str) -> AsyncIterator[tuple[KafkaSource, Membership]]:
    """One that something of the first partition was fetched for."""
    async with joined(kafka, topic) as (source, membership):
        first = min(membership.partitions)
        source.seek(first, 0)
        await until(lambda: first in source.fetched())
        yield source, membership


def dead(error: BaseException) -> "asyncio.Future[None]":
    """As a task of the client's that has ended so."""
    ended = asyncio.get_running_loop().create_future()
    if isinstance(error, asyncio.CancelledError):
        ended.cancel()
    else:
        ended.set_exception(error)
    return ended


async def test_nothing_is_taken_while_the_group_deals_its_partitions_anew(
    kafka: Kafka, topic: str
) -> None:
    async with member(kafka, topic) as (source, membership):
        first = min(membership.partitions)
        source._consumer._subscription.begin_reassignment()

        assert source.read(first, limit=1) == ([], None)
        assert first in source.fetched()


async def test_what_the_client_has_passed_over_and_told_nobody_is_no_place_to_commit(
    kafka: Kafka, topic: str
) -> None:
    """It stands behind a record that is too large for it, and holds the error back."""
    async with member(kafka, topic) as (source, membership):
        first = min(membership.partitions)
        subscription, place = source._consumer._subscription, TopicPartition(*first)
        error = FetchError(error=ValueError("too large"), backoff=0)
        source._consumer._fetcher._records[place] = error
        subscription.subscription.assignment.state_value(place).consumed_to(1)
        subscription.begin_reassignment()

        assert source.read(first, limit=1).position is None


@pytest.mark.parametrize("error", [KafkaError("it has died"), asyncio.CancelledError()])
async def test_a_member_that_hears_no_more_of_the_group_reads_nothing(
    kafka: Kafka, topic: str, error: BaseException
) -> None:
    async with member(kafka, topic) as (source, membership):
        coordinator = source._consumer._coordinator
        genuine, coordinator._coordination_task = coordinator._coordination_task, dead(error)
        try:
            with pytest.raises(GroupTrouble):
                source.read(min(membership.partitions), limit=1)
            with pytest.raises(GroupTrouble):
                await source.wait(seconds=0)
        finally:
            coordinator._coordination_task = genuine

        assert min(membership.partitions) in source.fetched()


async def test_what_the_coordinator_says_is_heard_also_where_a_task_has_died(
    kafka: Kafka, topic: str
) -> None:
    """Until it is, the client does not join anew."""
    async with member(kafka, topic) as (source, membership):
        coordinator = source._consumer._coordinator
        coordinator._commit_refresh_task = dead(KafkaError("it has died"))
        heard = asyncio.get_running_loop().create_future()
        coordinator._pending_exception = KafkaError("it is not authorized")
        coordinator._error_consumed_fut = heard
        with pytest.raises(GroupTrouble, match="not authorized"):
            source.read(min(membership.partitions), limit=1)

        assert heard.done()
        assert membership.broken


async def test_what_a_batch_had_handed_over_before_it_failed_is_read_again(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = iter([True, False])

    def failing(*arguments: Any) -> Iterator[Record]:
        breaks = next(fails)
        for at, record in enumerate(unpacked(*arguments)):
            if breaks and at == 10:
                raise ValueError("a batch that does not decode")
            yield record

    monkeypatch.setattr("bridge.kafka.unpacking.unpacked", failing)
    async with owning(kafka, topic) as (source, partitions):
        source._consumer.assign([TopicPartition(*partitions[0])])
        source.seek(partitions[0], 0)
        with pytest.raises(PollFailed):
            await read(source, partitions[0], COUNT)
        source.seek(partitions[0], 0)
        records = await read(source, partitions[0], COUNT)

    assert [record.offset for record in records] == list(range(COUNT))


async def test_an_error_that_was_fetched_is_told_once_and_hides_nothing_behind_it(
    kafka: Kafka, topic: str
) -> None:
    async with fetched(kafka, topic) as (source, [first, *_]):
        error = FetchError(error=ValueError("of the broker"), backoff=0)
        source._consumer._fetcher._records[TopicPartition(*first)] = error
        with pytest.raises(PollFailed, match="of the broker"):
            source.read(first, limit=1)

        assert len(await read(source, first, COUNT)) == COUNT


async def test_a_read_counts_as_a_poll_where_the_client_asks_whether_there_was_one(
    kafka: Kafka, topic: str
) -> None:
    async with fetched(kafka, topic) as (source, [first, *_]):
        subscription = source._consumer._subscription
        subscription._last_fetch_ended -= 1000
        source.read(first, limit=1)

        assert subscription.fetcher_idle_time < 500


async def test_what_a_closed_client_had_fetched_is_not_taken(kafka: Kafka, topic: str) -> None:
    async with fetched(kafka, topic) as (source, [first, *_]):
        await source.close(seconds=1)

        with pytest.raises(PollFailed):
            source.read(first, limit=1)
