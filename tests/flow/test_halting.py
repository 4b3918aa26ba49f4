"""A service that Omeda refuses as a whole stands still: nothing of it is lost, or given up."""

from itertools import pairwise

import msgspec
import pytest

from bridge.model import Answer, Kind
from tests.fakes import Reply
from tests.flow.standing import ORDER_DESK, SOON, forbid, halted
from tests.flow.world import (
    ACCEPTED,
    FORBIDDEN,
    MANY_SLOTS,
    ORDERS,
    P0,
    P1,
    SETTINGS,
    UNAVAILABLE,
    World,
    accepting,
)

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
ONE_SLOT = msgspec.structs.replace(SETTINGS, concurrency=1)


@pytest.mark.parametrize("status", [401, 403, 405, 407, 301, 404])
async def test_a_refused_service_stands_still_and_says_why(status: int) -> None:
    async with World(P0, settings=MANY_SLOTS) as world:
        for customer in range(1, 51):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: Reply(Answer(status, b""))

        await world.start()
        await world.pass_time(10)

        assert len(world.endpoint.attempts) <= 4
        assert str(status) in (halted(world) or "")
        assert world.committed == {P0: 0}
        assert world.letters.letters == []


async def test_a_halted_service_is_tried_with_one_record_each_probe_seconds() -> None:
    async with World(P0, settings=ONE_SLOT) as world:
        for customer in range(1, 51):
            world.produce(P0, customer)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(61)

        times = [time for time, _ in world.endpoint.attempts]
        gaps = [after - before for before, after in pairwise(times)]
        assert gaps == pytest.approx([15.1] * 4, abs=0.1)
        bodies = [body for _, body in world.endpoint.attempts]
        assert len(set(bodies)) == len(bodies), "each probe is another customer's"


async def test_a_lone_record_is_tried_each_probe_seconds_however_long_the_halt() -> None:
    async with World(P0, settings=SOON) as world:
        world.produce(P0, ANN)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(25)

        times = [time for time, _ in world.endpoint.attempts]
        gaps = [after - before for before, after in pairwise(times)]
        assert gaps
        assert max(gaps) == pytest.approx(2.1, abs=0.2)


async def test_a_halted_service_goes_on_once_a_record_is_accepted() -> None:
    async with World(P0, settings=MANY_SLOTS) as world:
        first = [world.produce(P0, customer) for customer in range(1, 51)]
        second = [world.produce(P0, customer) for customer in range(1, 51)]
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(20)
        world.endpoint.choose = accepting
        await world.quiet(within=15 + 5)

        assert sorted(world.endpoint.accepted) == sorted(first + second)
        assert halted(world) is None
        assert world.letters.letters == []
        world.witness.check()


async def test_a_halted_service_goes_on_at_once_when_told_that_something_changed() -> None:
    async with World(P0, settings=MANY_SLOTS) as world:
        for customer in range(1, 51):
            world.produce(P0, customer)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(5)
        world.endpoint.choose = accepting
        world.pipeline.resume("a credential file changed")

        await world.quiet(within=5)


async def test_a_lone_record_goes_on_at_once_when_told_that_something_changed() -> None:
    async with World(P0, settings=SOON) as world:
        body = world.produce(P0, ANN)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(20)
        world.endpoint.choose = accepting
        world.pipeline.resume("a credential file changed")
        await world.quiet(within=1)

        assert world.endpoint.accepted == [body]


async def test_a_service_told_to_go_on_in_vain_halts_again() -> None:
    async with World(P0, settings=MANY_SLOTS) as world:
        for customer in range(1, 51):
            world.produce(P0, customer)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(5)
        world.pipeline.resume("a credential file changed")
        await world.pass_time(5)

        assert halted(world) is not None
        assert len(world.endpoint.attempts) <= 8
        assert world.letters.letters == []


async def test_a_halt_outlasts_a_rebalance_and_is_still_probed() -> None:
    async with World(P0, P1, settings=MANY_SLOTS) as world:
        for customer in range(1, 21):
            world.produce(P0, customer)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(5)
        await world.rebalance()
        await world.pass_time(1)
        assert halted(world) is not None
        world.endpoint.choose = accepting
        await world.quiet(within=25)


async def test_a_halted_service_with_nothing_in_hand_takes_in_what_it_is_probed_with() -> None:
    async with World(P0, P1) as world:
        world.produce(P0, ANN)
        world.endpoint.choose = forbid

        await world.start()
        await world.until(lambda: halted(world) is not None)
        await world.rebalance(P1)
        await world.pass_time(20)
        world.endpoint.choose = accepting
        body = world.produce(P1, BOB)
        await world.pass_time(20)

        assert world.endpoint.accepted == [body]


async def test_a_halted_service_leaves_the_other_alone() -> None:
    async with World(P0, ORDERS, settings=MANY_SLOTS) as world:
        behaviors = [world.produce(P0, customer) for customer in range(1, 51)]
        orders = [world.produce(ORDERS, customer) for customer in range(1, 51)]
        world.endpoint.choose = lambda request: (
            FORBIDDEN if request.service.kind == Kind.ORDER else ACCEPTED
        )

        await world.start()
        await world.until(lambda: world.committed.get(P0) == 50, within=10)
        assert halted(world) is None
        assert halted(world, ORDER_DESK) is not None
        paused = {status.topic: status.paused for status in world.pipeline.status().partitions}
        assert paused == {"behaviors": False, "orders": True}
        world.endpoint.choose = accepting
        await world.quiet(within=25)

        assert sorted(world.endpoint.accepted) == sorted(behaviors + orders)


async def test_failures_of_its_probes_let_a_halted_service_stand() -> None:
    async with World(P0, settings=ONE_SLOT) as world:
        for customer in range(1, 31):
            world.produce(P0, customer)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(5)
        world.endpoint.choose = lambda _request: UNAVAILABLE
        await world.pass_time(40)

        assert halted(world) is not None
        assert len(world.endpoint.attempts) <= 4
        world.endpoint.choose = accepting
        await world.quiet(within=25)
