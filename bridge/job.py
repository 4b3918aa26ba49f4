"""One record in hand, from its admission to its end."""

from bridge.ledger import Entry
from bridge.model import LaneKey, Record, Rejected, Request, Service


class Job:
    """A record that waits in its lane: to be delivered, or, once *rejected*, to be buried."""

    __slots__ = (
        "attempts",
        "entry",
        "failures",
        "lane",
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
        request: Request | None = None,
        rejected: Rejected | None = None,
    ) -> None:
        self.record = record
        self.entry = entry
        self.lane = lane
        self.service = service
        self.request = request
        self.rejected = rejected
        self.attempts = 0
        """Requests answered or lost for this record, without those answered as pending."""
        self.pending_since: float | None = None
        """When Omeda first called its customer pending, on the loop's clock."""
        self.failures = 0
        """Failures in a row of what is being tried now; each doubles the back-off."""

    def __repr__(self) -> str:
        return f"<Job {self.record.partition}@{self.record.offset}: {self.attempts} attempts>"
