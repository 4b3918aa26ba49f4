"""A member that the group may have given up sends nothing more."""

import pytest

from bridge.errors import NotSent
from bridge.model import NOT_A_MEMBER
from tests.fakes import Reply
from tests.flow.world import P0, REFUSED, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
WITHHELD = Reply(NotSent(NOT_A_MEMBER, "the partitions may be another's by now"), seconds=0)


async def test_nothing_is_sent_while_the_membership_is_not_proven() -> None:
    async with World(P0) as world:
        world.source.member = False
        bodies = [world.produce(P0, customer) for customer in (ANN, BOB)]
        await world.start()
        await world.pass_time(30)

        assert world.endpoint.attempts == []
        assert world.committed == {P0: 0}
        world.source.member = True
        await world.quiet()
        assert sorted(world.endpoint.accepted) == sorted(bodies)
        world.witness.check()


async def test_a_probe_that_could_not_be_sent_is_made_later() -> None:
    async with World(P0) as world:
        for customer in range(1, 30):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: UNAVAILABLE
        await world.start()
        await world.pass_time(20)
        assert world.pipeline.status().services[0].breaker > 0

        world.source.member = False
        await world.pass_time(30)
        before = len(world.endpoint.attempts)
        await world.pass_time(30)
        assert len(world.endpoint.attempts) == before
        world.source.member = True
        await world.pass_time(20)

        assert len(world.endpoint.attempts) > before


async def test_a_request_that_was_withheld_is_no_attempt() -> None:
    """However often that befalls a record, and however well its service is meanwhile."""
    async with World(P0) as world:
        withheld = world.produce(P0, ANN)
        world.endpoint.replies[withheld].extend([WITHHELD] * 20)
        await world.start()
        for customer in range(10, 610):
            world.produce(P0, customer)
        await world.quiet()

        assert world.letters.letters == []
        assert len(world.endpoint.times_of(withheld)) == 21
        world.witness.check()


async def test_a_woken_member_writes_no_letter_of_what_others_may_own() -> None:
    async with World(P0) as world:
        refused = world.produce(P0, ANN)
        world.endpoint.replies[refused].append(REFUSED._replace(seconds=10))
        await world.start()
        await world.pass_time(1)
        world.source.member = False
        await world.pass_time(60)
        assert world.letters.letters == []
        assert world.committed == {P0: 0}

        world.source.member = True
        await world.quiet()

        assert len(world.letters.letters) == 1
        world.witness.check()
