"""A service that fails is given a rest, and nothing of it is lost."""

import asyncio
import itertools
import random

import msgspec
import pytest

from bridge.config.delivery import Breaker, Retry
from bridge.errors import NotSent, OutcomeUnknown
from bridge.event import Request
from bridge.model import Answer, Kind
from tests.fakes import Reply
from tests.flow.standing import CLOSED, OPEN, ORDER_DESK, breaker_of, limit_of
from tests.flow.world import ACCEPTED, ORDERS, P0, P1, SETTINGS, UNAVAILABLE, World, accepting

pytestmark = pytest.mark.looptime

WIDE = msgspec.structs.replace(SETTINGS, concurrency=64)
TIMED_OUT = Reply(OutcomeUnknown("timeout", "no answer"), seconds=2)
UNREACHABLE = Reply(NotSent("refused", "connection refused"), seconds=0.01)
BROKEN = Reply(Answer(500, b""))


def fail_orders(request: Request) -> Reply:
    return UNAVAILABLE if request.service.kind == Kind.ORDER else ACCEPTED


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(UNAVAILABLE, id="503"),
        pytest.param(BROKEN, id="500"),
        pytest.param(TIMED_OUT, id="time-outs"),
        pytest.param(UNREACHABLE, id="connection errors"),
    ],
)
async def test_an_outage_costs_few_requests_and_no_record(failure: Reply) -> None:
    async with World(P0, settings=WIDE) as world:
        first = [world.produce(P0, customer) for customer in range(1, 201)]
        second = [world.produce(P0, customer) for customer in range(1, 201)]
        world.endpoint.choose = lambda _request: failure

        await world.start()
        await world.pass_time(14)
        assert len(world.endpoint.attempts) < 100
        assert breaker_of(world) != CLOSED
        assert world.committed == {P0: 0}
        world.endpoint.choose = accepting
        await world.quiet(within=WIDE.breaker.max_open_seconds + 5)

        assert sorted(world.endpoint.accepted) == sorted(first + second)
        assert world.letters.letters == []
        world.witness.check()


async def test_an_outage_ends_no_record_even_where_one_attempt_that_counts_would() -> None:
    settings = msgspec.structs.replace(
        WIDE,
        retry=Retry(initial_seconds=1, max_seconds=60, attempts=1),
        breaker=Breaker(open_seconds=1, max_open_seconds=4),
    )
    async with World(P0, settings=settings) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 41)]
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.pass_time(20)
        assert world.letters.letters == []
        world.endpoint.choose = accepting
        await world.quiet(within=20)

        assert sorted(world.endpoint.accepted) == sorted(bodies)
        assert world.letters.letters == []
        world.witness.check()


async def test_few_lanes_are_delivered_as_soon_after_an_outage_as_many() -> None:
    settings = msgspec.structs.replace(
        SETTINGS, breaker=Breaker(failures=2, open_seconds=1, max_open_seconds=1)
    )
    async with World(P0, settings=settings) as world:
        for customer in (1, 2, 3):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.pass_time(32)
        world.endpoint.choose = accepting

        await world.quiet(within=1 + 5)


async def test_one_customer_who_always_fails_opens_no_breaker() -> None:
    retry = Retry(initial_seconds=0.1, max_seconds=0.1)
    settings = msgspec.structs.replace(SETTINGS, retry=retry)
    async with World(P0, settings=settings) as world:
        world.produce(P0, 1)
        world.endpoint.choose = lambda _request: BROKEN

        await world.start()
        for _ in range(50):
            await world.pass_time(0.1)
            assert breaker_of(world) == CLOSED

        assert len(world.endpoint.attempts) > 20


async def test_acceptances_in_between_keep_a_breaker_closed() -> None:
    settings = msgspec.structs.replace(SETTINGS, concurrency=1)
    async with World(P0, settings=settings) as world:
        numbers = iter(range(10_000))
        world.endpoint.choose = lambda _request: ACCEPTED if next(numbers) % 9 == 8 else UNAVAILABLE
        for customer in range(1, 100):
            world.produce(P0, customer)

        await world.start()
        for _ in range(100):
            await world.pass_time(0.1)
            assert breaker_of(world) == CLOSED


async def test_a_500_opens_a_breaker_after_half_as_many_customers() -> None:
    settings = msgspec.structs.replace(SETTINGS, concurrency=1)
    async with World(P0, settings=settings) as world:
        for customer in range(1, 30):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: BROKEN

        await world.start()
        await world.until(lambda: breaker_of(world) == OPEN)

        assert len(world.endpoint.attempts) == 5


