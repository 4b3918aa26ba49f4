"""Slots and the pace are shared fairly between services."""

import asyncio

import msgspec
import pytest

from bridge.config.delivery import LetterLimit
from bridge.desks import desks_of
from bridge.event import Request
from bridge.job import Job
from bridge.ledger import Ledger
from bridge.model import Commit, Kind, LaneKey, Partition, Service
from bridge.pace import TIMERS
from bridge.record import Record
from tests.fakes import Recorder, Reply
from tests.flow.world import ACCEPTED, ORDERS, P0, P1, SETTINGS, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

PACED = msgspec.structs.replace(SETTINGS, concurrency=16, requests_per_second=5)
ONE_SLOT = msgspec.structs.replace(SETTINGS, concurrency=1)
SIXTEEN = msgspec.structs.replace(SETTINGS, concurrency=16)


def most_in_any_second(times: list[float]) -> int:
    """A request may be late by a part of the gap, and the next one is on time all the same."""
    second = 1 - TIMERS / 5
    return max(sum(first <= time < first + second for time in times) for first in times)


def kinds_of(world: World) -> list[str]:
    return ["order" if b"ClientOrderId" in body else "behavior" for body in world.endpoint.accepted]


async def test_no_second_has_more_requests_than_are_allowed() -> None:
    async with World(P0, settings=PACED) as world:
        for customer in range(1, 31):
            world.produce(P0, customer)

        await world.start()
        await world.quiet(within=10)

        assert most_in_any_second([time for time, _ in world.endpoint.attempts]) == 5


async def test_repetitions_count_towards_the_pace() -> None:
    async with World(P0, settings=PACED) as world:
        for customer in range(1, 21):
            body = world.produce(P0, customer)
            if customer % 3 == 0:
                world.endpoint.replies[body].extend([UNAVAILABLE] * 2)

        await world.start()
        await world.quiet(within=30)

        assert len(world.endpoint.attempts) == 32
        assert most_in_any_second([time for time, _ in world.endpoint.attempts]) <= 5


async def test_what_the_pace_holds_up_waits_for_its_time_and_for_no_answer() -> None:
    """Whoever has begun a request sees to it that somebody looks when the next may begin."""
    async with World(P0, settings=PACED) as world:
        for customer in range(1, 5):
            body = world.produce(P0, customer)
            world.endpoint.replies[body].append(ACCEPTED._replace(seconds=60))

        await world.start()
        await world.pass_time(2)

        assert len(world.endpoint.attempts) == 4


async def test_a_pace_that_was_not_used_is_not_saved_up() -> None:
    async with World(P0, settings=PACED) as world:
        world.produce(P0, 1)
        await world.start()
        await world.quiet(within=2)
        await world.pass_time(5)
        for customer in range(1, 21):
            world.produce(P0, customer)
        await world.quiet(within=10)

        assert most_in_any_second([time for time, _ in world.endpoint.attempts]) <= 5


async def test_two_services_of_a_brand_share_one_pace_and_share_it_fairly() -> None:
    async with World(P0, ORDERS, settings=PACED) as world:
        for customer in range(1, 41):
            world.produce(P0, customer)
            world.produce(ORDERS, customer + 100)

        await world.start()
        await world.pass_time(6)

        assert most_in_any_second([time for time, _ in world.endpoint.attempts]) <= 5
        assert kinds_of(world).count("order") >= 10
        assert kinds_of(world).count("behavior") >= 10


async def test_a_single_slot_is_shared_by_two_services() -> None:
    async with World(P0, ORDERS, settings=ONE_SLOT) as world:
        for customer in range(1, 41):
            world.produce(P0, customer)
            world.produce(ORDERS, customer + 100)

        await world.start()
        await world.pass_time(4)

        assert kinds_of(world).count("order") >= 10
        assert kinds_of(world).count("behavior") >= 10


async def test_a_share_that_grows_as_the_other_has_nothing_to_send_is_used_at_once() -> None:
    """The other's only customer turns out to be under way: it was thought to want half."""
    settings = msgspec.structs.replace(SETTINGS, concurrency=4)
    async with World(P0, P1, ORDERS, settings=settings) as world:
        # The limit of behaviors is warm after these.
        for customer in range(90, 96):
            world.produce(P0, customer)
        await world.start()
        await world.quiet()
        before = len(world.endpoint.attempts)
        for partition, customer, seconds in ((P0, 1, 25), (P0, 2, 25), (ORDERS, 5, 5)):
            body = world.produce(partition, customer)
            world.endpoint.replies[body].append(ACCEPTED._replace(seconds=seconds))
        await world.pass_time(1)
        for partition, customer in ((P1, 3), (P1, 4), (ORDERS, 1)):
            world.produce(partition, customer)

        await world.pass_time(6)

        assert len(world.endpoint.attempts) - before == 5


@pytest.mark.parametrize("stalled", [Kind.BEHAVIOR, Kind.ORDER])
async def test_a_service_that_stalls_does_not_keep_the_other_from_delivering(stalled: Kind) -> None:
    async with World(P0, ORDERS, settings=SIXTEEN) as world:
        for customer in range(1, 101):
            world.produce(P0, customer)
            world.produce(ORDERS, customer + 1000)

        def choose(request: Request) -> Reply:
            return ACCEPTED._replace(seconds=100) if request.service.kind == stalled else ACCEPTED

        world.endpoint.choose = choose
        await world.start()
        await world.pass_time(10)

        assert len(world.endpoint.accepted) == 100
        assert stalled not in kinds_of(world)


async def test_a_service_that_stalled_before_the_other_had_work_leaves_it_a_slot() -> None:
    async with World(P0, ORDERS, settings=SIXTEEN) as world:
        world.endpoint.choose = lambda request: (
            ACCEPTED._replace(seconds=100) if request.service.kind == Kind.BEHAVIOR else ACCEPTED
        )
        for customer in range(1, 101):
            world.produce(P0, customer)
        await world.start()
        await world.pass_time(5)
        for customer in range(1, 21):
            world.produce(ORDERS, customer + 1000)
        await world.pass_time(10)

        assert kinds_of(world).count("order") == 20


async def test_a_service_that_hangs_with_all_its_share_does_not_stop_the_other_s_clock() -> None:
    """Of two brands, each with a pace of its own."""
    loop = asyncio.get_running_loop()
    hanging, well = Service("A", Kind.BEHAVIOR), Service("B", Kind.BEHAVIOR)
    settings = msgspec.structs.replace(PACED, concurrency=8)
    desks = desks_of(
        {hanging, well},
        settings,
        LetterLimit(),
        Recorder(),
        may_act=lambda: True,
        clock=loop.time,
    )
    sent: list[float] = []

    async def work() -> None:
        while True:
            desk, strand = await desks.next()
            if desk.service == hanging:
                await asyncio.sleep(60)
            sent.append(loop.time())
            desk.accepted(strand.head, loop.time())
            desks.lanes.ended(strand)
            desks.wake()

    ledger = Ledger()
    workers = [asyncio.create_task(work()) for _ in range(8)]
    for _ in range(8):
        desks[hanging].limit.rose()
    for service in (hanging, well):
        partition = Partition(service.brand, 0)
        ledger.open(partition, Commit(0))
        for number in range(20):
            record = Record(partition, number, 0, b"", b"{}")
            entry = ledger.admit(record)
            assert entry is not None
            lane = LaneKey(service.brand, str(number))
            desks.lanes.add(lane, partition, Job(record, entry, lane, service, number))
        await asyncio.sleep(6)
    for worker in workers:
        worker.cancel()

    assert len(sent) == 20
