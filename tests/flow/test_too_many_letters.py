"""A service that would bury too much stands still, until somebody has looked."""

import msgspec
import pytest

from bridge.config.delivery import LetterLimit
from tests.flow.standing import ORDER_DESK, halted, refuse
from tests.flow.world import ACCEPTED, MANY_SLOTS, ORDERS, P0, REFUSED, SETTINGS, World, accepting

pytestmark = pytest.mark.looptime

ONE_SLOT = msgspec.structs.replace(SETTINGS, concurrency=1)


async def test_a_service_halts_before_the_letter_that_would_exceed_the_limit() -> None:
    limit = LetterLimit(consecutive=5)
    async with World(P0, settings=MANY_SLOTS, letter_limit=limit) as world:
        for customer in range(1, 31):
            world.produce(P0, customer)
        world.endpoint.choose = refuse

        await world.start()
        await world.pass_time(30)

        assert len(world.letters.letters) == 5
        assert "dead_letters.limit" in (halted(world) or "")
        buried = {letter.record.offset for letter in world.letters.letters}
        assert world.committed[P0] == min(set(range(30)) - buried)
        world.witness.check_so_far()


async def test_undecodable_records_count_towards_the_limit_and_keep_what_is_committed_below() -> (
    None
):
    limit = LetterLimit(consecutive=5)
    async with World(P0, settings=MANY_SLOTS, letter_limit=limit) as world:
        for customer in range(1, 31):
            world.produce_unreadable(P0, customer)

        await world.start()
        await world.pass_time(10)

        assert sorted(letter.record.offset for letter in world.letters.letters) == list(range(5))
        assert world.committed == {P0: 5}


async def test_nothing_but_a_restart_ends_a_halt_by_the_limit() -> None:
    limit = LetterLimit(consecutive=5)
    async with World(P0, settings=MANY_SLOTS, letter_limit=limit) as world:
        for customer in range(1, 31):
            world.produce(P0, customer)
        world.endpoint.choose = refuse

        await world.start()
        await world.pass_time(10)
        world.endpoint.choose = accepting
        before = len(world.endpoint.attempts)
        world.pipeline.resume("a credential file changed")
        await world.pass_time(40)
        assert len(world.endpoint.attempts) == before
        assert world.endpoint.accepted == []

        await world.stop()
        await world.start()
        await world.quiet(within=10)
        assert len(world.letters.letters) == 5
        assert len(world.endpoint.accepted) == 25


async def test_what_is_accepted_late_does_not_let_a_service_past_its_limit_go_on() -> None:
    limit = LetterLimit(consecutive=2)
    async with World(P0, settings=MANY_SLOTS, letter_limit=limit) as world:
        slow, *bodies = [world.produce(P0, customer) for customer in range(1, 5)]
        late = bodies.pop()
        world.endpoint.replies[slow].append(ACCEPTED._replace(seconds=2))
        world.endpoint.replies[late].append(REFUSED._replace(seconds=3))
        world.endpoint.choose = refuse
        world.produce_unreadable(P0, 10)

        await world.start()
        await world.pass_time(10)

        assert halted(world) is not None
        assert len(world.letters.letters) == 2
        assert slow in world.endpoint.accepted


async def test_a_good_record_that_waits_for_its_customer_s_other_service_is_waited_for() -> None:
    limit = LetterLimit(consecutive=2)
    async with World(P0, ORDERS, settings=MANY_SLOTS, letter_limit=limit) as world:
        busy = world.produce(P0, 1)
        world.endpoint.replies[busy].append(ACCEPTED._replace(seconds=5))
        await world.start()
        await world.until(lambda: len(world.endpoint.attempts) == 1)
        for customer in range(10, 13):
            world.produce_unreadable(ORDERS, customer)
        good = world.produce(ORDERS, 1)

        await world.quiet(within=10)

        # It came after the letters, and was accepted: they were no bad release.
        assert good in world.endpoint.accepted
        assert len(world.letters.letters) == 3
        assert [each.halted for each in world.pipeline.status().services] == [None, None]


async def test_a_ratio_halts_only_once_a_whole_window_has_ended() -> None:
    limit = LetterLimit(consecutive=1000, ratio=0.5, window=40)
    async with World(P0, settings=ONE_SLOT, letter_limit=limit) as world:
        for customer in range(1, 21):
            world.produce_unreadable(P0, customer)
        await world.start()
        await world.until(lambda: len(world.letters.letters) == 20)
        for customer in range(1, 21):
            world.produce(P0, customer)
        await world.quiet(within=10)
        assert halted(world) is None

        # Twenty of the last forty are letters; the oldest of them fall out as new ones come in.
        for customer in range(1, 11):
            world.produce_unreadable(P0, customer)
        await world.quiet(within=10)
        assert halted(world) is None


async def test_a_ratio_that_is_exceeded_halts() -> None:
    limit = LetterLimit(consecutive=1000, ratio=0.5, window=10)
    async with World(P0, settings=ONE_SLOT, letter_limit=limit) as world:
        await world.start()
        for customer in range(1, 11):
            world.produce(P0, customer)
        await world.quiet(within=5)
        for customer in range(1, 11):
            world.produce_unreadable(P0, customer)
        await world.pass_time(5)

        assert halted(world) is not None
        assert len(world.letters.letters) == 5
        assert world.committed[P0] == 15


async def test_the_limit_of_one_service_leaves_the_other_alone() -> None:
    limit = LetterLimit(consecutive=5)
    async with World(P0, ORDERS, settings=MANY_SLOTS, letter_limit=limit) as world:
        for customer in range(1, 31):
            world.produce_unreadable(P0, customer)
        orders = [world.produce(ORDERS, customer) for customer in range(1, 51)]

        await world.start()
        await world.until(lambda: world.committed.get(ORDERS) == 50, within=15)

        assert sorted(world.endpoint.accepted) == sorted(orders)
        assert halted(world) is not None
        assert halted(world, ORDER_DESK) is None


async def test_acceptances_in_between_begin_the_count_of_letters_anew() -> None:
    limit = LetterLimit(consecutive=3)
    async with World(P0, settings=ONE_SLOT, letter_limit=limit) as world:
        for round_ in range(5):
            world.produce_unreadable(P0, 1)
            world.produce_unreadable(P0, 1)
            world.produce(P0, 1)
            del round_

        await world.start()
        await world.quiet(within=20)

        assert len(world.letters.letters) == 10
        assert halted(world) is None
