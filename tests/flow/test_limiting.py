"""As many requests at once as a service bears: the limit grows, and overload halves it."""

import msgspec
import pytest

from bridge.errors import NotSent, OutcomeUnknown
from bridge.model import Answer
from tests.fakes import Reply
from tests.flow.standing import limit_of
from tests.flow.world import P0, SETTINGS, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

WIDE = msgspec.structs.replace(SETTINGS, concurrency=64)
UNREACHABLE = Reply(NotSent("refused", "connection refused"), seconds=0.01)
BROKEN = Reply(Answer(500, b""))


async def test_the_limit_starts_at_a_quarter_of_the_ceiling_and_grows_to_all_of_it() -> None:
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 401):
            world.produce(P0, customer)

        await world.start()
        await world.until(lambda: bool(world.endpoint.in_flight))
        assert world.endpoint.in_flight == 16
        await world.quiet(within=10)

        assert world.endpoint.most_in_flight > 48
        assert limit_of(world) == 64


@pytest.mark.parametrize(
    "overload",
    [
        pytest.param(Reply(Answer(429, b"")), id="429"),
        pytest.param(UNAVAILABLE, id="503"),
        pytest.param(Reply(OutcomeUnknown("timeout", "no answer")), id="a time-out"),
        pytest.param(Reply(Answer(408, b"")), id="408"),
    ],
)
async def test_signs_of_overload_halve_the_limit_at_most_once_a_second(overload: Reply) -> None:
    async with World(P0, settings=WIDE) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 17)]
        for body in bodies[:8]:
            world.endpoint.replies[body].append(overload)

        await world.start()
        await world.until(lambda: len(world.endpoint.attempts) == 16)
        await world.pass_time(0.2)

        # Eight acceptances raise it to 24 at most, one cut halves it.
        assert 8 <= limit_of(world) <= 16
        await world.quiet()


async def test_other_failures_leave_the_limit_alone() -> None:
    async with World(P0, settings=WIDE) as world:
        body = world.produce(P0, 1)
        world.endpoint.replies[body].extend([BROKEN, UNREACHABLE])

        await world.start()
        await world.until(lambda: len(world.endpoint.attempts) == 3)

        assert limit_of(world) == 16
        await world.quiet()
