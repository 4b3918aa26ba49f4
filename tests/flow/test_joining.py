"""A customer's waiting behaviors leave in one request, and none pays for another's fault."""

from collections.abc import Callable

import msgspec
import pytest

from bridge.config.delivery import Retry, UnknownOutcome
from bridge.event import Request
from bridge.joining import MOST_BYTES, PATIENCE
from bridge.model import Answer
from tests.fakes import Reply, apart
from tests.flow.world import (
    ACCEPTED,
    ANSWER_LOST,
    FORBIDDEN,
    JOINING,
    ORDERS,
    P0,
    P1,
    REFUSED,
    UNAVAILABLE,
    UNREACHABLE,
    World,
)

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2


def refused_because(text: str) -> Reply:
    return Reply(Answer(400, msgspec.json.encode({"Errors": [{"Error": text}]})))


def blaming(*culprits: bytes, reply: Reply = REFUSED) -> Callable[[Request], Reply]:
    """Omeda, which answers *reply* to whatever holds one of *culprits*."""

    def choose(request: Request) -> Reply:
        return reply if set(culprits) & set(apart(request.body)) else ACCEPTED

    return choose


async def test_what_waits_for_a_customer_leaves_in_one_request_in_order() -> None:
    async with World(P0, P1, ORDERS, settings=JOINING) as world:
        ann = [world.produce(P0, ANN) for _ in range(5)]
        bob = [world.produce(P0, BOB) for _ in range(3)]
        elsewhere = world.produce(P1, ANN)
        orders = [world.produce(ORDERS, ANN) for _ in range(2)]
        world.endpoint.replies[ann[0]].append(ACCEPTED._replace(seconds=9))

        await world.start()
        await world.quiet()

        # An order travels alone, and so does what stands in another partition.
        found = sorted(world.endpoint.requests)
        assert found == sorted([ann, bob, [elsewhere], *([order] for order in orders)])
        world.witness.check()


async def test_what_arrives_meanwhile_leaves_with_the_next_request_and_nothing_lingers() -> None:
    async with World(P0, settings=JOINING) as world:
        await world.start()
        first = world.produce(P0, ANN)
        await world.pass_time(0.05)
        assert world.endpoint.requests == [[first]]
        later = [world.produce(P0, ANN) for _ in range(4)]
        await world.quiet()

        assert world.endpoint.requests == [[first], later]
        world.witness.check()


@pytest.mark.parametrize(("most", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (50, [7])])
async def test_a_request_holds_no_more_than_it_may(most: int, sizes: list[int]) -> None:
    settings = msgspec.structs.replace(JOINING, max_behaviors_per_request=most)
    async with World(P0, settings=settings) as world:
        for _ in range(7):
            world.produce(P0, ANN)
        await world.start()
        await world.quiet()

        assert [len(request) for request in world.endpoint.requests] == sizes


