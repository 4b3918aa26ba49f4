"""A member that the group may have given up sends nothing more."""

import pytest

from tests.flow.world import P0, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2


async def test_nothing_is_sent_while_the_membership_is_not_proven() -> None:
    async with World(P0) as world:
        world.source.member = False
        bodies = [world.produce(P0, customer) for customer in (ANN, BOB)]
        await world.start()
        await world.pass_time(30)

        assert world.endpoint.attempts == []
        assert world.committed == {P0: 0}
        world.source.member = True
        await world.quiet()
        assert sorted(world.endpoint.accepted) == sorted(bodies)
        world.witness.check()


async def test_a_probe_that_could_not_be_sent_is_made_later() -> None:
    async with World(P0) as world:
        for customer in range(1, 30):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE
        await world.start()
        await world.pass_time(20)
        assert world.pipeline.status().services[0].breaker > 0

        world.source.member = False
        await world.pass_time(30)
        before = len(world.endpoint.attempts)
        await world.pass_time(30)
        assert len(world.endpoint.attempts) == before
        world.source.member = True
        await world.pass_time(20)

        assert len(world.endpoint.attempts) > before
