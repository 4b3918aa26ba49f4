"""One service's affairs: which of its records may be sent now, and what its answers teach.

A service is one brand's Assign Behavior, or one brand's Store Customer and Order. What one of
them learns from its trouble stays at its desk, so that it touches no other.
"""

import logging

from bridge.breaker import Breaker, State
from bridge.bulk import Crowd
from bridge.due import Due
from bridge.halts import NEVER, Halts
from bridge.health import Health
from bridge.job import Job
from bridge.lanes import Lanes, Strand
from bridge.letter_limit import LetterLimit
from bridge.limit import Limit
from bridge.model import NOT_A_MEMBER, Halt, Rejected, Service, TryAgain, Verdict
from bridge.observer import Observer
from bridge.pace import Pace
from bridge.under_way import UnderWay

log = logging.getLogger(__name__)

OVERLOAD = frozenset({"throttled", "timeout", "request_timeout"})
"""Reasons of failures that ask for fewer requests at once; a 503 is told by its status."""


MOST_LETTERS = 64
"""Dead letters of a service that are written side by side."""


def withheld(outcome: Verdict) -> bool:
    """Whether nothing was asked of Omeda: the partitions may be another member's by now."""
    return isinstance(outcome, TryAgain) and outcome.reason == NOT_A_MEMBER