async def test_an_outage_of_one_service_leaves_the_other_alone() -> None:
    settings = msgspec.structs.replace(SETTINGS, concurrency=16)
    async with World(P0, ORDERS, settings=settings) as world:
        behaviors = [world.produce(P0, customer) for customer in range(1, 201)]
        orders = [world.produce(ORDERS, customer) for customer in range(1, 201)]
        world.endpoint.choose = fail_orders

        await world.start()
        await world.until(lambda: world.committed.get(P0) == 200, within=15)

        assert sorted(world.endpoint.accepted) == sorted(behaviors)
        assert (breaker_of(world), breaker_of(world, ORDER_DESK)) != (CLOSED, CLOSED)
        assert breaker_of(world) == CLOSED
        paused = {status.topic: status.paused for status in world.pipeline.status().partitions}
        assert paused == {"behaviors": False, "orders": True}
        assert world.committed[ORDERS] == 0
        world.endpoint.choose = accepting
        await world.quiet(within=20)
        assert sorted(world.endpoint.accepted) == sorted(behaviors + orders)
        world.witness.check()


async def test_an_open_breaker_takes_in_nothing_more() -> None:
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 31):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.until(lambda: breaker_of(world) == OPEN)
        # What was being polled for when it opened may still come.
        await world.pass_time(0.5)
        held = world.in_hand[P0]
        for customer in range(31, 61):
            world.produce(P0, customer)
        await world.pass_time(5)

        assert world.in_hand[P0] == held
        world.endpoint.choose = accepting
        await world.quiet(within=20)


async def test_customers_who_always_fail_do_not_hold_up_healthy_ones_that_come_later() -> None:
    async with World(P0) as world:
        poison = [world.produce(P0, customer) for customer in range(1, 7)]
        for body in poison:
            world.endpoint.replies[body].extend([BROKEN] * 10_000)

        await world.start()
        await world.until(lambda: breaker_of(world) == OPEN, within=10)
        healthy = world.produce(P0, 99)
        await world.pass_time(20)

        assert world.endpoint.accepted == [healthy]


async def test_an_outage_outlasts_a_rebalance() -> None:
    async with World(P0, P1, settings=WIDE) as world:
        for customer in range(1, 101):
            world.produce(P0, customer)
            world.produce(P1, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.pass_time(5)
        before = len(world.endpoint.attempts)
        await world.rebalance()
        await world.pass_time(10)
        assert len(world.endpoint.attempts) - before <= 3
        world.endpoint.choose = accepting
        await world.quiet(within=20)

        assert world.letters.letters == []
        world.witness.check()


async def test_nobody_waits_for_an_omeda_that_is_back_before_the_breaker_opens() -> None:
    async with World(P0) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 5)]
        for body in bodies:
            world.endpoint.replies[body].append(UNAVAILABLE)

        await world.start()
        await asyncio.sleep(0)
        await world.quiet(within=3)

        assert breaker_of(world) == CLOSED


@pytest.mark.parametrize("seconds", [0.3, 1])
@pytest.mark.parametrize("failure", [UNAVAILABLE, UNREACHABLE], ids=["503", "connection errors"])
async def test_an_outage_costs_few_requests_also_where_answers_from_before_still_come(
    failure: Reply, seconds: float
) -> None:
    """What was under way when it began is accepted late, and says nothing of the time since."""
    async with World(P0, ORDERS, settings=WIDE) as world:
        for customer in range(1, 2500):
            world.produce(P0, customer)
            world.produce(ORDERS, customer)
        chance = random.Random(1)
        world.endpoint.choose = lambda _request: ACCEPTED._replace(
            seconds=seconds * chance.uniform(0.5, 1.5)
        )
        await world.start()
        await world.pass_time(5 * seconds)
        assert world.endpoint.in_flight >= 60
        before = len(world.endpoint.attempts)
        world.endpoint.choose = lambda _request: failure
        await world.pass_time(14)
        assert len(world.endpoint.attempts) - before < 100

        world.endpoint.choose = accepting
        await world.quiet(within=120)
        assert world.letters.letters == []
        world.witness.check()


async def test_requests_that_hang_since_an_outage_do_not_make_it_longer() -> None:
    hanging = Reply(OutcomeUnknown("timeout", "no answer"), seconds=60)
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 1500):
            world.produce(P0, customer)
        await world.start()
        await world.until(lambda: limit_of(world) == 64)
        # For a second half of the requests hang, and half of them fail.
        turns = itertools.cycle([hanging, UNAVAILABLE])
        world.endpoint.choose = lambda _request: next(turns)
        await world.pass_time(1)
        world.endpoint.choose = accepting
        accepted = len(world.endpoint.accepted)

        await world.pass_time(WIDE.breaker.max_open_seconds + 5)

        assert len(world.endpoint.accepted) > accepted + 500
