"""What the bridge is doing now: for `/status.json`, for the gauges, and for the live view."""

from msgspec import Struct


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

    state: str
    """`starting`, `running`, `draining`."""
    backlog_records: int
    backlog_bytes: int
    backlog_high: int
    concurrency: int
    partitions: list[PartitionStatus]
    services: list[ServiceStatus]
