"""The guarantees have teeth: each mistake is caught by a scenario that the right one passes."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest

from tests.flow import planted
from tests.flow.planted import Plant
from tests.flow.world import (
    ACCEPTED,
    MANY_SLOTS,
    P0,
    SETTINGS,
    UNAVAILABLE,
    World,
    unplanted,
)

pytestmark = pytest.mark.looptime

Scenario = Callable[[Plant], Awaitable[None]]
ANN, BOB = 1, 2
ONE_SLOT = msgspec.structs.replace(SETTINGS, concurrency=1)
SMALL = msgspec.structs.replace(SETTINGS, backlog_high=100, backlog_low=40)


async def a_slow_record_below_a_fast_one(plant: Plant) -> None:
    async with World(P0, settings=MANY_SLOTS, plant=plant) as world:
        slow = world.produce(P0, ANN)
        world.produce(P0, BOB)
        world.endpoint.replies[slow].append(ACCEPTED._replace(seconds=5))
        await world.start()
        await world.quiet(within=20)
        world.witness.never_ahead.check()


async def a_crash_with_a_record_under_way(plant: Plant) -> None:
    async with World(P0, settings=MANY_SLOTS, plant=plant) as world:
        slow = world.produce(P0, ANN)
        world.produce(P0, BOB)
        world.endpoint.replies[slow].append(ACCEPTED._replace(seconds=50))
        await world.start()
        await world.pass_time(5)
        await world.crash()
        await world.start()
        await world.quiet(within=20)
        world.witness.at_least_once.check()


async def a_gap_between_two_records(plant: Plant) -> None:
    async with World(P0, plant=plant) as world:
        world.produce(P0, ANN)
        world.source.skip(P0, 3)
        world.produce(P0, ANN)
        await world.start()
        await world.quiet(within=20)


async def a_first_record_that_is_slow(plant: Plant) -> None:
    async with World(P0, settings=MANY_SLOTS, plant=plant) as world:
        slow = world.produce(P0, ANN)
        world.produce(P0, ANN)
        world.endpoint.replies[slow].append(ACCEPTED._replace(seconds=5))
        await world.start()
        await world.quiet(within=20)
        world.witness.one_at_a_time.check()


async def a_first_record_that_is_retried(plant: Plant) -> None:
    async with World(P0, plant=plant) as world:
        failing = world.produce(P0, ANN)
        world.produce(P0, ANN)
        world.endpoint.replies[failing].append(UNAVAILABLE)
        await world.start()
        await world.quiet(within=20)
        world.witness.order.check()


async def one_slot_and_a_customer_who_fails(plant: Plant) -> None:
    async with World(P0, plant=plant, settings=ONE_SLOT) as world:
        failing, healthy = world.produce(P0, ANN), world.produce(P0, BOB)
        world.endpoint.replies[failing].extend([UNAVAILABLE] * 5)
        await world.start()
        await world.pass_time(1)
        assert world.endpoint.accepted == [healthy]


async def an_outage_and_a_flood(plant: Plant) -> None:
    async with World(P0, plant=plant, settings=SMALL) as world:
        for number in range(3000):
            world.produce(P0, 1 + number)
        world.endpoint.choose = lambda _request: UNAVAILABLE
        await world.start()
        await world.pass_time(10)
        assert world.in_hand[P0] <= 100


async def a_rebalance_during_a_back_off(plant: Plant) -> None:
    async with World(P0, plant=plant) as world:
        failing = world.produce(P0, ANN)
        world.produce(P0, ANN)
        world.endpoint.replies[failing].append(UNAVAILABLE)
        await world.start()
        await world.pass_time(0.5)
        await world.rebalance()
        await world.quiet(within=20)
        await world.pass_time(5)
        world.witness.repeats.check()


async def a_settlement_during_a_commit(plant: Plant) -> None:
    async with World(P0, plant=plant) as world:
        world.source.commit_seconds = 2
        await world.start()
        await world.pass_time(5)
        world.produce(P0, ANN)
        await world.pass_time(1)
        world.produce(P0, BOB)
        await world.quiet(within=20)


CAUGHT = [
    (planted.commits_the_latest, a_slow_record_below_a_fast_one),
    (planted.commits_the_latest, a_crash_with_a_record_under_way),
    (planted.waits_for_gaps, a_gap_between_two_records),
    (planted.has_no_lanes, a_first_record_that_is_slow),
    (planted.has_no_lanes, a_first_record_that_is_retried),
    (planted.holds_the_slot_in_back_off, one_slot_and_a_customer_who_fails),
    (planted.never_pauses, an_outage_and_a_flood),
    (planted.forgets_nothing_on_revoke, a_rebalance_during_a_back_off),
    (planted.loses_a_settlement_during_a_commit, a_settlement_during_a_commit),
]


@pytest.mark.parametrize("scenario", [pytest.param(s, id=s.__name__) for _, s in CAUGHT])
async def test_the_right_pipeline_passes(scenario: Scenario) -> None:
    await scenario(unplanted)


@pytest.mark.parametrize(
    ("mistake", "scenario"),
    [pytest.param(m, s, id=f"{m.__name__}, {s.__name__}") for m, s in CAUGHT],
)
async def test_a_planted_mistake_is_caught(mistake: Plant, scenario: Scenario) -> None:
    with pytest.raises(AssertionError):
        await scenario(mistake)
