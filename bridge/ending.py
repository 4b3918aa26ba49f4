"""When a record that is not accepted is given up, and why. Pure.

Giving up costs an event, so each way needs evidence that the record is to blame and not the
service: an outage, however long, gives up nothing.
"""

import msgspec

from bridge.config.delivery import Delivery
from bridge.event import Request
from bridge.health import Health
from bridge.job import Job
from bridge.model import Halt, Kind, Reason, Rejected, TryAgain
from bridge.retry import Patience

MOST_FORBIDDEN = 3
"""Refusals like a halted service's, after which the record is known to be the one at fault."""

MOST_MERGES = 5
"""Of a chain; beyond it, it may be a circle."""

GIVE_UP = "dead_letter"


class Endings:
    """The bounds of trying again."""

    def __init__(
        self, *, attempts: int, patience: Patience, unknown: dict[str, str], follow_merges: bool
    ) -> None:
        self._follow_merges = follow_merges
        self._attempts = attempts
        self._patience = patience
        self._unknown = unknown
        """By kind, and for a paid order: what follows a request whose fate is unknown."""

    def after_failure(
        self, job: Job, request: Request, outcome: TryAgain, health: Health, now: float
    ) -> Rejected | None:
        """Why *job* ends with this failure; None where it is tried again."""
        rejected = self.after_failure_together(job, request, outcome, now)
        if rejected is not None or outcome.at_last is not None:
            return rejected
        if self._counts(job, health) >= self._attempts:
            message = f"{outcome.reason}: failed {job.counted} times while the service was well"
            return _given_up("exhausted", "AttemptsExhausted", message, outcome.status)
        return None

    def after_failure_together(
        self, job: Job, request: Request, outcome: TryAgain, now: float
    ) -> Rejected | None:
        """The same of a *job* that has left with others, and may not be to blame."""
        if outcome.at_last is not None:
            return self._pending(job, outcome.at_last, now)
        if outcome.unknown and self._unknown[_sort(request)] == GIVE_UP:
            message = f"{outcome.reason}: whether Omeda took it is not known, and it is not resent"
            return _given_up("unknown_outcome", "OutcomeUnknown", message, outcome.status)
        return None

    def after_halt(self, job: Job, outcome: Halt, health: Health, now: float) -> Rejected | None:
        """Why *job* ends, refused as if its service were to blame; None where that may be so."""
        # What began before the refusal says nothing: credentials may have been revoked between.
        if not job.forbidden or health.newest_accepted > job.forbidden_at:
            job.forbidden += 1
        job.forbidden_at = now
        if job.forbidden < MOST_FORBIDDEN:
            return None
        message = f"{outcome.message} ({job.forbidden} times, others being accepted in between)"
        return _given_up("forbidden", "OmedaForbids", message, outcome.status)

    def survivor(self, job: Job, rejected: Rejected) -> int | None:
        """Whom to send *job* to instead: the customer that its own was merged into, if at all."""
        if not self._follow_merges or job.merges >= MOST_MERGES:
            return None
        return rejected.merged_into if rejected.reason == "merged" else None

    def left(self, job: Job, now: float) -> float:
        """Seconds that *job* may still wait; without end unless its customer is pending."""
        if job.pending_since is None:
            return float("inf")
        return self._patience.left(since=job.pending_since, now=now)

    def _pending(self, job: Job, at_last: Rejected, now: float) -> Rejected | None:
        if job.pending_since is None:
            job.pending_since = now
        return None if self._patience.left(since=job.pending_since, now=now) else at_last

    def _counts(self, job: Job, health: Health) -> int:
        """An attempt counts only where the service was well since the one before."""
        if job.health is not None and health.well_since(job.health):
            job.counted += 1
        job.health = health.mark()
        return job.counted


def _sort(request: Request) -> str:
    paid = request.service.kind == Kind.ORDER and request.paid
    return "paid_order" if paid else str(request.service.kind)


def _given_up(reason: Reason, error: str, message: str, status: int | None) -> Rejected:
    return Rejected(reason, "deliver", error, message, status)


def endings_of(settings: Delivery) -> Endings:
    """The bounds that were chosen."""
    return Endings(
        attempts=settings.retry.attempts,
        patience=Patience(settings.pending_seconds),
        unknown=msgspec.structs.asdict(settings.unknown_outcome),
        follow_merges=settings.follow_merges,
    )
