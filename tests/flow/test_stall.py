"""A partition that has more and brings nothing is told; one that merely waits is not."""

import msgspec
import pytest

from bridge.stall import LOOKS
from tests.flow.world import P0, P1, SETTINGS, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

LONG = 2 * LOOKS * 5.0


async def test_a_partition_that_brings_nothing_although_there_is_more_is_told() -> None:
    async with World(P0, P1) as world:
        await world.start()
        await world.quiet()
        world.source.deaf.add(P0)
        world.produce(P0, 1)
        world.produce(P1, 1)
        await world.pass_time((LOOKS - 2) * 5.0)
        assert world.pipeline.stalled() is None

        await world.pass_time(30)
        told = world.pipeline.stalled()
        assert told is not None
        assert "behaviors-0 from offset 0 on" in told

        world.source.deaf.clear()
        await world.quiet()
        assert world.pipeline.stalled() is None


async def test_after_a_rebalance_it_is_looked_at_anew() -> None:
    async with World(P0) as world:
        world.source.deaf.add(P0)
        world.produce(P0, 1)
        await world.start()
        await world.until(lambda: world.pipeline.stalled() is not None)

        await world.rebalance()

        assert world.pipeline.stalled() is None


async def test_a_full_backlog_is_no_stall() -> None:
    small = msgspec.structs.replace(SETTINGS, backlog_high=20, backlog_low=10)
    async with World(P0, settings=small) as world:
        world.endpoint.choose = lambda _: UNAVAILABLE
        for _ in range(60):
            world.produce(P0, 1)
        await world.start()

        await world.pass_time(LONG)

        assert world.pipeline.stalled() is None


async def test_a_partition_that_cannot_be_read_or_has_lost_its_next_record_is_no_stall() -> None:
    async with World(P0, P1) as world:
        world.source.unreadable.add(P0)
        world.source.lose(P1, 5)
        world.produce(P0, 1)
        world.produce(P1, 1)
        await world.start()

        await world.pass_time(LONG)

        assert world.pipeline.stalled() is None


async def test_markers_behind_the_last_record_are_no_stall() -> None:
    async with World(P0) as world:
        world.produce(P0, 1)
        world.source.skip(P0, 3)
        await world.start()

        await world.pass_time(LONG)

        assert world.pipeline.stalled() is None
