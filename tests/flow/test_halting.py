"""A service that Omeda refuses as a whole stands still: nothing of it is lost, or given up."""

from itertools import pairwise

import msgspec
import pytest

from bridge.event import Request
from bridge.model import Answer, Kind
from tests.fakes import Reply
from tests.flow.standing import ORDER_DESK, halted
from tests.flow.world import (
    ACCEPTED,
    FORBIDDEN,
    MANY_SLOTS,
    ORDERS,
    P0,
    P1,
    REFUSED,
    SETTINGS,
    UNAVAILABLE,
    World,
    accepting,
)

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
SOON = msgspec.structs.replace(SETTINGS, probe_seconds=2)
ONE_SLOT = msgspec.structs.replace(SETTINGS, concurrency=1)


def forbid(_request: Request) -> Reply:
    return FORBIDDEN


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


async def test_one_record_that_is_always_forbidden_is_given_up_and_the_others_are_delivered() -> (
    None
):
    async with World(P0) as world:
        forbidden = world.produce(P0, ANN)
        behind = world.produce(P0, ANN)
        others = [world.produce(P0, customer) for customer in range(2, 60)]
        world.endpoint.choose = lambda request: FORBIDDEN if request.body == forbidden else ACCEPTED
        await world.start()
        feeding = 100
        for _ in range(8):
            await world.pass_time(10)
            others.append(world.produce(P0, feeding))
            feeding += 1
        await world.quiet(within=60)

        (letter,) = world.letters.letters
        assert letter.record.value == forbidden
        assert letter.rejected.reason == "forbidden"
        assert letter.rejected.status == 403
        assert len(world.endpoint.times_of(forbidden)) == 3
        assert sorted(world.endpoint.accepted) == sorted([*others, behind])
        world.witness.check()


async def test_a_lone_forbidden_record_does_not_hold_up_those_that_come_later() -> None:
    async with World(P0, settings=SOON) as world:
        forbidden = world.produce(P0, ANN)
        world.endpoint.replies[forbidden].extend([FORBIDDEN] * 1000)

        await world.start()
        await world.pass_time(5)
        assert halted(world) is not None
        healthy = world.produce(P0, BOB)
        await world.pass_time(10)

        assert world.endpoint.accepted == [healthy]


async def test_no_record_is_given_up_as_forbidden_while_none_is_accepted() -> None:
    async with World(P0, settings=SOON) as world:
        for customer in (ANN, BOB, 3):
            world.produce(P0, customer)
        world.endpoint.choose = forbid

        await world.start()
        await world.pass_time(40)

        assert len(world.endpoint.attempts) > 9
        assert world.letters.letters == []


async def test_a_halted_service_buries_nothing() -> None:
    async with World(P0, settings=ONE_SLOT) as world:
        first = world.produce(P0, ANN)
        world.endpoint.choose = forbid
        await world.start()
        await world.until(lambda: halted(world) is not None)

        bad = world.produce_unreadable(P0, BOB)
        await world.rebalance()
        await world.pass_time(30)
        assert world.letters.letters == []
        world.endpoint.choose = accepting
        await world.quiet(within=20)

        assert [letter.record for letter in world.letters.letters] == [bad]
        assert world.endpoint.accepted == [first]


async def test_what_was_under_way_when_a_service_halted_is_not_buried_either() -> None:
    async with World(P0, settings=MANY_SLOTS) as world:
        forbidden, refused = world.produce(P0, ANN), world.produce(P0, BOB)
        world.endpoint.replies[forbidden].extend([FORBIDDEN] * 1000)
        world.endpoint.replies[refused].append(REFUSED._replace(seconds=1))

        await world.start()
        await world.pass_time(10)

        assert halted(world) is not None
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


async def test_a_record_that_is_to_be_buried_does_not_keep_a_halted_service_from_probes() -> None:
    async with World(P0, P1) as world:
        world.produce(P0, ANN)
        world.endpoint.choose = forbid

        await world.start()
        await world.until(lambda: halted(world) is not None)
        await world.rebalance(P1)
        world.produce_unreadable(P1, ANN)
        await world.pass_time(5)
        world.endpoint.choose = accepting
        body = world.produce(P1, BOB)
        await world.pass_time(40)

        assert world.endpoint.accepted == [body]
        assert halted(world) is None
        assert len(world.letters.letters) == 1


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
