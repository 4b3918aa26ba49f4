"""The embedded broker for tests: topics of four partitions, written to as a test needs it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from aiokafka import TopicPartition
from confluent_kafka import Producer

from bridge.config.kafka import Kafka
from bridge.demo.broker import embedded_broker
from bridge.kafka import guard
from bridge.kafka.source import KafkaSource
from bridge.model import Commit, Partition
from bridge.record import Record

PARTITIONS = 4
SECONDS = 10.0
READ_SECONDS = 0.2
AHEAD_BYTES = 1024 * 1024


class Broker:
    """An embedded broker at *address*."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.kafka = Kafka(bootstrap_servers=address, group_id="a-group")

    def write(
        self,
        topic: str,
        values: Iterable[bytes],
        *,
        partition: int = 0,
        headers: list[tuple[str, bytes | None]] | None = None,
        **options: str,
    ) -> None:
        """Append *values*, with *options* of the producer, such as `compression_type`.

        In one batch, however busy the machine: a flush ends the lingering.
        """
        chosen = {name.replace("_", "."): text for name, text in options.items()}
        producer: Any = Producer({"bootstrap.servers": self.address, "linger.ms": 1000, **chosen})
        for value in values:
            producer.produce(topic, value, b"key", partition, headers=headers)
        assert producer.flush(SECONDS) == 0, "not everything was written"

    def create(self, topic: str) -> None:
        """The embedded broker makes a topic when it is first asked about it."""
        producer: Any = Producer({"bootstrap.servers": self.address})
        assert producer.list_topics(topic, timeout=SECONDS).topics[topic].error is None


@contextmanager
def running_broker() -> Iterator[Broker]:
    with embedded_broker() as embedded:
        yield Broker(embedded.address)


class Membership:
    """What the group gave; stands where the line's ownership stands."""

    def __init__(self, then: Callable[[set[Partition]], object] = lambda _: None) -> None:
        self._then = then
        self.partitions: set[Partition] = set()
        self.joined = asyncio.Event()
        self.broken: list[Exception] = []
        self.revocations = 0

    async def assigned(self, partitions: set[Partition]) -> None:
        self.partitions = partitions
        self._then(partitions)
        self.joined.set()

    async def revoked(self) -> None:
        self.revocations += 1
        self.partitions = set()
        self.joined.clear()


@asynccontextmanager
async def connected(kafka: Kafka, *topics: str, guarded: bool = True) -> AsyncIterator[KafkaSource]:
    if guarded:
        guard.install()
    source = KafkaSource(kafka, list(topics), ahead_bytes=AHEAD_BYTES)
    try:
        await source.connect()
        yield source
    finally:
        await source.close(seconds=3)


@asynccontextmanager
async def joined(
    kafka: Kafka, *topics: str, then: Callable[[set[Partition]], object] = lambda _: None
) -> AsyncIterator[tuple[KafkaSource, Membership]]:
    """A member of the group that owns every partition and has read nothing."""
    async with connected(kafka, *topics) as source:
        membership = Membership(then)
        source.subscribe(membership, membership.broken.append)
        keeping = asyncio.create_task(_keep(source))
        try:
            async with asyncio.timeout(SECONDS):
                await membership.joined.wait()
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
        yield source, membership


@asynccontextmanager
async def owning(
    kafka: Kafka, topic: str, *, start: int = 0
) -> AsyncIterator[tuple[KafkaSource, list[Partition]]]:
    """A reader of all of *topic* that stands at *start* everywhere.

    Nobody dealt the partitions out: a group that gathers takes the embedded broker 3 s.
    """
    partitions = [Partition(topic, number) for number in range(PARTITIONS)]
    async with connected(kafka, topic) as source:
        source._consumer.assign([TopicPartition(*partition) for partition in partitions])
        for partition in partitions:
            source.seek(partition, start)
        yield source, partitions


async def read(source: KafkaSource, partition: Partition, count: int) -> list[Record]:
    """The next *count* records of *partition*, or more."""
    found = await read_some(source, partition, 500)
    while len(found) < count:
        found += await read_some(source, partition, 500)
    return found


async def read_some(source: KafkaSource, partition: Partition, limit: int) -> list[Record]:
    """What is next of *partition*: a record at least, and *limit* at most."""
    async with asyncio.timeout(SECONDS):
        while not (records := source.read(partition, limit=limit).records):
            await source.wait(seconds=READ_SECONDS)
    return records


async def commit(kafka: Kafka, commits: dict[Partition, Commit]) -> None:
    """Store *commits* for the group by a member that comes and goes."""
    topics = {partition.topic for partition in commits}
    async with joined(kafka, *topics) as (source, _):
        await source.commit(commits)


async def _keep(source: KafkaSource) -> None:
    while True:
        await source.wait(seconds=READ_SECONDS)
