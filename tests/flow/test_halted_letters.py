"""Dead letters of a service that stands still: which are written, and when."""

import msgspec
import pytest

from tests.flow.standing import SOON, forbid, halted
from tests.flow.world import (
    ACCEPTED,
    FORBIDDEN,
    MANY_SLOTS,
    P0,
    P1,
    REFUSED,
    SETTINGS,
    World,
    accepting,
)

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
ONE_SLOT = msgspec.structs.replace(SETTINGS, concurrency=1)


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
