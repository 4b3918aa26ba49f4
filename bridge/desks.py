"""Whose request is next: slots are shared fairly between the services that want them."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

from bridge.breaker import Breaker
from bridge.bulk import Crowd
from bridge.config.delivery import Delivery
from bridge.config.delivery import LetterLimit as LetterLimitSettings
from bridge.desk import Desk
from bridge.halts import NEVER
from bridge.job import Job
from bridge.lanes import Lanes, Strand
from bridge.letter_limit import LetterLimit
from bridge.limit import Limit
from bridge.model import Kind, Service
from bridge.observer import Observer
from bridge.pace import Pace

Turn = tuple[Desk, Strand[Job]]

TICK = 0.001
"""Shortest timer: one below the clock's own step would find the same time, again and again."""


OUTSIDER_SECONDS = 0.5
"""Before a member whom the group may have given up asks again whether it is one."""


class Desks:
    """Every service's desk, the lanes before them, and the workers that wait for their turn."""

    def __init__(
        self,
        *,
        slots: int,
        may_act: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        self.lanes: Lanes[Job] = Lanes(self)
        self._desks: dict[Service, Desk] = {}
        self._may_act = may_act
        self._slots = slots
        self._clock = clock
        self._idle: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<Desks: {list(self._desks.values())}>"

    def __iter__(self) -> Iterator[Desk]:
        return iter(self._desks.values())

    def __getitem__(self, service: Service) -> Desk:
        return self._desks[service]

    def add(self, desk: Desk) -> None:
        """Serve one more service."""
        self._desks[desk.service] = desk

    def offer(self, strand: Strand[Job]) -> None:
        """The head of *strand* is due."""
        self._desks[strand.jobs[0].service].offer(strand)
        self.wake()

    async def next(self) -> Turn:
        """Wait for something to do; whoever gets it has the turn of its lane."""
        while (turn := self._pick()) is None:
            await self._rest()
        # There may be work for another too, whose wake-up this one took.
        if self._idle and self._has_more():
            self.wake()
        return turn

    def may_act(self) -> bool:
        """Whether the partitions are still this process's, as far as anybody can know.

        And whether receipts that must be awaited have room.
        """
        return self._may_act()

    def wake(self) -> None:
        """Something has changed: a worker looks."""
        while self._idle:
            waiting = self._idle.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    def prune(self) -> None:
        """Strands were dropped: forget them."""
        for desk in self._desks.values():
            desk.prune()

    def resume(self, why: str) -> None:
        """Halted services go on, those apart that only a restart lets go on."""
        for desk in self._desks.values():
            desk.resume(why, self._clock())
        self.wake()

    def _has_more(self) -> bool:
        """Whether somebody should look: there is more to send, now or from a time that is known.

        Who has all that its limit allows waits for an answer, and whoever gets that looks.
        """
        now = self._clock()
        return any(desk.ready and desk.opens_at(now) < NEVER for desk in self._desks.values())

    def _pick(self) -> Turn | None:
        now = self._clock()
        if not self.may_act():
            # The partitions may be another's by now, who is sending the same.
            self._wake_at(now + OUTSIDER_SECONDS, now)
            return None
        for desk in self._desks.values():
            if desk.burials and (strand := desk.next_burial()):
                return desk, strand
        share = 0
        # A service whose customers turn out to be under way leaves its share to the others.
        while (wider := self._share()) > share:
            share = wider
            for desk in self._by_turn():
                if desk.ready and desk.in_flight < share and (strand := desk.next_request(now)):
                    return desk, strand
        # One that has all its share waits for an answer, not for a time.
        waiting = (
            desk.opens_at(now)
            for desk in self._desks.values()
            if desk.ready and desk.in_flight < share
        )
        self._wake_at(min(waiting, default=NEVER), now)
        return None

    def _share(self) -> int:
        """Slots that one service may have: the others that are at work get as many.

        Where there are enough, a slot is kept for each that is not, or that only probes: a
        service that stalls must not be found holding them all when another gets something to do.
        """
        if len(self._desks) == 1:
            return self._slots
        at_work = sum(desk.at_work and not desk.held for desk in self._desks.values())
        fair = -(-self._slots // max(1, at_work))
        kept = min(len(self._desks) - at_work, self._slots // 8)
        return max(1, min(fair, self._slots - kept))

    def _by_turn(self) -> Iterable[Desk]:
        """First who has least of its share; among equals, who has waited longest."""
        desks = self._desks.values()
        return desks if len(desks) == 1 else sorted(desks, key=_served)

    def _wake_at(self, due: float, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if now < due < NEVER:
            self._timer = asyncio.get_running_loop().call_later(max(due - now, TICK), self.wake)

    async def _rest(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._idle.append(waiting)
        await waiting


def _served(desk: Desk) -> tuple[int, float]:
    """Who has least is first; among equals, who has waited longest."""
    return desk.in_flight, desk.last_began


def desks_of(
    services: Iterable[Service],
    settings: Delivery,
    limit: LetterLimitSettings,
    observer: Observer,
    may_act: Callable[[], bool],
    clock: Callable[[], float],
) -> Desks:
    """A desk for each of *services*; those of a brand go at one pace."""
    paces: defaultdict[str, Pace] = defaultdict(lambda: Pace(settings.requests_per_second))
    desks = Desks(slots=settings.concurrency, may_act=may_act, clock=clock)
    for service in sorted(services):
        desk = Desk(
            service,
            desks.lanes,
            Breaker(
                failures=settings.breaker.failures,
                open_seconds=settings.breaker.open_seconds,
                max_open_seconds=settings.breaker.max_open_seconds,
            ),
            Limit(settings.concurrency),
            paces[service.brand],
            observer,
            letters=LetterLimit(
                consecutive=limit.consecutive, ratio=limit.ratio, window=limit.window
            ),
            crowd=Crowd(_most_customers(service, settings)),
            probe_seconds=settings.probe_seconds,
        )
        desks.add(desk)
    return desks


def _most_customers(service: Service, settings: Delivery) -> int:
    """In one request; only behaviors have a bulk service."""
    bulk = settings.bulk
    return bulk.max_customers if bulk.enabled and service.kind is Kind.BEHAVIOR else 1
