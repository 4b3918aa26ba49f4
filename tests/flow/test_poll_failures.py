"""A poll that fails may have passed over records; none of them is lost."""

import pytest

from tests.flow.world import P0, P1, World

pytestmark = pytest.mark.looptime


async def test_records_that_a_failed_poll_passed_over_are_read_again() -> None:
    async with World(P0, P1) as world:
        for number in range(40):
            world.produce(P0, 1 + number % 7)
            world.produce(P1, 1 + number % 7)
        world.source.poll_failures.extend([30, 3, 0, 500])

        await world.start()
        await world.quiet()

        world.witness.check()
        world.witness.repeats.check()


async def test_the_position_behind_records_that_were_never_handed_over_is_not_committed() -> None:
    async with World(P0) as world:
        await world.start()
        await world.pass_time(1)
        world.source.poll_failures.extend([500] * 1000)
        world.produce(P0, 1)

        await world.pass_time(20)

        assert world.committed == {P0: 0}
        world.source.poll_failures.clear()
        await world.quiet()
        world.witness.check()


async def test_a_partition_that_cannot_be_read_does_not_hide_its_neighbours() -> None:
    async with World(P0, P1) as world:
        world.source.unreadable.add(P0)
        world.produce(P0, 1)
        await world.start()
        await world.pass_time(5)

        for customer in range(1, 50):
            world.produce(P1, customer)
        await world.until(lambda: world.committed.get(P1) == 49, within=20)

        assert world.committed == {P0: 0, P1: 49}
        world.source.unreadable.clear()
        await world.quiet(within=20)


async def test_failing_polls_are_not_made_in_a_tight_loop() -> None:
    async with World(P0) as world:
        world.source.poll_failures.extend([0] * 1000)
        world.produce(P0, 1)
        await world.start()

        await world.pass_time(10)

        assert 1000 - len(world.source.poll_failures) < 20
