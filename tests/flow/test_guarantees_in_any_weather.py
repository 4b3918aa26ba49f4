"""The guarantees are asked after whatever may befall the bridge."""

import asyncio
import random

import pytest

from bridge.completion import decode
from bridge.config.delivery import Delivery
from tests.flow.seeds import seeds
from tests.flow.weather import Weather
from tests.flow.world import (
    JOINING,
    ORDERS,
    P0,
    P1,
    SETTINGS,
    UNREACHABLE,
    World,
    accepting,
)
from tests.guarantees import Repeats

pytestmark = [pytest.mark.looptime, pytest.mark.slow]


@pytest.mark.parametrize("seed", seeds(40))
@pytest.mark.parametrize("settings", [SETTINGS, JOINING], ids=["apart", "joined"])
async def test_every_guarantee_holds_in_any_weather(seed: int, settings: Delivery) -> None:
    async with World(P0, P1, ORDERS, settings=settings) as world:
        weather = Weather(world, seed)
        await world.start()

        await weather.storm()
        await weather.clear()
        await world.stop()

        world.witness.check()
        assert world.committed == world.source.ends
        assert world.source.most_commits_at_once == 1
        assert world.endpoint.most_in_flight <= 4


@pytest.mark.parametrize("seed", seeds(10))
@pytest.mark.parametrize("settings", [SETTINGS, JOINING], ids=["apart", "joined"])
async def test_clean_stops_and_rebalances_repeat_nothing_whatever_fails_in_between(
    seed: int, settings: Delivery
) -> None:
    chance = random.Random(seed)
    async with World(P0, P1, settings=settings) as world:
        world.endpoint.choose = lambda request: (
            UNREACHABLE if chance.random() < 0.3 else accepting(request)
        )
        for number in range(150):
            world.produce(chance.choice([P0, P1]), 1 + number % 11)
        await world.start()
        for _ in range(6):
            await asyncio.sleep(chance.random())
            if chance.random() < 0.5:
                await world.rebalance()
            else:
                await world.stop()
                await world.start()
        await world.quiet(within=600)

        world.witness.check()
        world.witness.repeats.check()


@pytest.mark.parametrize("seed", seeds(10))
async def test_a_crash_repeats_what_was_in_flight_and_about_as_much_again(seed: int) -> None:
    chance = random.Random(seed)
    repeats = Repeats(at_most=2 * 4)
    async with World(P0, P1) as world:
        for number in range(200):
            world.produce(chance.choice([P0, P1]), 1 + number % 40)
        stuck = world.source.logs[P0][0].value or b""
        world.endpoint.replies[stuck].extend([UNREACHABLE] * 3)
        await world.start()
        await asyncio.sleep(1 + 2 * chance.random())
        await world.crash()

        before = len(world.endpoint.accepted)
        maps = {
            p: decode(p, commit.offset, commit.metadata)
            for p, commit in world.source.offsets.items()
        }
        assert any(maps.values()) or world.committed[P0] > 0
        await world.start()
        await world.quiet()

        assert before < 200
        for body in world.endpoint.accepted:
            repeats.accepted(body)
        repeats.check()
        world.witness.check()