async def test_large_events_make_no_giant_request() -> None:
    async with World(P0, settings=JOINING) as world:
        for _ in range(8):
            world.produce(P0, ANN, padding=MOST_BYTES // 4)
        await world.start()
        await world.quiet()

        assert [len(request) for request in world.endpoint.requests] == [3, 3, 2]


@pytest.mark.parametrize("bad", range(8))
async def test_only_the_culprit_of_a_refused_request_becomes_a_dead_letter(bad: int) -> None:
    async with World(P0, settings=JOINING) as world:
        events = [world.produce(P0, ANN) for _ in range(8)]
        world.endpoint.choose = blaming(events[bad])
        await world.start()
        await world.quiet()

        assert [letter.record.value for letter in world.letters.letters] == [events[bad]]
        assert world.endpoint.accepted == [event for event in events if event != events[bad]]
        # By halves: 8, 4, 2, 1, and what was good of each.
        assert len(world.endpoint.requests) <= 8
        assert world.observer.counts["parted"] == 8 + 4 + 2
        world.witness.check()


async def test_two_culprits_are_found_and_the_others_accepted_in_order() -> None:
    async with World(P0, settings=JOINING) as world:
        events = [world.produce(P0, ANN) for _ in range(20)]
        bad = {events[3], events[17]}
        world.endpoint.choose = blaming(*bad)
        await world.start()
        await world.quiet()

        assert {letter.record.value for letter in world.letters.letters} == bad
        assert world.endpoint.accepted == [event for event in events if event not in bad]
        world.witness.check()


async def test_a_customer_that_omeda_does_not_know_is_asked_for_by_each_event_once_more() -> None:
    async with World(P0, settings=JOINING) as world:
        events = [world.produce(P0, ANN) for _ in range(6)]
        unknown = refused_because("OmedaCustomerId 1 not found")
        world.endpoint.choose = lambda _request: unknown
        await world.start()
        await world.quiet()

        assert [letter.record.value for letter in world.letters.letters] == events
        assert [len(request) for request in world.endpoint.requests] == [6, *[1] * 6]
        world.witness.check()


async def test_after_an_unknown_outcome_each_goes_alone() -> None:
    async with World(P0, settings=JOINING) as world:
        events = [world.produce(P0, ANN) for _ in range(4)]
        world.endpoint.replies[events[0]].append(ANSWER_LOST._replace(accepted=False))
        await world.start()
        await world.quiet()

        assert world.endpoint.requests == [events, *([event] for event in events)]
        assert world.endpoint.accepted == events
        world.witness.check()


async def test_where_the_unknown_is_not_resent_none_of_them_is() -> None:
    settings = msgspec.structs.replace(
        JOINING, unknown_outcome=UnknownOutcome(behavior="dead_letter")
    )
    async with World(P0, settings=settings) as world:
        events = [world.produce(P0, ANN) for _ in range(4)]
        world.endpoint.replies[events[0]].append(ANSWER_LOST)
        await world.start()
        behind = world.produce(P0, ANN)
        await world.quiet()

        buried = [letter.record.value for letter in world.letters.letters]
        assert buried == world.endpoint.requests[0]
        assert world.endpoint.accepted == [*events, behind]
        assert {letter.rejected.reason for letter in world.letters.letters} == {"unknown_outcome"}
        world.witness.check()


@pytest.mark.parametrize("reply", [UNREACHABLE, UNAVAILABLE])
async def test_what_changed_nothing_is_repeated_as_it_was(reply: Reply) -> None:
    async with World(P0, settings=JOINING) as world:
        events = [world.produce(P0, ANN) for _ in range(4)]
        world.endpoint.replies[events[0]].extend([reply] * 2)
        await world.start()
        await world.quiet()

        assert world.endpoint.requests == [events] * 3
        world.witness.check()


async def test_one_event_that_always_fails_takes_no_other_with_it() -> None:
    settings = msgspec.structs.replace(JOINING, retry=Retry(initial_seconds=2, max_seconds=2))
    async with World(P0, settings=settings) as world:
        events = [world.produce(P0, ANN) for _ in range(4)]
        world.endpoint.choose = blaming(events[2], reply=UNAVAILABLE)
        await world.start()
        for number in range(600):
            world.produce(P0, 10 + number)
            await world.pass_time(0.1)
        await world.quiet()

        assert [letter.record.value for letter in world.letters.letters] == [events[2]]
        assert world.letters.letters[0].rejected.reason == "exhausted"
        together = [request for request in world.endpoint.requests if len(request) == 4]
        assert len(together) == PATIENCE + 1
        world.witness.check()


async def test_one_event_that_is_forbidden_takes_no_other_with_it() -> None:
    settings = msgspec.structs.replace(JOINING, probe_seconds=1)
    async with World(P0, settings=settings) as world:
        events = [world.produce(P0, ANN) for _ in range(4)]
        world.endpoint.choose = blaming(events[2], reply=FORBIDDEN)
        await world.start()
        for number in range(60):
            world.produce(P0, 10 + number)
            await world.pass_time(1)
        await world.quiet()

        assert [letter.record.value for letter in world.letters.letters] == [events[2]]
        assert world.letters.letters[0].rejected.reason == "forbidden"
        world.witness.check()


async def test_a_pending_customer_is_waited_for_by_all_at_once() -> None:
    settings = msgspec.structs.replace(
        JOINING, pending_seconds=100, retry=Retry(initial_seconds=1, max_seconds=8)
    )
    pending = refused_because("OmedaCustomerId 1 is pending deactivation")
    async with World(P0, settings=settings) as world:
        events = [world.produce(P0, ANN) for _ in range(3)]
        world.endpoint.choose = lambda _request: pending
        await world.start()
        await world.quiet(within=130)

        assert [letter.record.value for letter in world.letters.letters] == events
        assert all(request == events for request in world.endpoint.requests)
        world.witness.check()


async def test_a_rebalance_waits_for_all_of_a_joined_request_and_repeats_nothing() -> None:
    async with World(P0, settings=JOINING) as world:
        events = [world.produce(P0, ANN) for _ in range(6)]
        world.endpoint.replies[events[0]].append(ACCEPTED._replace(seconds=10))
        await world.start()
        await world.pass_time(1)
        await world.rebalance()
        await world.quiet()

        assert world.endpoint.requests == [events]
        world.witness.check()
        world.witness.repeats.check()


@pytest.mark.parametrize("reply", [UNAVAILABLE, REFUSED, ANSWER_LOST], ids=["503", "400", "lost"])
async def test_a_joined_request_that_fails_under_a_rebalance_is_forgotten_whole(
    reply: Reply,
) -> None:
    async with World(P0, settings=JOINING) as world:
        events = [world.produce(P0, ANN) for _ in range(6)]
        world.endpoint.replies[events[0]].append(reply._replace(seconds=10, accepted=False))
        await world.start()
        await world.pass_time(1)
        await world.rebalance()
        await world.quiet()

        assert world.endpoint.accepted == events or len(world.letters.letters) == 1
        world.witness.check()


async def test_what_a_former_owner_knows_to_be_unknown_it_buries_whole() -> None:
    """Nothing of it is left to the next owner, who would send it again."""
    settings = msgspec.structs.replace(
        JOINING, unknown_outcome=UnknownOutcome(behavior="dead_letter")
    )
    async with World(P0, settings=settings) as world:
        events = [world.produce(P0, ANN) for _ in range(4)]
        lost = ANSWER_LOST._replace(seconds=10, accepted=False)
        world.endpoint.replies[events[0]].append(lost)
        await world.start()
        await world.pass_time(1)
        await world.rebalance()
        await world.quiet()

        assert [letter.record.value for letter in world.letters.letters] == events
        assert world.endpoint.requests == [events]
        world.witness.check()


async def test_of_several_letters_of_a_request_one_that_is_not_written_holds_up_the_rest() -> None:
    settings = msgspec.structs.replace(
        JOINING, unknown_outcome=UnknownOutcome(behavior="dead_letter")
    )
    async with World(P0, settings=settings) as world:
        events = [world.produce(P0, ANN) for _ in range(4)]
        world.endpoint.replies[events[0]].append(ANSWER_LOST._replace(accepted=False))
        world.letters.fails = lambda letter: letter.record.offset == 2
        await world.start()
        await world.pass_time(60)
        assert [letter.record.value for letter in world.letters.letters] == events[:2]
        assert world.committed == {P0: 2}

        world.letters.fails = lambda _letter: False
        await world.quiet()

        assert [letter.record.value for letter in world.letters.letters] == events
        assert world.endpoint.requests == [events]
        world.witness.check()
