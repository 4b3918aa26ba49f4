"""A service that rests is probed: by whom, how often, and what an answer changes."""

import msgspec
import pytest

from bridge.config.delivery import Breaker
from bridge.errors import OutcomeUnknown
from tests.fakes import Reply
from tests.flow.standing import CLOSED, OPEN, breaker_of, limit_of
from tests.flow.world import P0, REFUSED, SETTINGS, UNAVAILABLE, World, accepting, throttled

pytestmark = pytest.mark.looptime

WIDE = msgspec.structs.replace(SETTINGS, concurrency=64)


async def test_an_open_breaker_is_probed_after_a_rest_that_doubles_up_to_its_ceiling() -> None:
    settings = msgspec.structs.replace(
        WIDE, breaker=Breaker(failures=10, open_seconds=1, max_open_seconds=4)
    )
    async with World(P0, settings=settings) as world:
        for customer in range(1, 60):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.pass_time(20)

        times = [time for time, _ in world.endpoint.attempts]
        opened = times[0] + UNAVAILABLE.seconds
        probes = [time for time in times if time > opened]
        rests = [
            after - before - UNAVAILABLE.seconds
            for before, after in zip([times[0], *probes], probes, strict=False)
        ]
        assert rests == pytest.approx([1, 2, 4, 4, 4, 4][: len(rests)], abs=0.01)
        assert len(rests) >= 5


async def test_each_probe_is_the_record_that_has_waited_longest_for_its_turn() -> None:
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 60):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.pass_time(30)

        bodies = [body for _, body in world.endpoint.attempts]
        assert len(bodies) == len(set(bodies)), "others have not been tried at all"


async def test_one_probe_at_a_time_also_while_earlier_requests_still_run() -> None:
    async with World(P0, settings=WIDE) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 101)]
        # Of the sixteen that begin, ten fail at once and six hang; each ends in its own time.
        for number, body in enumerate(bodies[10:16]):
            seconds = 1.5 + number * 0.3
            world.endpoint.replies[body].append(
                Reply(OutcomeUnknown("timeout", "no answer"), seconds=seconds)
            )
        slow = Reply(OutcomeUnknown("timeout", "no answer"), seconds=20)
        world.endpoint.choose = lambda _request: UNAVAILABLE if world.now < 0.5 else slow

        await world.start()
        await world.pass_time(18)

        probes = [time for time, _ in world.endpoint.attempts if time > 0.5]
        assert len(probes) == 1


async def test_one_acceptance_lets_a_service_go_on_but_not_at_full_speed() -> None:
    async with World(P0, settings=WIDE) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 201)]
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.until(lambda: breaker_of(world) == OPEN)
        world.endpoint.choose = accepting
        await world.until(lambda: bool(world.endpoint.accepted), within=5)
        assert world.endpoint.in_flight <= 1
        await world.until(lambda: breaker_of(world) == CLOSED, within=1)
        assert limit_of(world) == 1
        await world.quiet(within=20)

        assert sorted(world.endpoint.accepted) == sorted(bodies)


async def test_a_refusal_shows_that_a_service_is_there_again() -> None:
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 31):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.until(lambda: breaker_of(world) == OPEN)
        world.endpoint.choose = lambda _request: REFUSED
        await world.until(lambda: breaker_of(world) == CLOSED, within=3)
        await world.quiet(within=20)

        assert len(world.letters.letters) == 30


@pytest.mark.parametrize(("asked", "rest"), [("3", 3), ("3600", 15)])
async def test_retry_after_delays_the_probe_up_to_its_ceiling(asked: str, rest: float) -> None:
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 101):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: throttled(asked)

        await world.start()
        await world.until(lambda: breaker_of(world) == OPEN)
        before, opened = len(world.endpoint.attempts), world.now
        await world.until(lambda: len(world.endpoint.attempts) > before, within=20)

        assert world.now - opened == pytest.approx(rest, abs=0.15)
