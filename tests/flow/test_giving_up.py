"""A record is given up on evidence against itself alone."""

import msgspec
import pytest

from bridge.config.delivery import Retry, UnknownOutcome
from bridge.event import Request
from bridge.model import Answer, Partition
from tests.fakes import Reply
from tests.flow.world import ACCEPTED, ORDERS, P0, P1, SETTINGS, World

pytestmark = pytest.mark.looptime

POISON = 1
BROKEN = Reply(Answer(500, b""))
GATEWAY = Reply(Answer(504, b""))
QUICK = msgspec.structs.replace(
    SETTINGS, retry=Retry(initial_seconds=0.5, max_seconds=1, attempts=4)
)


async def keep_busy(world: World, partition: Partition, seconds: int) -> list[bytes]:
    """Twenty customers' events a second."""
    bodies = []
    for second in range(seconds):
        bodies += [world.produce(partition, 100 * second + n + 2) for n in range(20)]
        await world.pass_time(1)
    return bodies


async def test_a_record_that_always_fails_on_a_busy_service_is_exhausted() -> None:
    async with World(P0, settings=QUICK) as world:
        poison, behind = world.produce(P0, POISON), world.produce(P0, POISON)
        world.endpoint.replies[poison].extend([BROKEN] * 1000)

        await world.start()
        healthy = await keep_busy(world, P0, 10)
        await world.quiet(within=10)

        (letter,) = world.letters.letters
        assert letter.record.value == poison
        assert (letter.rejected.reason, letter.rejected.status) == ("exhausted", 500)
        assert letter.attempts >= 4
        assert sorted(world.endpoint.accepted) == sorted([*healthy, behind])
        world.witness.check()


async def test_a_record_that_always_fails_on_a_quiet_service_is_kept_and_others_go_on() -> None:
    async with World(P0, settings=QUICK) as world:
        poison = world.produce(P0, POISON)
        world.endpoint.replies[poison].extend([BROKEN] * 1000)

        await world.start()
        await world.pass_time(20)
        healthy = world.produce(P0, 2)
        await world.pass_time(10)

        assert world.letters.letters == []
        assert world.endpoint.accepted == [healthy]
        assert len(world.endpoint.times_of(poison)) > 10
        assert world.committed[P0] == 0


async def test_an_attempt_counts_only_if_most_answers_in_between_were_acceptances() -> None:
    async with World(P0, settings=QUICK) as world:
        poison = world.produce(P0, POISON)
        answers = iter(range(10**9))

        def choose(request: Request) -> Reply:
            refused = next(answers) % 3 == 0
            if request.body == poison:
                return BROKEN
            return Reply(Answer(400, b'{"Errors": [{"Error": "no"}]}')) if refused else ACCEPTED

        world.endpoint.choose = choose
        await world.start()
        await keep_busy(world, P0, 10)

        assert {letter.rejected.reason for letter in world.letters.letters} == {"refused"}


async def test_a_rebalance_begins_the_count_of_attempts_anew() -> None:
    async with World(P0, P1, settings=QUICK) as world:
        poison = world.produce(P1, POISON)
        world.endpoint.replies[poison].extend([BROKEN] * 1000)

        await world.start()
        for _ in range(4):
            await keep_busy(world, P0, 2)
            await world.rebalance()

        assert world.letters.letters == []


def order(world: World, customer: int, *, paid: bool) -> bytes:
    event: dict[str, object] = {"OmedaCustomerId": customer, "ClientOrderId": f"order-{customer}"}
    if paid:
        product = {"OmedaProductId": 1, "Term": 12, "Amount": "5.00", "AmountPaid": "5.00"}
        event["Products"] = [product]
    body = msgspec.json.encode(event)
    world._append(ORDERS, customer, body)
    return body


@pytest.mark.parametrize("status", [408, 500, 502, 504])
async def test_a_paid_order_whose_fate_is_unknown_can_be_given_up_while_others_are_resent(
    status: int,
) -> None:
    settings = msgspec.structs.replace(
        SETTINGS, unknown_outcome=UnknownOutcome(paid_order="dead_letter")
    )
    async with World(P0, ORDERS, settings=settings) as world:
        behavior = world.produce(P0, 1)
        unpaid = order(world, 2, paid=False)
        paid = order(world, 3, paid=True)
        for body in (behavior, unpaid, paid):
            world.endpoint.replies[body].append(Reply(Answer(status, b"")))

        await world.start()
        await world.quiet(within=10)

        assert sorted(world.endpoint.accepted) == sorted([behavior, unpaid])
        (letter,) = world.letters.letters
        assert (letter.record.value, letter.rejected.reason) == (paid, "unknown_outcome")


async def test_a_paid_order_is_sent_again_where_its_fate_is_known() -> None:
    settings = msgspec.structs.replace(
        SETTINGS, unknown_outcome=UnknownOutcome("dead_letter", "dead_letter", "dead_letter")
    )
    async with World(P0, ORDERS, settings=settings) as world:
        bodies = [order(world, 2, paid=False), order(world, 3, paid=True), world.produce(P0, 1)]
        for body in bodies:
            world.endpoint.replies[body].append(Reply(Answer(503, b"")))

        await world.start()
        await world.quiet(within=10)

        assert sorted(world.endpoint.accepted) == sorted(bodies)


async def test_by_default_what_was_lost_on_the_way_is_sent_again() -> None:
    async with World(ORDERS) as world:
        paid = order(world, 3, paid=True)
        world.endpoint.replies[paid].append(GATEWAY)

        await world.start()
        await world.quiet(within=10)

        assert world.endpoint.accepted == [paid]
