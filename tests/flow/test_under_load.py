"""Trouble that begins while many requests are under way, or with much in hand."""

import random

import msgspec
import pytest

from bridge.config.delivery import LetterLimit
from bridge.event import Request
from bridge.model import Answer, Kind
from tests.fakes import Reply
from tests.flow.standing import halted
from tests.flow.world import (
    ACCEPTED,
    FORBIDDEN,
    ORDERS,
    P0,
    REFUSED,
    SETTINGS,
    UNAVAILABLE,
    World,
    throttled,
)

pytestmark = pytest.mark.looptime

WIDE = msgspec.structs.replace(SETTINGS, concurrency=32)
PENDING = Reply(
    Answer(400, b'{"Errors": [{"Error": "OmedaCustomerId 1 is pending deactivation."}]}')
)


@pytest.mark.parametrize("seed", range(3))
async def test_credentials_revoked_under_load_cost_no_record(seed: int) -> None:
    chance = random.Random(seed)
    async with World(P0, settings=WIDE) as world:

        def reply(_request: Request) -> Reply:
            if 3 <= world.now < 40:
                return FORBIDDEN._replace(seconds=0.05)
            return ACCEPTED._replace(seconds=chance.uniform(0.2, 1))

        world.endpoint.choose = reply
        await world.start()
        for customer in range(1, 250):
            world.produce(P0, customer)
            await world.pass_time(0.02)
        await world.quiet(within=200)

        refused = [time for time, _ in world.endpoint.attempts if 3 <= time < 40]
        # Those who began before the first refusal came back, and the probes.
        assert len(refused) < 20
        assert world.letters.letters == []
        world.witness.check()


@pytest.mark.parametrize("every", [10, 5, 3])
async def test_a_backlog_with_some_bad_records_is_no_reason_to_halt(every: int) -> None:
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 3000):
            if customer % every:
                world.produce(P0, customer)
            else:
                world.produce_unreadable(P0, customer)
        await world.start()
        await world.quiet(within=100)

        assert halted(world) is None
        assert len(world.letters.letters) == 2999 // every
        world.witness.check()


async def test_letters_that_hang_are_not_letters_in_a_row() -> None:
    limit = LetterLimit(consecutive=5, ratio=0.5, window=100_000)
    async with World(P0, settings=WIDE, letter_limit=limit) as world:
        world.letters.seconds = 30
        world.letters.fails = lambda _letter: world.now < 60
        await world.start()
        for customer in range(1, 400):
            if customer % 50:
                world.produce(P0, customer)
            else:
                world.produce_unreadable(P0, customer)
            await world.pass_time(0.05)
        assert halted(world) is None

        world.letters.seconds = 0.05
        await world.quiet(within=100)
        assert halted(world) is None
        world.witness.check()


async def test_a_bad_release_still_halts_once_nothing_else_is_left_to_end_well() -> None:
    limit = LetterLimit(consecutive=20)
    async with World(P0, settings=WIDE, letter_limit=limit) as world:
        for customer in range(1, 11):
            world.produce(P0, customer)
        for customer in range(11, 300):
            world.produce_unreadable(P0, customer)
        await world.start()
        await world.pass_time(20)

        assert halted(world) is not None
        assert len(world.letters.letters) <= 40
        assert world.committed[P0] < 60


async def test_what_was_pending_once_backs_off_from_other_failures_as_ever() -> None:
    settings = msgspec.structs.replace(SETTINGS, pending_seconds=30)
    async with World(P0, settings=settings) as world:
        world.produce(P0, 1)
        world.endpoint.choose = lambda _: PENDING if world.now < 25 else throttled("30")
        await world.start()
        await world.pass_time(100)

        assert sum(time > 31 for time, _ in world.endpoint.attempts) <= 4


async def test_a_probe_that_omeda_refuses_for_its_content_ends_a_halt() -> None:
    settings = msgspec.structs.replace(SETTINGS, backlog_high=16, backlog_low=8)
    async with World(P0, settings=settings) as world:
        unknown = world.produce(P0, 1)
        world.endpoint.choose = lambda request: (
            FORBIDDEN if world.now < 5 else REFUSED if request.body == unknown else ACCEPTED
        )
        await world.start()
        await world.pass_time(2)
        for customer in range(2, 40):
            world.produce_unreadable(P0, customer)
        healthy = [world.produce(P0, customer) for customer in range(40, 60)]
        await world.quiet(within=60)

        assert sorted(world.endpoint.accepted) == sorted(healthy)
        world.witness.check()


@pytest.mark.parametrize("reply", [UNAVAILABLE, FORBIDDEN])
async def test_an_outsider_takes_up_nothing_and_forgets_nothing(reply: Reply) -> None:
    async with World(P0, settings=WIDE) as world:
        for customer in range(1, 300):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _: reply
        await world.start()
        await world.pass_time(3)
        tried = len(world.endpoint.attempts)

        world.source.member, world.source.membership_asked = False, 0
        await world.pass_time(20)

        assert len(world.endpoint.attempts) == tried
        # Now and then, and not for each record that waits.
        assert world.source.membership_asked < 200
        world.endpoint.choose = lambda _: ACCEPTED
        world.source.member = True
        await world.quiet(within=60)
        world.witness.check()


async def test_a_halted_service_leaves_its_slots_to_the_others() -> None:
    settings = msgspec.structs.replace(SETTINGS, concurrency=16)
    async with World(P0, ORDERS, settings=settings) as world:
        world.endpoint.choose = lambda request: (
            FORBIDDEN if request.service.kind == Kind.ORDER else ACCEPTED._replace(seconds=0.2)
        )
        for customer in range(1, 30):
            world.produce(ORDERS, 10_000 + customer)
        await world.start()
        await world.pass_time(3)
        for customer in range(1, 600):
            world.produce(P0, customer)
        await world.until(lambda: world.committed.get(P0) == 599, within=60)

        assert world.endpoint.most_in_flight >= 14
