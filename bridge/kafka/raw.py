"""A record as the client's parser has it, and as the bridge holds it."""

from collections.abc import Iterable, Iterator
from typing import Any

from bridge.model import Partition
from bridge.record import Record


class Place:
    """Where reading has come to in a partition: the offset that is next."""

    __slots__ = ("offset",)

    def __init__(self, offset: int) -> None:
        self.offset = offset


def record_of(partition: Partition, raw: Any) -> Record:
    """*raw* as the bridge holds it; what was written before Kafka had times has -1."""
    at, headers = raw.timestamp, raw.headers
    return Record(
        partition,
        raw.offset,
        -1 if at is None else at,
        raw.key,
        raw.value,
        tuple(headers) if headers else (),
    )


def unpacked(partition: Partition, place: Place, batches: Iterable[Any]) -> Iterator[Record]:
    """The records of *batches* from *place* on, which moves with each that is handed out."""
    for batch in batches:
        for raw in batch:
            # A batch comes whole, though it may begin before what was asked for.
            if raw.offset >= place.offset:
                record = record_of(partition, raw)
                place.offset = record.offset + 1
                yield record
        # Its end may be gone, by compaction: the next batch stands behind it all the same.
        place.offset = batch.next_offset
