"""A record that can never be delivered leaves through the dead-letter topic, and only so."""

import pytest

from bridge.completion import decode
from tests.flow.world import P0, REFUSED, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2


async def test_a_refused_record_becomes_a_dead_letter_and_is_then_settled() -> None:
    async with World(P0) as world:
        refused, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.replies[refused].append(REFUSED)

        await world.start()
        await world.quiet(within=2)

        (letter,) = world.letters.letters
        assert (letter.record.value, letter.attempts) == (refused, 1)
        assert (letter.rejected.reason, letter.rejected.status) == ("refused", 400)
        assert world.endpoint.accepted == [behind]
        world.witness.check()


async def test_an_unreadable_record_keeps_its_place_and_is_never_sent() -> None:
    async with World(P0) as world:
        before = world.produce(P0, ANN)
        unreadable = world.produce_unreadable(P0, ANN)
        after = world.produce(P0, ANN)
        world.letters.seconds = 5

        await world.start()
        await world.pass_time(3)
        assert world.endpoint.accepted == [before]
        await world.quiet()

        assert [letter.record for letter in world.letters.letters] == [unreadable]
        assert world.endpoint.accepted == [before, after]
        assert world.observer.counts["rejected: not_json"] == 1


async def test_a_dead_letter_that_fails_is_written_again_and_never_passed() -> None:
    async with World(P0) as world:
        refused, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        others = [world.produce(P0, customer) for customer in range(2, 30)]
        world.endpoint.replies[refused].append(REFUSED)
        world.letters.fails = lambda _letter: True

        await world.start()
        await world.pass_time(100)

        assert world.committed == {P0: 0}
        assert sorted(world.endpoint.accepted) == sorted(others)
        assert len(world.endpoint.times_of(refused)) == 1
        world.letters.fails = lambda _letter: False
        await world.quiet()
        assert world.endpoint.accepted[-1] == behind
        world.witness.check()


async def test_a_dead_letter_topic_that_stalls_keeps_no_other_customer_waiting() -> None:
    async with World(P0) as world:
        for customer in range(1, 11):
            world.produce_unreadable(P0, customer)
        healthy = [world.produce(P0, customer) for customer in range(11, 15)]
        world.letters.seconds = 1000

        await world.start()
        await world.pass_time(2)

        assert sorted(world.endpoint.accepted) == sorted(healthy)
        assert world.committed == {P0: 0}


async def test_a_rejected_record_is_not_stepped_over_by_a_later_success_of_another_lane() -> None:
    async with World(P0) as world:
        before = world.produce(P0, BOB)
        refused = world.produce(P0, ANN)
        after = world.produce(P0, BOB)
        world.endpoint.replies[refused].append(REFUSED)
        world.letters.fails = lambda _letter: True

        await world.start()
        await world.pass_time(30)

        assert world.endpoint.accepted == [before, after]
        commit = world.source.offsets[P0]
        assert commit.offset == 1
        assert [offset for offset in range(4) if offset in decode(P0, 1, commit.metadata)] == [2]
        world.witness.check_so_far()
