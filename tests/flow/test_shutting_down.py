"""A stop: what is under way ends, what waits stays uncommitted."""

import pytest

from tests.flow.world import ACCEPTED, MANY_SLOTS, P0, REFUSED, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2


async def test_a_stop_lets_what_is_under_way_end_and_repeats_nothing() -> None:
    async with World(P0) as world:
        for number in range(60):
            world.produce(P0, 1 + number % 7)
        await world.start()
        await world.pass_time(0.33)
        await world.stop()
        assert 0 < len(world.endpoint.accepted) < 60

        await world.start()
        await world.quiet()

        world.witness.check()
        world.witness.repeats.check()


async def test_a_retry_cut_short_by_a_stop_is_neither_dead_lettered_nor_passed() -> None:
    async with World(P0) as world:
        before = world.produce(P0, BOB)
        failing, after = world.produce(P0, ANN), world.produce(P0, BOB)
        world.endpoint.replies[failing].extend([UNAVAILABLE] * 3)
        await world.start()
        await world.pass_time(2)

        await world.stop()

        assert world.letters.letters == []
        assert world.committed == {P0: 1}
        assert world.endpoint.accepted == [before, after]


async def test_an_attempt_that_fails_during_a_stop_is_not_made_again() -> None:
    async with World(P0) as world:
        failing = world.produce(P0, ANN)
        world.endpoint.replies[failing].append(UNAVAILABLE._replace(seconds=5))
        await world.start()
        await world.pass_time(1)

        await world.stop()

        assert len(world.endpoint.times_of(failing)) == 1
        assert world.letters.letters == []
        assert world.committed == {P0: 0}


async def test_a_stop_waits_no_longer_than_the_drain_may_last() -> None:
    async with World(P0, settings=MANY_SLOTS) as world:
        stalled, done = world.produce(P0, ANN), world.produce(P0, BOB)
        world.endpoint.replies[stalled].append(ACCEPTED._replace(seconds=10_000))
        await world.start()
        await world.pass_time(1)
        begun = world.now

        await world.stop()

        assert world.now - begun == pytest.approx(25, abs=0.1)
        assert world.endpoint.accepted == [done]
        assert world.committed == {P0: 0}


async def test_a_dead_letter_that_fails_during_a_stop_leaves_its_record_unsettled() -> None:
    async with World(P0) as world:
        refused = world.produce(P0, ANN)
        world.endpoint.replies[refused].append(REFUSED)
        world.letters.seconds = 5
        world.letters.fails = lambda _letter: True
        await world.start()
        await world.pass_time(1)

        await world.stop()

        assert world.committed == {P0: 0}


async def test_polling_goes_on_during_the_drain() -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].append(ACCEPTED._replace(seconds=15))
        await world.start()
        await world.pass_time(1)
        polls = world.source.polls

        await world.stop()

        assert world.source.polls - polls > 50


async def test_what_the_group_gives_after_a_stop_began_is_not_begun() -> None:
    async with World(P0) as world:
        await world.start()
        await world.pass_time(1)
        await world.pipeline.drain()

        await world.source.assign([P0])
        world.produce(P0, ANN)
        await world.pass_time(10)

        assert not world.pipeline.ready
        assert world.endpoint.attempts == []


async def test_a_stop_during_a_rebalance_ends_in_order() -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].append(ACCEPTED._replace(seconds=5))
        await world.start()
        await world.pass_time(1)

        async with world.revoking():
            await world.stop()

        assert world.committed == {P0: 1}
        world.witness.check()
