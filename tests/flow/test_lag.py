"""How far behind the bridge is, between two questions for the ends."""

import pytest

from tests.flow.world import P0, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

CUSTOMERS = range(1, 4)
ASKED_SECONDS = 6


async def test_what_is_in_hand_is_lag_before_the_end_is_asked_for_again() -> None:
    async with World(P0) as world:
        await world.start()
        await world.pass_time(ASKED_SECONDS)
        world.endpoint.choose = lambda _: UNAVAILABLE
        for customer in CUSTOMERS:
            world.produce(P0, customer)
        await world.until(lambda: world.in_hand == {P0: len(CUSTOMERS)}, within=2)

        [partition] = world.pipeline.status().partitions
        assert partition.lag == len(CUSTOMERS)


async def test_with_nothing_in_hand_and_nothing_new_there_is_no_lag() -> None:
    async with World(P0) as world:
        world.produce(P0, 1)
        await world.start()
        await world.pass_time(ASKED_SECONDS)

        [partition] = world.pipeline.status().partitions
        assert partition.lag == 0
