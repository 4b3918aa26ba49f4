"""Watches the process at a walking pace: what the status page knows beyond this very moment.

A timer looks at what is there for others already, the status and the counters. Nothing that moves
records waits for it, and what it keeps is bounded.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from msgspec import structs

from bridge import __version__
from bridge.burials import LetterBox
from bridge.chronicle import Chronicle
from bridge.history import MINUTE, STEP_SECONDS, STEPS, History, Step, moment_between
from bridge.model import Service
from bridge.record import Letter
from bridge.report import HistoryReport, Rejection, Report, ServiceReport, rejection_of
from bridge.sight import Sight, service_of
from bridge.status import ServiceStatus, Status, Totals

TICK_SECONDS = 1.0
MOST_REJECTIONS = 50


class Counters(Protocol):
    """Where the counting is done."""

    def totals(self, services: Iterable[Service]) -> Totals:
        """What was counted so far of *services*, and of the process."""


class Noted:
    """A letter box that tells of each letter that was acknowledged."""

    def __init__(self, box: LetterBox, note: Callable[[Letter], None]) -> None:
        self._box = box
        self._note = note

    async def write(self, letter: Letter) -> None:
        """As the letter box does. Raises NotWritten."""
        await self._box.write(letter)
        self._note(letter)


class Monitor:
    """The history, the chronicle and the last rejections of one process.

    *bounds* are those of the delays' buckets. *clock* is the loop's, *wall_clock* the world's.
    """

    def __init__(
        self,
        services: Iterable[Service],
        status: Callable[[], Status],
        counters: Counters,
        *,
        bounds: Sequence[float],
        clock: Callable[[], float],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._services = sorted(set(services))
        self._status = status
        self._counters = counters
        self._clock = clock
        self._wall_clock = wall_clock
        self._history = History(bounds)
        self._chronicle = Chronicle()
        self._rejections: deque[Rejection] = deque(maxlen=MOST_REJECTIONS)
        self._started = wall_clock()
        self._stepped_at = clock()
        self._before = counters.totals(self._services)
        self._news = asyncio.Event()

    def __repr__(self) -> str:
        return f"<Monitor: {self._history!r}, {self._chronicle!r}>"

    @property
    def steps(self) -> int:
        """How many steps the history ever had."""
        return self._history.taken

    def note(self, letter: Letter) -> None:
        """*letter* was written."""
        self._rejections.append(rejection_of(letter, self._wall_clock()))

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.look()

    async def news(self) -> None:
        """Wait until it has looked again."""
        await self._news.wait()

    def look(self) -> None:
        """See how things stand, and end a step of the history where it is time."""
        sight, now = self._see(), self._clock()
        seconds = now - self._stepped_at
        # A tick is never exact, and a step is the tick that comes next to its end.
        if seconds >= STEP_SECONDS - TICK_SECONDS / 2:
            self._history.add(self._step(sight, seconds))
            self._stepped_at, self._before = now, sight.totals
        self._news.set()
        self._news = asyncio.Event()

    def history(self, *, steps: int = STEPS) -> HistoryReport:
        """The last *steps*, of the 15 minutes that are kept."""
        return self._history.report(self._services, steps=steps)

    def report(self) -> Report:
        """Everything else, as of now."""
        sight = self._see()
        here: dict[str, Any] = structs.asdict(sight.status)
        here["services"] = [self._service(status, sight) for status in sight.status.services]
        return Report(
            **here,
            time=sight.at,
            started=self._started,
            version=__version__,
            rebalances=sight.totals.rebalances,
            rejections=list(reversed(self._rejections)),
            happenings=list(self._chronicle),
        )

    def _see(self) -> Sight:
        totals = self._counters.totals(self._services)
        sight = Sight(self._wall_clock(), self._status(), totals)
        before = self._before.services
        moving = {
            service
            for service, counts in totals.services.items()
            if counts.delivered > before[service].delivered or self._history.moving(service)
        }
        self._chronicle.follow(sight, frozenset(moving))
        return sight

    def _step(self, sight: Sight, seconds: float) -> Step:
        moments = {
            service: moment_between(
                self._before.services[service],
                counts,
                doing=self._chronicle.doing(service),
                seconds=seconds,
                lag=sight.hand(service).lag,
            )
            for service, counts in sight.totals.services.items()
        }
        return Step(sight.at, sight.status.backlog_records, moments)

    def _service(self, status: ServiceStatus, sight: Sight) -> ServiceReport:
        service = service_of(status)
        counts, last = sight.counts(service), self._history.newest(service)
        return ServiceReport(
            **structs.asdict(status),
            **sight.hand(service)._asdict(),
            doing=self._chronicle.doing(service),
            since=self._chronicle.since(service),
            delivered=counts.delivered,
            delivered_per_second=last.delivered_per_second if last else 0.0,
            rejected_per_second=last.rejected_per_second if last else 0.0,
            dead_letters=counts.dead_letters,
            retries=counts.retries,
            delay_last_minute=self._history.delay(service, steps=MINUTE),
            delay_last_quarter=self._history.delay(service),
        )
