"""What the bridge tells to whoever watches it: `/status.json`, `/history.json` and the page.

A public format, described in docs/operations.md: members are added, none is taken away. No member
holds anything of a record but where it stands. Times are seconds since the epoch.
"""

from typing import Literal

from msgspec import Struct

from bridge.model import Reason
from bridge.record import Letter
from bridge.status import PartitionStatus, ServiceStatus

Doing = Literal["idle", "delivering", "waiting", "outage", "halted"]
"""`waiting`: there are records in hand, and none of them is sent or was accepted of late."""

What = Literal["starting", "running", "draining", "outage", "halted", "recovered", "rebalanced"]


class Happening(Struct, frozen=True):
    """Something that an operator may look for later."""

    at: float
    what: What
    brand: str | None = None
    kind: str | None = None
    seconds: float | None = None
    """How long the trouble was, where it is over."""


class Rejection(Struct, frozen=True):
    """A record that ended in the dead-letter topic: where it came from, and why."""

    at: float
    brand: str
    kind: str
    topic: str
    partition: int
    offset: int
    reason: Reason
    status: int | None
    """Omeda's, where Omeda was asked."""
    rules: tuple[str, ...]
    """The rules that were broken."""
    errors: tuple[str, ...]
    """What Omeda complained of, in the words of `omeda_errors_total`."""


def rejection_of(letter: Letter, at: float) -> Rejection:
    """What may be shown of *letter*."""
    partition, rejected = letter.record.partition, letter.rejected
    return Rejection(
        at,
        letter.service.brand,
        letter.service.kind,
        partition.topic,
        partition.number,
        letter.record.offset,
        rejected.reason,
        rejected.status,
        rejected.rules,
        rejected.errors,
    )


class Delay(Struct, frozen=True):
    """Percentiles of the time from a record's timestamp to its acceptance, in seconds.

    Estimated within the buckets of `delivery_delay_seconds`; None where nothing was accepted.
    """

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


class ServiceReport(ServiceStatus, frozen=True, kw_only=True):
    """One brand's service, with what only time tells."""

    doing: Doing
    since: float
    """Since when it does that."""
    records: int
    """In hand, of all its partitions in this process."""
    lag: int | None
    """Of all its partitions; None until each is known."""
    oldest_unsettled: float | None
    delivered: int
    """Since the process began."""
    delivered_per_second: float
    rejected_per_second: float
    """Both over the last step of the history."""
    dead_letters: dict[str, int]
    """Since the process began, by reason."""
    retries: dict[str, int]
    """Likewise."""
    delay_last_minute: Delay
    delay_last_quarter: Delay
    """Of the 15 minutes that the history holds."""


class Report(Struct, frozen=True, kw_only=True):
    """The whole process. The first members are those of `Status`."""

    state: str
    backlog_records: int
    backlog_bytes: int
    backlog_high: int
    backlog_low: int
    backlog_bytes_high: int
    concurrency: int
    partitions: list[PartitionStatus]
    services: list[ServiceReport]
    time: float
    """When this was true."""
    started: float
    version: str
    rebalances: int
    rejections: list[Rejection]
    """The last ones, newest first."""
    happenings: list[Happening]
    """Likewise."""


class ServiceHistory(Struct, frozen=True):
    """One service's steps, oldest first; None where nothing is known."""

    brand: str
    kind: str
    doing: list[Doing]
    delivered_per_second: list[float]
    rejected_per_second: list[float]
    lag: list[int | None]
    delay_p50: list[float | None]
    delay_p99: list[float | None]


class HistoryReport(Struct, frozen=True):
    """The last 15 minutes, at most."""

    step_seconds: float
    at: list[float]
    """When each step ended."""
    backlog_records: list[int]
    services: list[ServiceHistory]
