"""Kafka in, for commands: a topic from end to end, or a record of it, without any group."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal, NamedTuple, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.client import CALL_SECONDS, FAILURES, options, sentence
from bridge.kafka.closing import close_consumer
from bridge.kafka.raw import record_of
from bridge.kafka.refusals import why
from bridge.model import Partition
from bridge.record import Record

AT_ONCE = 500
"""Records of one poll."""

NEAR = 200
"""A record this little ahead is read up to: a seek would drop what was fetched already."""

POLL_MS = 500
CLOSE_SECONDS = 3.0

Isolation = Literal["read_committed", "read_uncommitted"]
Answer = TypeVar("Answer")


class Span(NamedTuple):
    """The offsets that a partition held when it was asked: from *first* up to, without, *end*."""

    first: int
    end: int


class TopicReader:
    """Reads one topic after the other. Build inside the loop; `reading` closes it."""

    def __init__(self, kafka: Kafka, isolation: Isolation) -> None:
        self._kafka = kafka
        self._consumer = _consumer(kafka, isolation)
        self._topic: str | None = None
        self._spans: dict[int, Span] = {}

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._consumer.start()
        except FAILURES as error:
            raise KafkaFault(
                f"Kafka could not be reached at {self._kafka.bootstrap_servers}:"
                f" {await why(self._kafka, error)}"
            ) from error

    @property
    def offsets(self) -> int:
        """How many offsets the topic holds: not all of them need have a record."""
        return sum(span.end - span.first for span in self._spans.values())

    @property
    def spans(self) -> dict[int, Span]:
        """What each partition of the topic held when it was opened."""
        return self._spans

    async def close(self) -> None:
        """End, whatever state the client is in."""
        await close_consumer(self._consumer, seconds=CLOSE_SECONDS)

    async def open(self, topic: str) -> dict[int, Span]:
        """Turn to *topic*; what each of its partitions holds now. Empty where there is no topic.

        Nothing is fetched before it is asked for: each partition is left at its end.
        """
        # Asking for all topics makes none, where brokers make those that are asked for.
        cluster = await _answer(self._consumer._client.fetch_all_metadata())
        numbers = sorted(cluster.partitions_for_topic(topic) or ())
        places = [TopicPartition(topic, number) for number in numbers]
        self._topic, self._spans = topic, {}
        if places:
            self._consumer.assign(places)
            firsts = await _answer(self._consumer.beginning_offsets(places))
            ends = await _answer(self._consumer.end_offsets(places))
            for place in places:
                self._consumer.seek(place, ends[place])
            self._spans = {at.partition: Span(firsts[at], ends[at]) for at in places}
        return self._spans

    async def offsets_at(self, numbers: Iterable[int], timestamp_ms: int) -> dict[int, int]:
        """For each of *numbers*, the first offset of then or later; its end where none is."""
        asked = {self._place(number): timestamp_ms for number in numbers}
        found = await _answer(self._consumer.offsets_for_times(asked))
        return {
            place.partition: self._spans[place.partition].end if at is None else at.offset
            for place, at in found.items()
        }

    async def records(self, spans: Mapping[int, Span] | None = None) -> AsyncIterator[Record]:
        """What stood in the topic when it was opened, partition by partition; or *spans* of it."""
        for number, span in (self._spans if spans is None else spans).items():
            place = self._place(number)
            self._consumer.seek(place, span.first)
            while await self._position(place) < span.end:
                for record in await self._poll_past_what_is_gone(place):
                    if record.offset < span.end:
                        yield record
            # Its own end, behind which nothing is fetched before it is asked for.
            self._consumer.seek(place, self._spans[number].end)

    async def at(self, topic: str, number: int, offset: int) -> Record | None:
        """The record at *offset* of partition *number*, where the topic holds it."""
        spans = self._spans if topic == self._topic else await self.open(topic)
        if number not in spans or not spans[number].first <= offset < spans[number].end:
            return None
        place = self._place(number)
        if not 0 <= offset - await self._position(place) <= NEAR:
            self._consumer.seek(place, offset)
        try:
            return await self._read_up_to(place, offset)
        except OffsetOutOfRangeError:
            return None

    def hides(self) -> list[Partition]:
        """The partitions, of those read, with a transaction that nobody has ended."""
        places = map(self._place, self._spans)
        return [Partition(*place) for place in places if self._has_open_transaction(place)]

    async def _read_up_to(self, place: TopicPartition, offset: int) -> Record | None:
        while (position := await self._position(place)) <= offset:
            for record in await self._poll(place, limit=offset - position + 1):
                if record.offset >= offset:
                    return record if record.offset == offset else None
        return None

    async def _poll_past_what_is_gone(self, place: TopicPartition) -> list[Record]:
        try:
            return await self._poll(place, limit=AT_ONCE)
        except OffsetOutOfRangeError:
            # Retention takes records while they are read.
            firsts = await _answer(self._consumer.beginning_offsets([place]))
            self._consumer.seek(place, firsts[place])
            return []

    async def _poll(self, place: TopicPartition, *, limit: int) -> list[Record]:
        """Read on. Raises KafkaFault where nothing comes and nothing moves for too long."""
        before = await self._position(place)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                while await self._position(place) == before:
                    found = await self._consumer.getmany(
                        place, timeout_ms=POLL_MS, max_records=limit
                    )
                    if found:
                        return [record_of(Partition(*place), raw) for raw in found[place]]
        except OffsetOutOfRangeError:
            raise
        except FAILURES as error:
            raise KafkaFault(
                f"reading {Partition(*place)} at offset {before} failed: {sentence(error)}"
            ) from error
        return []

    async def _position(self, place: TopicPartition) -> int:
        return int(await _answer(self._consumer.position(place)))

    def _has_open_transaction(self, place: TopicPartition) -> bool:
        stable = self._consumer.last_stable_offset(place)
        last = self._consumer.highwater(place)
        return None not in (stable, last) and -1 < stable < last

    def _place(self, number: int) -> TopicPartition:
        return TopicPartition(self._topic, number)


@asynccontextmanager
async def reading(kafka: Kafka, isolation: Isolation) -> AsyncIterator[TopicReader]:
    """A reader that has reached Kafka. Raises KafkaFault."""
    reader = TopicReader(kafka, isolation)
    try:
        await reader.connect()
        yield reader
    finally:
        await reader.close()


@asynccontextmanager
async def opened(kafka: Kafka, topic: str) -> AsyncIterator[TopicReader]:
    """A reader of the letters in *topic*, of those that are committed. Raises KafkaFault."""
    async with reading(kafka, "read_committed") as reader:
        if not await reader.open(topic):
            raise KafkaFault(f"Kafka has no topic {topic}")
        yield reader


def _consumer(kafka: Kafka, isolation: Isolation) -> Any:
    return AIOKafkaConsumer(
        **options(kafka),
        group_id=None,
        enable_auto_commit=False,
        # What is gone must be seen to be gone.
        auto_offset_reset="none",
        isolation_level=isolation,
        fetch_max_wait_ms=50,
        check_crcs=True,
    )


async def _answer(call: Awaitable[Answer]) -> Answer:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await call
    except FAILURES as error:
        raise KafkaFault(sentence(error)) from error
