"""What the bridge is doing now: for `/status.json`, for the gauges, and for the live view."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from bridge.model import Service


class PartitionStatus(Struct, frozen=True):
    """One owned partition. Timestamps are seconds since the epoch."""

    topic: str
    number: int
    brand: str
    kind: str
    paused: bool
    records: int
    """Records in hand: admitted and not settled."""
    committed: int
    """The offset that Kafka is known to hold."""
    lag: int | None
    """Records behind the end that are not settled; None until the end was asked for."""
    oldest_unsettled: float | None
    map_characters: int
    lost: bool = False
    """Whether it stands because Kafka no longer has its next records: `kafka.on_lost_offsets`."""


class ServiceStatus(Struct, frozen=True):
    """One brand's service."""

    brand: str
    kind: str
    in_flight: int
    limit: int
    """Requests that may be under way at once."""
    breaker: int
    """0 closed, 1 half-open, 2 open."""
    halted: str | None
    """Why nothing is sent; None while all is well."""


class Status(Struct, frozen=True):
    """The whole process."""

    state: Literal["starting", "running", "draining"]
    backlog_records: int
    backlog_bytes: int
    backlog_high: int
    concurrency: int
    partitions: list[PartitionStatus]
    services: list[ServiceStatus]
    backlog_low: int = 0
    backlog_bytes_high: int = 0


class Counts(Struct, frozen=True):
    """What was counted of one service since the process began."""

    delivered: int
    dead_letters: dict[str, int]
    """By reason; only those that there are."""
    retries: dict[str, int]
    """Likewise."""
    delays: tuple[int, ...]
    """Records delivered, by the bucket of their delay."""

    @property
    def rejected(self) -> int:
        """All dead letters."""
        return sum(self.dead_letters.values())


class Totals(Struct, frozen=True):
    """What was counted of the whole process."""

    services: Mapping[Service, Counts]
    rebalances: int
