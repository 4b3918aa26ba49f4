"""The sending side of the line: take a turn, deliver, and end the record or wait.

A record ends in exactly two ways, both here and both in the ledger: Omeda accepted it, or
the dead-letter topic did.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from typing import Protocol

from bridge.committer import Committer
from bridge.delivery import Delivery
from bridge.errors import NotWritten, ServiceHalted
from bridge.job import Job
from bridge.lanes import Lanes, Strand
from bridge.ledger import Ledger
from bridge.model import Delivered, Halt, Letter, Rejected, Request, TryAgain
from bridge.observer import Observer
from bridge.retry import Backoff, Patience, retry_after

log = logging.getLogger(__name__)

LETTER_SECONDS = 5.0
"""Longest wait before a dead letter is written again: Kafka is near, and soon mended."""

FOR_GOOD_SECONDS = 1e6
"""Until the process has stopped."""


class LetterBox(Protocol):
    """Where dead letters go."""

    async def write(self, letter: Letter) -> None:
        """Write and wait for the acknowledgement, bounded in time. Raises NotWritten."""


class Dispatcher:
    """Workers that hold a slot for one attempt each, never for a back-off."""

    def __init__(
        self,
        lanes: Lanes[Job],
        ledger: Ledger,
        committer: Committer,
        delivery: Delivery,
        letters: LetterBox,
        backoff: Backoff,
        patience: Patience,
        observer: Observer,
        *,
        fault: Callable[[ServiceHalted], None],
        clock: Callable[[], float],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._lanes = lanes
        self._ledger = ledger
        self._committer = committer
        self._delivery = delivery
        self._letters = letters
        self._backoff = backoff
        self._patience = patience
        self._observer = observer
        self._fault = fault
        self._clock = clock
        self._wall_clock = wall_clock

    async def run(self, slots: int) -> None:
        """Work with *slots* workers for ever."""
        async with asyncio.TaskGroup() as tasks:
            for slot in range(slots):
                tasks.create_task(self._work(tasks), name=f"slot-{slot}")

    async def _work(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            strand = await self._lanes.turn()
            job = strand.head
            if job.request is not None and job.rejected is None:
                await self._deliver(strand, job, job.request)
            if job.rejected is not None:
                # Not in this slot: a dead-letter topic that does not answer must not keep
                # healthy customers waiting.
                tasks.create_task(self._bury(strand, job, job.rejected), name="burial")

    async def _deliver(self, strand: Strand[Job], job: Job, request: Request) -> None:
        outcome = await self._delivery.attempt(request)
        if isinstance(outcome, TryAgain) and outcome.at_last is not None:
            self._pend(strand, job, outcome, outcome.at_last)
            return
        job.attempts += 1
        match outcome:
            case Delivered():
                self._delivered(strand, job)
                ids = outcome.submission_id, outcome.transaction_id
                log.debug("%r was accepted: submission %s, transaction %s", job, *ids)
            case TryAgain():
                self._wait(strand, job, outcome)
            case Rejected():
                self._reject(job, outcome)
            case Halt():
                self._halt(strand, job, outcome)

    def _delivered(self, strand: Strand[Job], job: Job) -> None:
        self._settle(strand, job)
        delay = self._wall_clock() - job.record.timestamp_ms / 1000
        self._observer.delivered(job.service, max(0.0, delay))

    def _pend(self, strand: Strand[Job], job: Job, outcome: TryAgain, at_last: Rejected) -> None:
        """What passes by itself is waited for in its lane, but not for ever; no attempt counts."""
        now = self._clock()
        if job.pending_since is None:
            job.pending_since = now
        left = self._patience.left(since=job.pending_since, now=now)
        if left:
            self._wait(strand, job, outcome, at_most=left)
        else:
            self._reject(job, at_last)

    def _reject(self, job: Job, rejected: Rejected) -> None:
        # The slot that saw it sees to the burial.
        job.rejected, job.failures = rejected, 0

    def _wait(
        self, strand: Strand[Job], job: Job, outcome: TryAgain, *, at_most: float = math.inf
    ) -> None:
        job.failures += 1
        asked = retry_after(outcome.retry_after, now=self._wall_clock())
        delay = min(self._backoff.delay(job.failures, at_least=asked), at_most)
        self._observer.backed_off(job.service, outcome.reason, delay)
        log.debug("%r failed (%s), next attempt in %.2f s", job, outcome.reason, delay)
        self._lanes.again(strand, delay)

    def _halt(self, strand: Strand[Job], job: Job, outcome: Halt) -> None:
        """No request of this service can succeed; the record stays where it is, unsettled."""
        self._lanes.again(strand, FOR_GOOD_SECONDS)
        self._fault(
            ServiceHalted(
                f"Omeda answered {outcome.status} to {job.service}: {outcome.message}."
                " Nothing of it was committed; mend the cause and start again"
            )
        )

    async def _bury(self, strand: Strand[Job], job: Job, rejected: Rejected) -> None:
        failed_at = int(self._wall_clock() * 1000)
        letter = Letter(job.record, job.service, rejected, job.attempts, failed_at)
        try:
            await self._letters.write(letter)
        except NotWritten as error:
            self._not_buried(strand, job, error)
        else:
            # Only here: a record whose letter is not acknowledged stays unsettled.
            self._settle(strand, job)
            self._observer.rejected(job.service, rejected.reason)

    def _not_buried(self, strand: Strand[Job], job: Job, error: NotWritten) -> None:
        job.failures += 1
        self._observer.dead_letter_failed(job.service)
        log.warning("a dead letter was not written and will be again: %s", error)
        self._lanes.again(strand, min(self._backoff.delay(job.failures), LETTER_SECONDS))

    def _settle(self, strand: Strand[Job], job: Job) -> None:
        self._ledger.settle(job.entry)
        self._committer.settled(job.entry)
        self._lanes.ended(strand)
