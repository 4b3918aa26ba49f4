"""One record in hand, from its admission to its end."""

from typing import Final

from bridge.event import Request
from bridge.health import Mark
from bridge.ledger import Entry
from bridge.model import LaneKey, Rejected, Service
from bridge.record import Record

ANY_COMPANY: Final = 1 << 30
NEVER_TRIED: Final = float("-inf")


class Job:
    """A record that waits in its lane: to be delivered, or, once *rejected*, to be buried."""

    # What most records never need stands here: a default costs them nothing.
    rejected: Rejected | None = None
    company: int = ANY_COMPANY
    """How many records may leave in its request, itself among them."""
    crowd: int = ANY_COMPANY
    """How many customers may travel in its request, its own among them."""
    attempts: int = 0
    """Requests answered or lost for this record, without those answered as pending."""
    pending_since: float | None = None
    """When Omeda first called its customer pending, on the loop's clock."""
    failures: int = 0
    """Failures in a row of what is being tried now; each doubles the back-off."""
    last_attempt: float = NEVER_TRIED
    """When it was last sent."""
    health: Mark | None = None
    """Where its service's counts stood at its last attempt that failed."""
    merges: int = 0
    """Merges that were followed on its behalf."""
    counted: int = 0
    """Failed attempts that count against it."""
    forbidden: int = 0
    """Times that it was refused as if the service were to blame, others being accepted."""
    forbidden_at: float = NEVER_TRIED

    def __init__(
        self,
        record: Record,
        entry: Entry,
        lane: LaneKey,
        service: Service,
        number: int,
        request: Request | None = None,
    ) -> None:
        self.record = record
        self.entry = entry
        self.lane = lane
        self.service = service
        self.number = number
        """In the order in which this process took records in, of all partitions."""
        self.request = request

    def __repr__(self) -> str:
        return f"<Job {self.record.partition}@{self.record.offset}: {self.attempts} attempts>"
