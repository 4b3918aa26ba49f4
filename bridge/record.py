"""A record as it was read, and as it is buried.

Plain classes, for the same reason as those of `event`.
"""

from typing import Final, NamedTuple

from bridge.model import Partition, Rejected, Service


class Record:
    """One Kafka record as it was read. *timestamp_ms* is milliseconds since the epoch."""

    __slots__ = ("headers", "key", "offset", "partition", "timestamp_ms", "value")

    def __init__(
        self,
        partition: Partition,
        offset: int,
        timestamp_ms: int,
        key: bytes | None,
        value: bytes | None,
        headers: tuple[tuple[str, bytes | None], ...] = (),
    ) -> None:
        self.partition: Final = partition
        self.offset: Final = offset
        self.timestamp_ms: Final = timestamp_ms
        self.key: Final = key
        self.value: Final = value
        self.headers: Final = headers

    def __repr__(self) -> str:
        # No bytes of it: they may hold what must never be logged.
        return f"<Record {self.partition}@{self.offset}: {self.size} bytes>"

    @property
    def size(self) -> int:
        """Bytes of payload held in memory for this record."""
        size = len(self.value or b"") + len(self.key or b"")
        if not self.headers:
            return size
        for name, value in self.headers:
            size += len(name) + len(value or b"")
        return size


class Read(NamedTuple):
    """What was read of a partition, and where the consumer then stood."""

    records: list[Record]
    position: int | None
    """Also behind what holds no records; None where the partition is not the consumer's, or the
    group deals anew."""


class Letter:
    """A record on its way to the dead-letter topic, and why."""

    __slots__ = ("attempts", "failed_at_ms", "record", "rejected", "service")

    def __init__(
        self,
        record: Record,
        service: Service,
        rejected: Rejected,
        attempts: int,
        failed_at_ms: int,
    ) -> None:
        self.record: Final = record
        self.service: Final = service
        self.rejected: Final = rejected
        self.attempts: Final = attempts
        self.failed_at_ms: Final = failed_at_ms

    def __repr__(self) -> str:
        return f"<Letter of {self.record}: {self.rejected.reason}>"
