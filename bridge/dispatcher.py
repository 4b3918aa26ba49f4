"""The sending side of the line: take a turn, deliver, and end the record or wait.

A record ends in exactly two ways, both through `settling`: Omeda accepted it, or the dead-letter
topic did.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from itertools import chain

from bridge import traced
from bridge.bulk import scatter
from bridge.burials import Burials
from bridge.delivery import Delivery
from bridge.desk import Desk, withheld
from bridge.desks import Desks
from bridge.ending import Endings
from bridge.event import Request
from bridge.job import Job
from bridge.joining import part
from bridge.lanes import Lanes, Strand
from bridge.loading import Load, Loading, request_of
from bridge.model import NOT_A_MEMBER, Delivered, Halt, Rejected, TryAgain, Verdict
from bridge.observer import Observer
from bridge.retry import Backoff, retry_after
from bridge.routing import redirected
from bridge.settling import Settling
from bridge.spans import Tracing

log = logging.getLogger(__name__)


def _is_of_all(outcome: Verdict) -> bool:
    """Whether *outcome* says the same of each customer in a request."""
    match outcome:
        case Rejected() | TryAgain(at_last=Rejected()):
            return False
        case _:
            return True


class Dispatcher:
    """Workers that hold a slot for one attempt each, never for a back-off."""

    def __init__(
        self,
        lanes: Lanes[Job],
        desks: Desks,
        settling: Settling,
        delivery: Delivery,
        burials: Burials,
        loading: Loading,
        backoff: Backoff,
        endings: Endings,
        observer: Observer,
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float] = time.time,
        tracing: Tracing | None = None,
    ) -> None:
        self._lanes = lanes
        self._desks = desks
        self._settling = settling
        self._delivery = delivery
        self._burials = burials
        self._loading = loading
        self._backoff = backoff
        self._endings = endings
        self._observer = observer
        self._clock = clock
        self._wall_clock = wall_clock
        self._tracing = tracing

    async def run(self, slots: int) -> None:
        """Work with *slots* workers for ever."""
        async with asyncio.TaskGroup() as tasks:
            for slot in range(slots):
                tasks.create_task(self._work(tasks), name=f"slot-{slot}")

    async def _work(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            # Asked at once after an answer, by which what may be sent has changed: nobody else
            # need be woken to look.
            desk, strand = await self._desks.next()
            if strand.head.rejected is not None:
                self._burials.begin(desk, strand, tasks)
            else:
                loads = self._loading.of(desk, strand)
                request = request_of(loads)
                if self._tracing is None:
                    outcome = await self._delivery.attempt(request)
                else:
                    outcome = await traced.attempt(self._tracing, self._delivery, request, loads)
                if isinstance(outcome, Delivered):
                    self._delivered(desk, loads, outcome)
                else:
                    self._not_accepted(desk, loads, outcome, tasks)

    def _delivered(self, desk: Desk, loads: Sequence[Load], outcome: Delivered) -> None:
        desk.accepted(loads[0].jobs[0], self._clock())
        if len(loads) > 1:
            desk.crowd.accepted()
        if log.isEnabledFor(logging.DEBUG):
            ids = outcome.submission_id, outcome.transaction_id
            for job in chain.from_iterable(load.jobs for load in loads):
                log.debug("%r was accepted: submission %s, transaction %s", job, *ids)
        for load in loads:
            self._settling.delivered(desk, load, outcome)

    def _not_accepted(
        self,
        desk: Desk,
        loads: Sequence[Load],
        outcome: TryAgain | Halt | Rejected,
        tasks: asyncio.TaskGroup,
    ) -> None:
        """What *outcome* is for each part of a request."""
        asked = self._asked(outcome)
        desk.ended(loads[0].jobs[0], outcome, asked=asked, now=self._clock())
        if len(loads) > 1:
            self._count_crowd(desk, loads, outcome)
        for load in loads:
            self._end(desk, load, outcome, asked, alone=len(loads) == 1)
        for load in loads:
            if load.strand.at_work and load.strand.head.rejected is not None:
                self._burials.begin(desk, load.strand, tasks)

    def _end(
        self,
        desk: Desk,
        load: Load,
        outcome: TryAgain | Halt | Rejected,
        asked: float,
        *,
        alone: bool,
    ) -> None:
        """What an *outcome* that is no acceptance is for one customer's part of a request."""
        strand, jobs, request = load.strand, load.jobs, load.request
        if withheld(outcome):
            # Nobody has seen it: it is no attempt, and says nothing of record or service.
            self._observer.backed_off(desk.service, NOT_A_MEMBER, 0)
            self._lanes.again(strand, 0)
            return
        self._count_attempt(jobs, outcome)
        if alone and len(jobs) == 1:
            self._not_delivered(desk, strand, request, outcome, asked)
        elif alone or _is_of_all(outcome):
            self._not_delivered_together(desk, strand, jobs, request, outcome, asked)
        else:
            # One customer's fault, and perhaps another's.
            self._lanes.again(strand, 0)

    def _count_crowd(
        self, desk: Desk, loads: Sequence[Load], outcome: TryAgain | Halt | Rejected
    ) -> None:
        scatter([load.jobs[0] for load in loads], outcome)
        if not _is_of_all(outcome):
            desk.crowd.refused()
            self._observer.parted(desk.service, sum(load.request.events for load in loads))

    @staticmethod
    def _count_attempt(jobs: Sequence[Job], outcome: Verdict) -> None:
        # Waiting for a pending customer counts as nothing.
        if not (isinstance(outcome, TryAgain) and outcome.at_last):
            for job in jobs:
                job.attempts += 1

    def _not_delivered(
        self,
        desk: Desk,
        strand: Strand[Job],
        request: Request,
        outcome: TryAgain | Halt | Rejected,
        asked: float,
    ) -> None:
        job, now = strand.head, self._clock()
        match outcome:
            case TryAgain():
                job.rejected = self._endings.after_failure(job, request, outcome, desk.health, now)
                self._again_or_over(desk, strand, job, outcome, asked)
            case Halt():
                job.rejected = self._endings.after_halt(job, outcome, desk.health, now)
                if job.rejected is None:
                    # Without a back-off: the desk knows when it is tried again.
                    self._lanes.again(strand, 0)
            case Rejected():
                self._follow_or_reject(strand, job, request, outcome)

    def _not_delivered_together(
        self,
        desk: Desk,
        strand: Strand[Job],
        jobs: Sequence[Job],
        request: Request,
        outcome: TryAgain | Halt | Rejected,
        asked: float,
    ) -> None:
        """None of *jobs* can be blamed; only what is known of each of them ends it."""
        job, now = jobs[0], self._clock()
        part(jobs, outcome)
        if isinstance(outcome, TryAgain):
            for each in jobs:
                each.rejected = self._endings.after_failure_together(each, request, outcome, now)
            if job.rejected is None:
                self._lanes.narrow(strand)
            self._again_or_over(desk, strand, job, outcome, asked)
            return
        self._lanes.narrow(strand)
        job.failures = 0
        if isinstance(outcome, Rejected):
            self._observer.parted(job.service, request.events)
        self._lanes.again(strand, 0)

    def _follow_or_reject(
        self, strand: Strand[Job], job: Job, request: Request, outcome: Rejected
    ) -> None:
        customer = self._endings.survivor(job, outcome)
        job.failures = 0
        if customer is None:
            job.rejected = outcome
            return
        job.merges += 1
        job.request = redirected(request, customer)
        self._observer.merge_followed(job.service)
        self._lanes.again(strand, 0)

    def _asked(self, outcome: Verdict) -> float:
        if not isinstance(outcome, TryAgain) or outcome.retry_after is None:
            return 0.0
        return retry_after(outcome.retry_after, now=self._wall_clock())

    def _again_or_over(
        self, desk: Desk, strand: Strand[Job], job: Job, outcome: TryAgain, asked: float
    ) -> None:
        if job.rejected is not None:
            # The slot that saw it sees to the burial.
            job.failures = 0
            return
        job.failures += 1
        # Once the service answers again, its records must not be found in a back-off that
        # the outage has grown.
        longest = desk.breaker.longest if desk.held else math.inf
        delay = self._backoff.delay(job.failures, at_least=asked, at_most=longest)
        if outcome.at_last is not None:
            # The last try falls at the end of its patience.
            delay = min(delay, self._endings.left(job, self._clock()))
        self._observer.backed_off(job.service, outcome.reason, delay)
        log.debug("%r failed (%s), next attempt in %.2f s", job, outcome.reason, delay)
        self._lanes.again(strand, delay)
