"""Customers that travel together through the bulk service: all of them are saved, or none."""

import random

import msgspec
import pytest

from bridge.config.delivery import Bulk, UnknownOutcome
from bridge.event import Request
from bridge.model import Answer, Kind
from tests.fakes import Reply, parts
from tests.flow.seeds import seeds
from tests.flow.world import (
    ANSWER_LOST,
    FORBIDDEN,
    JOINING,
    ORDERS,
    P0,
    P1,
    UNAVAILABLE,
    World,
)

pytestmark = pytest.mark.looptime

BULK = msgspec.structs.replace(JOINING, bulk=Bulk(enabled=True, max_customers=20))
SAVED = Reply(Answer(200, b'{"ResponseInfo": [{}, {}], "SubmissionId": "s"}'), accepted=True)


def complaint(text: str) -> Reply:
    body = msgspec.json.encode({"Errors": [{"Error": text}]})
    return Reply(Answer(400, body))


def customers(request: Request) -> list[int]:
    return [msgspec.json.decode(part[0])["OmedaCustomerId"] for part in parts(request.body)]


async def test_what_is_due_of_many_customers_leaves_in_few_requests() -> None:
    async with World(P0, settings=BULK) as world:
        bodies = [world.produce(P0, 1 + number % 50) for number in range(50, 500)]
        await world.start()
        await world.quiet(within=10)

        assert sorted(world.endpoint.accepted) == sorted(bodies)
        assert len(world.endpoint.requests) < 60
        world.witness.check()
        world.witness.repeats.check()


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("seed", range(3))
async def test_a_refused_customer_costs_no_other(seed: int, named: bool) -> None:  # noqa: FBT001
    chance = random.Random(seed)
    bad = set(chance.sample(range(1, 60), 5))

    def reply(request: Request) -> Reply:
        guilty = bad.intersection(customers(request))
        if not guilty:
            return SAVED
        return complaint(f"OmedaCustomerId {min(guilty)} does not exist" if named else "no")

    async with World(P0, P1, settings=BULK) as world:
        world.endpoint.choose = reply
        for _ in range(4):
            for customer in chance.sample(range(1, 60), 59):
                world.produce([P0, P1][customer % 2], customer)
        await world.start()
        await world.quiet(within=60)

        buried = [msgspec.json.decode(one.record.value or b"") for one in world.letters.letters]
        assert {one["OmedaCustomerId"] for one in buried} == bad
        assert len(buried) == 4 * len(bad)
        assert len(world.endpoint.accepted) == 4 * (59 - len(bad))
        world.witness.check()
        world.witness.repeats.check()


async def test_a_pending_customer_is_waited_for_alone() -> None:
    def reply(request: Request) -> Reply:
        if 7 in customers(request) and world.now < 100:
            return complaint("OmedaCustomerId 7 is pending deactivation. Please try again later")
        return SAVED

    async with World(P0, settings=BULK) as world:
        world.endpoint.choose = reply
        bodies = [world.produce(P0, customer) for customer in range(1, 30)]
        await world.start()
        await world.pass_time(50)
        assert len(world.endpoint.accepted) == len(bodies) - 1
        await world.quiet()

        assert world.letters.letters == []
        world.witness.check()


async def test_a_lost_answer_is_an_unknown_outcome_for_all_who_travelled() -> None:
    settings = msgspec.structs.replace(BULK, unknown_outcome=UnknownOutcome(behavior="dead_letter"))
    async with World(P0, settings=settings) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 11)]
        lost = iter([ANSWER_LOST])
        world.endpoint.choose = lambda _request: next(lost, SAVED)
        await world.start()
        await world.quiet()

        first = world.endpoint.requests[0]
        assert sorted(one.record.value or b"" for one in world.letters.letters) == sorted(first)
        assert sorted(set(world.endpoint.accepted)) == sorted(bodies)
        world.witness.check()


async def test_a_customer_for_whom_omeda_always_fails_holds_up_no_other() -> None:
    async with World(P0, settings=BULK) as world:
        world.endpoint.choose = lambda request: UNAVAILABLE if 7 in customers(request) else SAVED
        for number in range(300):
            world.produce(P0, 1 + number % 30)
        await world.start()
        await world.pass_time(240)

        assert len(world.endpoint.accepted) == 290
        world.witness.check_so_far()


@pytest.mark.parametrize("trouble", [UNAVAILABLE, FORBIDDEN], ids=["503", "403"])
async def test_an_outage_or_a_halt_is_tried_with_one_customer_and_costs_no_record(
    trouble: Reply,
) -> None:
    async with World(P0, ORDERS, settings=BULK) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 200)]
        world.endpoint.choose = lambda _request: trouble
        await world.start()
        await world.pass_time(60)
        assert all(len(request) == 1 for request in world.endpoint.requests[-2:])
        world.endpoint.choose = lambda _request: SAVED
        await world.quiet(within=120)

        assert sorted(world.endpoint.accepted) == sorted(bodies)
        assert world.letters.letters == []
        world.witness.check()


@pytest.mark.parametrize("seed", seeds(12))
async def test_every_promise_holds_with_bulk_in_any_weather(seed: int) -> None:
    chance = random.Random(seed)

    def reply(request: Request) -> Reply:
        seconds = chance.uniform(0.01, 0.5)
        if world.now < 60 and chance.random() < 0.4:
            return chance.choice([UNAVAILABLE, ANSWER_LOST])._replace(seconds=seconds)
        if request.service.kind is Kind.BEHAVIOR and {5, 9}.intersection(customers(request)):
            return complaint("no")._replace(seconds=seconds)
        return SAVED._replace(seconds=seconds)

    async with World(P0, ORDERS, settings=BULK) as world:
        world.endpoint.choose = reply
        await world.start()
        for step in range(20):
            for _ in range(20):
                customer = chance.randrange(1, 40)
                world.produce(chance.choice([P0, ORDERS]), customer)
            await world.pass_time(chance.uniform(0, 1))
            if step % 7 == 6:
                await world.rebalance()
            if step % 11 == 10:
                await world.crash()
                await world.start()
        await world.quiet(within=600)

        world.witness.check()
