"""What is remembered of a process that is watched, in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest

from bridge.errors import NotWritten
from bridge.history import STEPS
from bridge.model import Rejected, Service
from bridge.monitor import MOST_REJECTIONS, TICK_SECONDS, Monitor, Noted
from bridge.record import Letter, Record
from bridge.report import Doing, ServiceReport
from bridge.status import Counts, Totals
from tests.fakes import MemoryDeadLetters
from tests.flow.recorder import Recorder
from tests.flow.witness import Guarantor
from tests.flow.world import ACCEPTED, FORBIDDEN, P0, ROUTES, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

SERVICE = ROUTES["behaviors"].service
BOUNDS = (1.0, 60.0)
EMAIL = b"ann@example.com"


class Counting:
    """Reads off a recorder what the metrics would count."""

    def __init__(self, recorder: Callable[[], Recorder]) -> None:
        self._recorder = recorder

    def totals(self, services: Iterable[Service]) -> Totals:
        counts = self._recorder().counts
        delivered = counts["delivered"]
        of_one = Counts(delivered, {"refused": counts["rejected"]}, {}, (delivered, 0, 0))
        return Totals(dict.fromkeys(services, of_one), counts["rebalanced"])


class Watched(NamedTuple):
    world: World
    monitor: Monitor

    @property
    def service(self) -> ServiceReport:
        found = self.monitor.report().services
        return next(each for each in found if (each.brand, each.kind) == SERVICE)

    def does(self, doing: Doing) -> bool:
        return self.service.doing == doing


@asynccontextmanager
async def watched() -> AsyncIterator[Watched]:
    async with World(P0) as world:
        monitor = Monitor(
            [route.service for route in ROUTES.values()],
            lambda: world.pipeline.status(),  # noqa: PLW0108 - of the one that runs by then
            Counting(lambda: world.observer),
            bounds=BOUNDS,
            clock=asyncio.get_running_loop().time,
            wall_clock=asyncio.get_running_loop().time,
        )
        looking = asyncio.create_task(monitor.run())
        try:
            yield Watched(world, monitor)
        finally:
            looking.cancel()


def letter(offset: int) -> Letter:
    record = Record(P0, offset, 0, b"1001", EMAIL)
    rejected = Rejected("rule", "check", "BrokenRules", f"{EMAIL!r} is none", rules=("email_form",))
    return Letter(record, SERVICE, rejected, 1, 0)


async def test_an_outage_is_seen_with_its_beginning_and_its_end() -> None:
    async with watched() as watch:
        world = watch.world
        await world.start()
        await world.pass_time(30)
        assert watch.does("idle")
        world.endpoint.choose = lambda _: UNAVAILABLE
        for customer in range(1, 21):
            world.produce(P0, customer)
        await world.until(lambda: watch.does("outage"))
        began = world.now
        await world.pass_time(40)
        assert watch.does("outage")
        assert watch.service.since == pytest.approx(began, abs=2 * TICK_SECONDS)

        world.endpoint.choose = lambda _: ACCEPTED
        await world.until(lambda: not watch.does("outage"))
        await world.quiet()

        (end,) = [each for each in watch.monitor.report().happenings if each.what == "recovered"]
        assert end.seconds == pytest.approx(world.now - began, rel=0.3)
        assert (end.brand, end.kind) == SERVICE
        column = watch.monitor.history().services[0].doing
        assert 40 / 5 - 2 <= column.count("outage") <= 40 / 5 + 8
        assert column[0] == "idle"


async def test_a_halt_says_why_as_long_as_it_lasts() -> None:
    async with watched() as watch:
        watch.world.endpoint.choose = lambda _: FORBIDDEN
        watch.world.produce(P0, 1)
        await watch.world.start()
        await watch.world.until(lambda: watch.does("halted"))

        assert "403" in str(watch.service.halted)
        watch.world.endpoint.choose = lambda _: ACCEPTED
        await watch.world.quiet()

        assert watch.service.halted is None
        assert not watch.does("halted")


async def test_what_is_delivered_shows_as_a_rate_until_the_step_after() -> None:
    async with watched() as watch:
        await watch.world.start()
        await watch.world.pass_time(20)
        for customer in range(1, 51):
            watch.world.produce(P0, customer)
        await watch.world.quiet()
        await watch.world.pass_time(6)

        assert watch.does("delivering")
        assert sum(watch.monitor.history().services[0].delivered_per_second) * 5 == pytest.approx(
            50, rel=0.05
        )
        assert watch.service.delivered == 50
        assert watch.service.delay_last_minute.p50 is not None
        await watch.world.pass_time(12)
        assert watch.does("idle")
        assert watch.service.delivered_per_second == 0


async def test_no_more_than_the_last_15_minutes_are_remembered() -> None:
    async with watched() as watch:
        await watch.world.pass_time(16 * 60)

        history = watch.monitor.history()

        assert len(history.at) == STEPS
        assert history.at[-1] - history.at[0] == pytest.approx(15 * 60 - 5, abs=1)


async def test_each_look_is_news_to_all_who_wait() -> None:
    async with watched() as watch:
        before = watch.world.now
        await asyncio.gather(*(watch.monitor.news() for _ in range(3)))
        await watch.monitor.news()

        assert watch.world.now - before == pytest.approx(2 * TICK_SECONDS)


async def test_only_letters_that_are_written_are_noted_and_nothing_of_their_value() -> None:
    async with watched() as watch:
        box = MemoryDeadLetters(Guarantor())
        noted = Noted(box, watch.monitor.note)
        box.fails = lambda _: True
        with pytest.raises(NotWritten):
            await noted.write(letter(6))
        box.fails = lambda _: False
        await noted.write(letter(7))

        (found,) = watch.monitor.report().rejections

        assert (found.topic, found.partition, found.offset) == ("behaviors", 0, 7)
        assert (found.reason, found.rules) == ("rule", ("email_form",))
        assert EMAIL.decode() not in repr(watch.monitor.report())
        assert "1001" not in repr(watch.monitor.report())


async def test_the_last_rejections_are_kept_newest_first() -> None:
    async with watched() as watch:
        for offset in range(3 * MOST_REJECTIONS):
            watch.monitor.note(letter(offset))

        found = [each.offset for each in watch.monitor.report().rejections]

        assert found == list(reversed(range(2 * MOST_REJECTIONS, 3 * MOST_REJECTIONS)))
