"""What Kafka holds of an event, or of a customer's: source, dead letters, receipts, offsets."""

import time
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import NamedTuple

from bridge.commands.letter_texts import time_of
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.kafka.group_offsets import group_offsets
from bridge.kafka.topics import Span, TopicReader, reading
from bridge.letter_index import Index
from bridge.letters import Place as LetterPlace
from bridge.letters import Stored
from bridge.model import Commit, Partition
from bridge.reading import Reader
from bridge.receipt import Receipt, key_of, receipt_in
from bridge.record import Record
from bridge.terminal import progress
from bridge.tracing import Found, Holding, Seen, Trace, trace

MOST = 1_000_000
"""Records of one partition that are read at most."""

SKEW_MS = 3_600_000
"""A letter or a receipt may bear an earlier time than its event, by as much as clocks differ."""

Place = tuple[Partition, int]


class Order(NamedTuple):
    """What is searched: one place, or what is a customer's, in a range."""

    place: Place | None
    customer: str | None
    topic: str | None
    """With a customer: of this topic alone."""
    since_ms: int | None
    until_ms: int | None
    """Events produced before then."""
    last: int | None
    """So many of the newest records of each partition."""


class Searching:
    """One search. Nothing is kept of what does not belong to it."""

    def __init__(self, config: Config, order: Order) -> None:
        self._config = config
        self._order = order
        self._readers = {route.topic: Reader(route, wall_clock=time.time) for route in config.line}
        self._spans: dict[Partition, Span] = {}
        self._seen: dict[Place, Seen] = {}
        self._letters: defaultdict[Place, list[Stored]] = defaultdict(list)
        self._receipts: defaultdict[Place, list[Receipt]] = defaultdict(list)
        self._index = Index()
        self.notes: list[str] = []
        """What was searched, and what could not be, in sentences."""

    async def run(self) -> list[Trace]:
        """Everything that is found. Raises KafkaFault, and ConfigError for what cannot be there."""
        kafka = self._config.kafka
        async with reading(kafka, kafka.isolation_level) as sources:
            await (self._look_at(sources) if self._order.place else self._look_for(sources))
        # Before letters and receipts: whatever is settled by then has left its traces.
        offsets = await group_offsets(kafka, self._spans)
        async with reading(kafka, "read_committed") as ends:
            await self._read_letters(ends)
            await self._read_receipts(ends)
        replayed = self._index.replayed()
        return [self._trace(place, offsets, replayed) for place in self._places()]

    def _places(self) -> list[Place]:
        if self._order.place:
            return [self._order.place]
        return sorted({*self._seen, *self._letters, *self._receipts})

    def _trace(
        self, place: Place, offsets: dict[Partition, Commit], replayed: set[LetterPlace]
    ) -> Trace:
        partition, offset = place
        span = self._spans.get(partition, Span(0, 0))
        holding = Holding(span.first, span.end, offsets.get(partition))
        letters = [
            Found(one.place, one.reason, one.place in replayed) for one in self._letters[place]
        ]
        return trace(
            partition, offset, holding, self._seen.get(place), letters, self._receipts[place]
        )

    async def _look_at(self, sources: TopicReader) -> None:
        assert self._order.place is not None  # noqa: S101 - `run` has looked
        partition, offset = self._order.place
        spans = await self._open(sources, partition.topic)
        if partition.number not in spans:
            raise ConfigError(
                f"--partition: {partition.topic} has {len(spans)} partitions, from 0 on"
                if spans
                else f"--topic: Kafka has no topic {partition.topic}"
            )
        record = await sources.at(partition.topic, partition.number, offset)
        if record is not None:
            self._see(record)

    async def _look_for(self, sources: TopicReader) -> None:
        for topic in self._readers:
            if self._order.topic not in (None, topic):
                continue
            await self._open(sources, topic)
            until = self._order.until_ms
            async for record in self._records(sources, topic, self._order.since_ms):
                if (until is None or record.timestamp_ms < until) and self._is_wanted(record):
                    self._see(record)

    async def _read_letters(self, ends: TopicReader) -> None:
        topic = self._config.dead_letters.topic
        if not await ends.open(topic):
            self.notes.append(f"Kafka has no topic {topic}: no dead letter was looked for")
            return
        async for record in self._records(ends, topic, self._since()):
            letter = self._index.add(record)
            if letter is None:
                continue
            place = (letter.source, letter.offset)
            if self._is_meant(place) or (self._order.customer and self._is_wanted_letter(letter)):
                self._letters[place].append(letter)

    async def _read_receipts(self, ends: TopicReader) -> None:
        topic = self._config.receipts.topic
        if topic is None:
            self.notes.append(
                "receipts.topic is not set: what was accepted can be told from what waits, but not"
                " under which ids, nor when"
            )
            return
        if not await ends.open(topic):
            self.notes.append(f"Kafka has no topic {topic}: no receipt was looked for")
            return
        customer = self._customer()
        key = None if customer is None else key_of(customer)
        async for record in self._records(ends, topic, self._since()):
            if key is not None and record.key != key:
                continue
            receipt = receipt_in(record)
            if receipt is None:
                continue
            place = (receipt.source, receipt.offset)
            if self._is_meant(place) or (
                self._order.customer and self._order.topic in (None, receipt.topic)
            ):
                self._receipts[place].append(receipt)

    def _customer(self) -> str | None:
        if self._order.customer is not None:
            return self._order.customer
        seen = self._seen.get(self._order.place) if self._order.place else None
        return seen.customer if seen else None

    def _is_meant(self, place: Place) -> bool:
        return place == self._order.place or place in self._seen

    def _is_wanted_letter(self, letter: Stored) -> bool:
        topic = letter.source.topic
        if topic not in self._readers or self._order.topic not in (None, topic):
            return False
        return self._is_wanted(letter.record, topic)

    def _is_wanted(self, record: Record, topic: str | None = None) -> bool:
        """Whether it is the customer's: by its key, or else by what its value says."""
        customer = self._order.customer or ""
        if record.key == customer.encode():
            return True
        # Most are told apart without being decoded: a value that never names it is another's.
        named = customer.rpartition(":")[2].encode()
        if named.isalnum() and named not in (record.value or b""):
            return False
        return self._lane(record, topic) == customer

    def _lane(self, record: Record, topic: str | None = None) -> str:
        return self._readers[topic or record.partition.topic].read(record).lane.customer

    def _see(self, record: Record) -> None:
        timestamp = record.timestamp_ms if record.timestamp_ms >= 0 else None
        self._seen[record.partition, record.offset] = Seen(self._lane(record), timestamp)

    def _since(self) -> int | None:
        """From when on ends are looked for: no event ends before it was produced."""
        if self._order.since_ms is not None or self._order.last or self._order.place is None:
            return self._order.since_ms
        seen = self._seen.get(self._order.place)
        return None if seen is None or seen.timestamp_ms is None else seen.timestamp_ms - SKEW_MS

    async def _open(self, reader: TopicReader, topic: str) -> dict[int, Span]:
        spans = await reader.open(topic)
        self._spans |= {Partition(topic, number): span for number, span in spans.items()}
        return spans

    async def _records(
        self, reader: TopicReader, topic: str, since_ms: int | None
    ) -> AsyncIterator[Record]:
        """What of *topic*, which is open, is in the range; says which that was."""
        spans = await self._range(reader, since_ms)
        read = 0
        total = sum(span.end - span.first for span in spans.values())
        with progress(f"reading {topic}", total=total) as shown:
            async for record in reader.records(spans):
                read += 1
                shown.update(1)
                yield record
        since = "" if since_ms is None else f" since {time_of(since_ms)}"
        self.notes.append(f"searched {read} records of {topic}{since}")

    async def _range(self, reader: TopicReader, since_ms: int | None) -> dict[int, Span]:
        whole = reader.spans
        starts = {} if since_ms is None else await reader.offsets_at(whole, since_ms)
        last = min(self._order.last or MOST, MOST)
        return {
            number: Span(max(span.first, starts.get(number, 0), span.end - last), span.end)
            for number, span in whole.items()
        }
