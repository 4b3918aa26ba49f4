"""What is in hand is bounded, and a partition that is full stops no other."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from bridge.config.delivery import LetterLimit
from bridge.intake import POLL_SECONDS, SPELL_RECORDS
from bridge.model import Partition
from bridge.record import Read
from tests.flow.world import (
    ACCEPTED,
    ORDERS,
    P0,
    P1,
    P2,
    ROUTES,
    SETTINGS,
    UNAVAILABLE,
    World,
    accepting,
)
from tests.memory_source import MemorySource

pytestmark = pytest.mark.looptime

STUCK = 1
SMALL = msgspec.structs.replace(SETTINGS, backlog_high=100, backlog_low=40)
MANY_LETTERS = LetterLimit(consecutive=10_000, ratio=1)
FEW_BYTES = msgspec.structs.replace(SETTINGS, backlog_bytes=10_000)


def stick(world: World) -> None:
    """Customer 1 meets an outage of its own."""
    marker = f'{{"OmedaCustomerId":{STUCK},'.encode()
    world.endpoint.choose = lambda request: (
        UNAVAILABLE if request.body.startswith(marker) else accepting(request)
    )


@pytest.mark.slow
async def test_records_in_hand_are_bounded_while_omeda_is_away() -> None:
    async with World(P0, P1, settings=SMALL) as world:
        for customer in range(1000):
            world.produce(P0, 1 + customer)
            world.produce(P1, 1 + customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE

        await world.start()
        await world.pass_time(40)

        assert max(world.in_hand.values()) == 50
        world.endpoint.choose = accepting
        await world.quiet(within=600)
        world.witness.check()


async def test_polling_goes_on_while_every_partition_is_full() -> None:
    async with World(P0, settings=SMALL) as world:
        for _ in range(600):
            world.produce(P0, STUCK)
        stick(world)

        await world.start()
        await world.pass_time(20)
        polls = world.source.polls
        await world.pass_time(1)

        assert world.source.polls > polls
        assert world.now - world.pipeline.last_poll < 1


@pytest.mark.slow
async def test_polling_goes_on_all_through_an_outage() -> None:
    async with World(P0, P1, settings=SMALL) as world:
        for customer in range(60):
            world.produce(P0, 1 + customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE
        await world.start()

        for _second in range(600):
            await world.pass_time(1)
            assert world.now - world.pipeline.last_poll < 1

        assert not world.endpoint.accepted


async def test_a_stuck_lane_pauses_its_own_partition_and_no_other() -> None:
    async with World(P0, P1, settings=SMALL) as world:
        for _ in range(1000):
            world.produce(P0, STUCK)
        stick(world)
        await world.start()
        await world.pass_time(5)

        healthy = [world.produce(P1, 2 + number) for number in range(300)]
        await world.until(lambda: world.committed == {P0: 0, P1: 300}, within=30)

        assert set(world.endpoint.accepted) == set(healthy)
        paused = {book.number: book.paused for book in world.pipeline.status().partitions}
        assert paused == {0: True, 1: False}


@pytest.mark.slow
async def test_a_paused_partition_goes_on_once_it_is_relieved_and_loses_nothing() -> None:
    async with World(P0, settings=SMALL) as world:
        bodies = [world.produce(P0, STUCK) for _ in range(700)]
        stick(world)
        await world.start()
        await world.pass_time(30)

        world.endpoint.choose = accepting
        await world.quiet(within=600)

        assert world.endpoint.accepted == bodies


@pytest.mark.parametrize("produce", [World.produce, World.produce_unreadable])
async def test_the_relief_of_a_full_partition_waits_for_no_news_of_another(
    produce: Callable[[World, Partition, int], object],
) -> None:
    """Also where the poll that is under way asks for the other alone, and finds nothing there."""
    async with World(P0, P1, settings=SMALL, letter_limit=MANY_LETTERS) as world:
        world.endpoint.choose = lambda _request: ACCEPTED._replace(seconds=0.001)
        for customer in range(1000):
            produce(world, P1, 1 + customer)

        await world.start()
        await world.until(lambda: world.committed.get(P1) == 1000, within=60)

        # Thirty of those in hand go, then there is room: so three dozen times, if nobody wakes it.
        assert world.now < 10 * POLL_SECONDS


async def test_bytes_in_hand_are_bounded() -> None:
    async with World(P0, settings=FEW_BYTES) as world:
        for _ in range(50):
            world.produce(P0, STUCK, padding=900)
        stick(world)

        await world.start()
        await world.pass_time(30)
        assert world.pipeline.status().backlog_bytes <= 10_000
        world.endpoint.choose = accepting

        await world.quiet()
        world.witness.check()


async def test_one_record_larger_than_the_share_is_delivered_all_the_same() -> None:
    async with World(P0, settings=FEW_BYTES) as world:
        bodies = [world.produce(P0, STUCK, padding=size) for size in (0, 50_000, 50_000, 0)]

        await world.start()
        await world.quiet(within=30)

        assert world.endpoint.accepted == bodies
        world.witness.check()


async def test_a_record_that_does_not_fit_yet_is_not_fetched_in_a_tight_loop() -> None:
    async with World(P0, settings=FEW_BYTES) as world:
        world.produce(P0, STUCK)
        world.produce(P0, STUCK, padding=50_000)
        stick(world)
        await world.start()
        await world.pass_time(2)
        polls = world.source.polls

        await world.pass_time(2)

        assert world.source.polls - polls <= 2 / POLL_SECONDS + 1


def spells_of(source: MemorySource, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Records that will be handed over at a stretch, until something else gets its turn."""
    spells: list[int] = []
    read, run = source.read, 0

    def over() -> None:
        nonlocal run
        spells.append(run)
        run = 0

    def counting(partition: Partition, *, limit: int) -> Read:
        nonlocal run
        found = read(partition, limit=limit)
        records = len(found.records)
        if records and not run:
            asyncio.get_running_loop().call_soon(over)
        run += records
        return found

    monkeypatch.setattr(source, "read", counting)
    return spells


@pytest.mark.parametrize("partitions", [[P0], [P0, P1, P2], [ORDERS]])
async def test_while_a_backlog_is_read_answers_and_heartbeats_get_their_turn(
    partitions: list[Partition], monkeypatch: pytest.MonkeyPatch
) -> None:
    most = SPELL_RECORDS[ROUTES[partitions[0].topic].service.kind]
    wide = msgspec.structs.replace(SETTINGS, backlog_high=100_000, backlog_low=50_000)
    async with World(*partitions, settings=wide) as world:
        for partition in partitions:
            for customer in range(1, 1 + 3 * most // len(partitions)):
                world.produce(partition, customer)
        world.source.breath_seconds = 0
        spells = spells_of(world.source, monkeypatch)
        await world.start()
        await world.pass_time(1)

    assert sum(spells) == 3 * most
    # Long enough to join what stands there, and no longer.
    assert most // 2 < max(spells) <= most