class Desk:
    """Holds the strands whose head is due, and lets them begin as their service bears it."""

    def __init__(
        self,
        service: Service,
        lanes: Lanes[Job],
        breaker: Breaker,
        limit: Limit,
        pace: Pace,
        observer: Observer,
        *,
        letters: LetterLimit,
        crowd: Crowd,
        probe_seconds: float,
    ) -> None:
        self.service = service
        self._lanes = lanes
        self.letters = letters
        self.crowd = crowd
        self.breaker = breaker
        self.limit = limit
        self.health = Health()
        self.halts = Halts(probe_seconds)
        self._under_way = UnderWay()
        self.pace = pace
        self._observer = observer
        self._paced_since: float | None = None
        self._probe: Job | None = None
        """What is under way to see whether a held service answers again."""
        self.last_began = float("-inf")
        self.ready = Due(lanes)
        """Whose head waits for a request."""
        self.burials = Due(lanes)
        """Whose head waits for its dead letter."""

    def __repr__(self) -> str:
        return f"<Desk {self.service}: {len(self.ready)} due, {self.in_flight} in flight>"

    @property
    def in_flight(self) -> int:
        """Requests under way, or about to be."""
        return len(self._under_way)

    @property
    def at_work(self) -> bool:
        """Whether it wants a share of the slots."""
        return bool(self.ready or self.in_flight)

    @property
    def held(self) -> bool:
        """Whether nothing but a probe is sent: its breaker is open, or it is halted."""
        return self.halts.why is not None or self.breaker.state is not State.CLOSED

    @property
    def sated(self) -> bool:
        """Whether it is held, and has something in hand to be tried with that was not yet.

        Where all that is due was tried, the fault may be theirs: others must come in.
        """
        return self.held and self.ready.has_untried

    def offer(self, strand: Strand[Job]) -> None:
        """The head of *strand* is due."""
        (self.ready if strand.jobs[0].rejected is None else self.burials).append(strand)

    def may_bury(self, job: Job) -> bool:
        """Whether the dead letter of *job* may be begun now. Too many of them halt the service.

        What is bad is known at once, what is good only after an answer: letters wait for the
        requests beside them, or the start on a backlog would look like a bad release.
        """
        if self.halts or self.letters.under_way >= MOST_LETTERS:
            return False
        too_many = self.letters.exceeded(job.number)
        if too_many is None:
            return True
        beside = self.held or self.ready or self.in_flight or self.letters.under_way
        if not beside and not self._lanes.has_waiting(self._is_to_be_sent):
            self._stand(too_many)
        return False

    def next_burial(self) -> Strand[Job] | None:
        """A strand whose head goes to the dead letters, its turn taken."""
        while (head := self.burials.peek()) is not None and self.may_bury(head):
            strand = self.burials.take()
            if strand is not None:
                return strand
        return None

    def next_request(self, now: float) -> Strand[Job] | None:
        """A strand whose head may be sent now, its turn taken; `ended` must follow."""
        if not self.ready:
            return None
        held = self.held
        opens_at = self._probe_at() if held else self._room_at(now)
        if opens_at > now:
            if self._paced_since is None and opens_at == self.pace.next_at:
                self._paced_since = now
            return None
        strand = self.ready.longest_untried() if held else self.ready.first()
        if strand is not None:
            job = strand.jobs[0]
            job.last_attempt = now
            self._begin(job, now)
            if held:
                self._begin_probe(job)
        return strand

    def opens_at(self, now: float) -> float:
        """When a request may begin, if nothing else happens before; NEVER where something must."""
        return self._probe_at() if self.held else self._room_at(now)

    def _room_at(self, now: float) -> float:
        if self._under_way.fresh >= self.limit.value:
            return NEVER
        return max(now, self.pace.next_at)

    def _probe_at(self) -> float:
        if self.halts:
            return self.halts.opens_at
        if self.breaker.state == State.HALF_OPEN:
            return NEVER
        # Whatever hangs since before: without a probe nobody would know that all is well again.
        return max(self.breaker.probe_at, self.pace.next_at)

    def accepted(self, job: Job, now: float) -> None:
        """A request of *job* was accepted."""
        self._under_way.end(job)
        self.health.accepted(began=job.last_attempt)
        self.limit.rose()
        probe = self._was_probe(job)
        if probe or not self.breaker.at_ease:
            self._answered(job, probe=probe)
        if probe:
            # No other: one that began before the refusal says nothing of now.
            self.resume("a record was accepted", now)

    def ended(
        self, job: Job, outcome: TryAgain | Halt | Rejected, *, asked: float, now: float
    ) -> None:
        """A request of *job* ended as *outcome*; *asked* is what its `Retry-After` wants."""
        self._under_way.end(job)
        probe = self._was_probe(job)
        if probe and self.halts:
            self.halts.probed(now)
        if withheld(outcome):
            if probe:
                self.breaker.failed(job.lane, now, probe=True)
            return
        self.health.not_accepted()
        match outcome:
            case Rejected(errors=errors):
                self._answered(job, probe=probe)
                if probe and errors:
                    # It was read and judged, so the credentials are good.
                    self.resume("Omeda judges records by their content again", now)
            case Halt():
                self._halt(job, outcome, now)
            case TryAgain() if outcome.at_last is None:
                self._failed(job, outcome, asked, now, probe=probe)
            case _:
                self._answered(job, probe=probe)

    def resume(self, why: str, now: float) -> None:
        """Go on after a halt; does nothing to one that only a restart ends."""
        if self.halts.resume(now):
            log.warning("%s goes on: %s", self.service, why)
            # One that is still under way says nothing of the time from now on.
            self._probe = None

    def prune(self) -> None:
        """Strands were dropped: forget them."""
        self.ready.prune()
        self.burials.prune()

    def _is_to_be_sent(self, job: Job) -> bool:
        return job.service == self.service and job.rejected is None

    def _stand(self, why: str) -> None:
        """Halt until a restart: neither requests nor dead letters."""
        log.error("%s is halted until a restart: %s", self.service, why)
        self.halts.stand(why)

    def _was_probe(self, job: Job) -> bool:
        if job is not self._probe:
            return False
        self._probe = None
        return True

    def _begin(self, job: Job, now: float) -> None:
        self._under_way.add(job)
        self.last_began = now
        self.pace.begin(now)
        if self._paced_since is not None:
            self._observer.rate_limited(self.service, now - self._paced_since)
            self._paced_since = None

    def _begin_probe(self, job: Job) -> None:
        self._probe = job
        if self.halts:
            self.halts.probe()
        else:
            self.breaker.begin()

    def _answered(self, job: Job, *, probe: bool) -> None:
        rested = self.breaker.state != State.CLOSED
        if self.breaker.answered(job.last_attempt, probe=probe) and rested:
            log.warning("%s answers again", self.service)
            # Full speed at once would be the next outage.
            self.limit.restart()
            self._under_way.restart()

    def _failed(
        self, job: Job, outcome: TryAgain, asked: float, now: float, *, probe: bool
    ) -> None:
        if outcome.reason in OVERLOAD or outcome.status == 503:  # noqa: PLR2004 - HTTP's
            self.limit.cut(now)
        was = self.breaker.state
        # Omeda's page on a 500: submitting additional requests may not be advisable.
        weight = 2 if outcome.status == 500 else 1  # noqa: PLR2004 - HTTP's
        self.breaker.failed(job.lane, now, probe=probe, weight=weight, asked=asked)
        if was == State.CLOSED and self.breaker.state == State.OPEN:
            log.warning(
                "%s fails (%s): it is tried again from time to time; nothing is lost,"
                " nothing is dead-lettered",
                self.service,
                outcome.reason,
            )

    def _halt(self, job: Job, outcome: Halt, now: float) -> None:
        why = f"Omeda answered {outcome.status}: {outcome.message}"
        if self.halts.refused(why, began=job.last_attempt, now=now):
            log.error("%s is halted, nothing of it is lost: %s", self.service, why)
        if self.halts:
            self.breaker.close()
