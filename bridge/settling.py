"""How a record leaves: settled in the ledger, and, where receipts are kept, with a receipt.

What must stay true where receipts are required: nothing is settled before its receipt is
acknowledged, and the turn of its lane is not given back before that. So a customer's next record is
sent only once the earlier one is settled, as after a dead letter, and what a crash repeats of a
customer is always the end of what was sent: never an older record after which no newer one comes.
"""

import asyncio
from collections.abc import Callable, Sequence

from bridge.committer import Committer
from bridge.contexts import SpanId
from bridge.desk import Desk
from bridge.job import Job
from bridge.lanes import Lanes
from bridge.ledger import Book, Ledger
from bridge.loading import Load
from bridge.model import Delivered
from bridge.observer import Observer
from bridge.receipt import Slip, of_delivered, of_letter
from bridge.receipts import Receipts
from bridge.record import Letter
from bridge.spans import Tracing

FLUSH_SECONDS = 0.2
"""What they get where the drain has used up its time."""


class Settling:
    """The one place that settles. `run` while there are receipts to be awaited."""

    def __init__(
        self,
        lanes: Lanes[Job],
        ledger: Ledger,
        committer: Committer,
        receipts: Receipts | None,
        observer: Observer,
        *,
        wake: Callable[[], None],
        settled: Callable[[Book], None],
        wall_clock: Callable[[], float],
        tracing: Tracing | None = None,
    ) -> None:
        self._lanes = lanes
        self._ledger = ledger
        self._committer = committer
        self._receipts = receipts
        self._observer = observer
        self._wake = wake
        self._settled = settled
        self._wall_clock = wall_clock
        self._tracing = tracing
        self._tasks: asyncio.TaskGroup

    async def run(self) -> None:
        """Write receipts, until cancelled; without them there is nothing to do."""
        if self._receipts is not None:
            async with asyncio.TaskGroup() as self._tasks:
                self._tasks.create_task(self._receipts.run(), name="receipts")

    async def flush(self, *, deadline: float) -> None:
        """Wait for receipts that nobody else waits for, up to *deadline* on the loop's clock."""
        if self._receipts is not None:
            left = deadline - asyncio.get_running_loop().time()
            await self._receipts.flush(seconds=max(left, FLUSH_SECONDS))

    def delivered(self, desk: Desk, load: Load, told: Delivered) -> None:
        """Omeda accepted the jobs of *load*, which have the turn: it ends, now or soon."""
        desk.letters.delivered(load.jobs[-1].number, len(load.jobs))
        if self._receipts is None:
            self._end(desk, load, self._wall_clock(), told.span)
            return
        now = self._wall_clock()
        slips = [_slip(job, told, now) for job in load.jobs]
        if self._receipts.required:
            ending = self._end_once_written(self._receipts, desk, load, now, told.span, slips)
            self._tasks.create_task(ending, name="receipt")
        else:
            self._end(desk, load, now, told.span)
            self._receipts.keep(slips)

    async def buried(self, job: Job, letter: Letter) -> bool:
        """The dead letter of *job* is acknowledged; false where its partition was taken away."""
        if self._receipts is not None:
            slips = [of_letter(letter, job.lane, at_ms=int(self._wall_clock() * 1000))]
            if not self._receipts.required:
                self._receipts.keep(slips)
            elif not await self._receipts.written(
                slips, wanted=lambda: self._ledger.owns(job.entry)
            ):
                return False
        self._ledger.settle(job.entry)
        self._committer.settled(job.entry)
        self._settled(job.entry.book)
        self._observer.rejected(job.service, letter.rejected.reason)
        if self._tracing is not None:
            self._tracing.buried(letter)
        return True

    async def _end_once_written(
        self,
        receipts: Receipts,
        desk: Desk,
        load: Load,
        now: float,
        span: SpanId | None,
        slips: Sequence[Slip],
    ) -> None:
        entry = load.jobs[0].entry
        if await receipts.written(slips, wanted=lambda: self._ledger.owns(entry)):
            self._end(desk, load, now, span)
        else:
            # Its next owner sends it again; here nothing of it is left.
            self._lanes.ended(load.strand)
        self._wake()

    def _end(self, desk: Desk, load: Load, now: float, span: SpanId | None) -> None:
        jobs = load.jobs
        for job in jobs:
            self._ledger.settle(job.entry)
        entry = jobs[-1].entry
        self._committer.settled(entry, len(jobs))
        self._settled(entry.book)
        delays = [max(0.0, now - job.entry.timestamp_ms / 1000) for job in jobs]
        self._observer.delivered(desk.service, delays, span)
        self._lanes.ended(load.strand)


def _slip(job: Job, told: Delivered, now: float) -> Slip:
    attempts, at_ms = job.attempts + 1, int(now * 1000)
    return of_delivered(job.record, job.lane, job.service, told, attempts=attempts, at_ms=at_ms)
