"""One record in hand, from its admission to its end."""

from bridge.health import Mark
from bridge.ledger import Entry
from bridge.model import LaneKey, Record, Rejected, Request, Service

ANY_COMPANY = 1 << 30


class Job:
    """A record that waits in its lane: to be delivered, or, once *rejected*, to be buried."""

    __slots__ = (
        "attempts",
        "company",
        "counted",
        "entry",
        "failures",
        "forbidden",
        "forbidden_at",
        "health",
        "lane",
        "last_attempt",
        "merges",
        "number",
        "pending_since",
        "record",
        "rejected",
        "request",
        "service",
    )

    def __init__(
        self,
        record: Record,
        entry: Entry,
        lane: LaneKey,
        service: Service,
        *,
        number: int,
        request: Request | None = None,
        rejected: Rejected | None = None,
    ) -> None:
        self.record = record
        self.number = number
        """In the order in which this process took records in, of all partitions."""
        self.entry = entry
        self.lane = lane
        self.service = service
        self.request = request
        self.rejected = rejected
        self.company = ANY_COMPANY
        """How many records may leave in its request, itself among them."""
        self.attempts = 0
        """Requests answered or lost for this record, without those answered as pending."""
        self.pending_since: float | None = None
        """When Omeda first called its customer pending, on the loop's clock."""
        self.failures = 0
        """Failures in a row of what is being tried now; each doubles the back-off."""
        self.last_attempt = float("-inf")
        """When it was last sent."""
        self.health: Mark | None = None
        """Where its service's counts stood at its last attempt that failed."""
        self.merges = 0
        """Merges that were followed on its behalf."""
        self.counted = 0
        """Failed attempts that count against it."""
        self.forbidden = 0
        """Times that it was refused as if the service were to blame, others being accepted."""
        self.forbidden_at = float("-inf")

    def __repr__(self) -> str:
        return f"<Job {self.record.partition}@{self.record.offset}: {self.attempts} attempts>"
