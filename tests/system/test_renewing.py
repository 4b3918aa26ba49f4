"""A new consumer in the place of one that no longer works."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.config.kafka import Kafka
from bridge.errors import PollFailed
from bridge.kafka import guard
from bridge.kafka.source import KafkaSource
from bridge.model import Commit, Partition
from bridge.record import Record
from tests.system.broker import Broker, free_ports
from tests.system.cluster import Cluster
from tests.system.cluster import Partition as Place
from tests.system.member import Membership
from tests.system.settings import SOON_MISSED
from tests.system.world import World
from tests.system.writer import Message, Writer

COUNT = 20
JOIN_SECONDS = 40
READ_SECONDS = 20


@pytest.fixture
def topic(bootstrap_servers: str) -> str:
    name = f"renewing-{time.time_ns()}"
    Cluster(bootstrap_servers).create_topics({name: 1})
    place = Place(name, 0)
    Writer(bootstrap_servers).write([Message(place, b"key", b"%d" % at) for at in range(COUNT)])
    return name


@asynccontextmanager
async def owner(
    bootstrap_servers: str, topic: str
) -> AsyncIterator[tuple[KafkaSource, Membership]]:
    """A member of a group of its own, that owns all of *topic*."""
    guard.install()
    kafka = Kafka(bootstrap_servers=bootstrap_servers, group_id=f"{topic}-group")
    source, membership = KafkaSource(kafka, [topic], ahead_bytes=1 << 26), Membership()
    await source.connect()
    source.subscribe(membership, _never)
    try:
        await polled_until_owned(source, membership)
        yield source, membership
    finally:
        await source.close(seconds=3)


def _never(fault: Exception) -> None:
    pytest.fail(f"nothing was to break here: {fault}")


async def polled_until_owned(source: KafkaSource, membership: Membership) -> None:
    async with asyncio.timeout(JOIN_SECONDS):
        while not membership.partitions:
            try:
                await source.wait(seconds=0.05)
            except PollFailed:
                await asyncio.sleep(0.05)


async def renewed(source: KafkaSource, membership: Membership) -> None:
    """Polls go on meanwhile, as the line's do."""
    renewing = asyncio.create_task(source.renew(lambda: True))
    async with asyncio.timeout(JOIN_SECONDS):
        while not renewing.done():
            try:
                await source.wait(seconds=0.05)
            except PollFailed:
                await asyncio.sleep(0.05)
    await renewing
    await polled_until_owned(source, membership)


async def test_the_new_one_owns_and_reads_what_the_former_gave_up_and_nothing_is_left_of_that(
    bootstrap_servers: str, topic: str
) -> None:
    first = Partition(topic, 0)
    async with owner(bootstrap_servers, topic) as (source, membership):
        await source.commit({first: Commit(7, "a map")})
        former, revocations = source._consumer, membership.revocations
        tasks = len(asyncio.all_tasks())

        await renewed(source, membership)

        assert membership.revocations > revocations
        assert membership.partitions == {first}
        assert former._closed
        assert source._consumer is not former
        assert await source.committed({first}) == {first: Commit(7, "a map")}
        source.seek(first, 7)
        records: list[Record] = []
        async with asyncio.timeout(READ_SECONDS):
            while len(records) < COUNT - 7:
                await source.wait(seconds=0.2)
                records += source.read(first, limit=COUNT).records
        assert [record.offset for record in records] == list(range(7, COUNT))
        assert source.is_member()
        assert len(asyncio.all_tasks()) <= tasks + 1


async def test_the_former_one_s_news_is_nobody_s_news(bootstrap_servers: str, topic: str) -> None:
    async with owner(bootstrap_servers, topic) as (source, membership):
        listener = source._member._listener
        assert listener is not None
        await renewed(source, membership)
        revocations = membership.revocations

        await listener.on_partitions_revoked(set())
        await listener.on_partitions_assigned(set())

        assert membership.revocations == revocations
        assert membership.partitions


@pytest.fixture
def moving_broker(own_broker: Broker, tmp_path: Path) -> Iterator[Broker]:
    """A broker of this test's own, where brokers can be started."""
    assert own_broker.alive
    broker = Broker(tmp_path)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def test_brokers_that_moved_to_another_address_are_found_there_by_the_same_process(
    moving_broker: Broker, tmp_path: Path
) -> None:
    """The client looks names up once, and asks former addresses for new ones for ever."""
    [port] = free_ports(1)
    both = f"{moving_broker.bootstrap_servers},127.0.0.1:{port}"
    kafka = {"bootstrap_servers": both, "rebalance_timeout_seconds": 20}
    with World(moving_broker.bootstrap_servers, name="moving", work=tmp_path) as world:
        world.create_topics()
        bridge = world.ready_bridge(SOON_MISSED, {"kafka": kafka})
        world.produce(world.author.mixed(200))
        world.await_delivered()
        world.await_committed_to_the_end()

        moving_broker.terminate()
        moving_broker.move(port)
        moving_broker.start()
        world.cluster = Cluster(moving_broker.bootstrap_servers)
        world.writer = Writer(moving_broker.bootstrap_servers)
        world.produce(world.author.mixed(200))
        world.await_delivered()
        world.await_committed_to_the_end()

        assert bridge.metrics()["omeda_bridge_consumer_rebuilds_total"] == 1
        world.check()
