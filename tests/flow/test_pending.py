"""A customer "pending deactivation" is waited for: in its lane, and not for ever."""

import msgspec
import pytest

from bridge.completion import decode
from bridge.config.delivery import Retry
from bridge.model import Answer
from bridge.record import Letter
from tests.fakes import Reply
from tests.flow.world import ORDERS, P0, REFUSED, SETTINGS, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
TEXT = "OmedaCustomerId 1 is pending deactivation. Please try again later."
BODY = msgspec.json.encode({"Errors": [{"Error": TEXT}], "SubmissionId": "s-1"})
PENDING = Reply(Answer(400, BODY))
PATIENT = msgspec.structs.replace(
    SETTINGS, pending_seconds=100, retry=Retry(initial_seconds=1, max_seconds=8)
)


async def test_a_pending_customer_is_accepted_in_order_once_it_is_no_longer() -> None:
    async with World(P0, settings=PATIENT) as world:
        first, second = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.replies[first].extend([PENDING] * 5)

        await world.start()
        await world.quiet()

        assert world.endpoint.accepted == [first, second]
        assert world.letters.letters == []
        assert [seconds for _, seconds in world.observer.waits] == [1, 2, 4, 8, 8]
        assert {reason for reason, _ in world.observer.waits} == {"pending"}
        assert world.observer.counts["error: customer_pending"] == 5
        world.witness.check()


async def test_other_customers_are_not_delayed_by_a_pending_one() -> None:
    one_slot = msgspec.structs.replace(PATIENT, concurrency=1)
    async with World(P0, ORDERS, settings=one_slot) as world:
        pending = world.produce(P0, ANN)
        others = [world.produce(P0, customer) for customer in range(2, 20)]
        order = world.produce(ORDERS, ANN)
        world.endpoint.replies[pending].extend([PENDING] * 1000)

        await world.start()
        await world.pass_time(10)

        assert sorted(world.endpoint.accepted) == sorted([*others, order])
        assert world.committed[P0] == 0
        assert world.in_hand[P0] == 1


async def test_a_customer_that_stays_pending_ends_in_the_dead_letters_and_the_next_goes_on() -> (
    None
):
    async with World(P0, settings=PATIENT) as world:
        pending, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        other = world.produce(P0, BOB)
        world.endpoint.replies[pending].extend([PENDING] * 1000)

        await world.start()
        await world.pass_time(99)
        assert world.endpoint.accepted == [other]
        assert world.letters.letters == []
        commit = world.source.offsets[P0]
        assert commit.offset == 0
        assert [offset for offset in range(3) if offset in decode(P0, 0, commit.metadata)] == [2]
        await world.quiet(within=5)

        (letter,) = world.letters.letters
        assert letter.record.value == pending
        assert (letter.rejected.reason, letter.rejected.stage) == ("exhausted", "deliver")
        assert (letter.rejected.message, letter.rejected.status) == (TEXT, 400)
        assert letter.rejected.submission_id == "s-1"
        assert world.endpoint.accepted == [other, behind]
        assert world.observer.counts["rejected: exhausted"] == 1
        world.witness.check()


async def test_the_budget_runs_from_the_first_pending_answer_to_a_last_try_at_its_end() -> None:
    async with World(P0, settings=PATIENT) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].extend([UNAVAILABLE] * 4 + [PENDING] * 1000)

        await world.start()
        await world.quiet()

        times = world.endpoint.times_of(body)
        first_answer = times[4] + PENDING.seconds
        assert times[-1] - first_answer == pytest.approx(100, abs=0.01)


async def test_a_failure_in_between_does_not_begin_the_budget_anew() -> None:
    async with World(P0, settings=PATIENT) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].extend([PENDING, UNAVAILABLE] * 500)

        await world.start()
        await world.quiet(within=130)

        assert world.observer.counts["rejected: exhausted"] == 1


async def test_pending_answers_are_no_attempts() -> None:
    async with World(P0, settings=PATIENT) as world:
        refused, exhausted = world.produce(P0, ANN), world.produce(P0, BOB)
        world.endpoint.replies[refused].extend([PENDING, UNAVAILABLE, PENDING, REFUSED])
        world.endpoint.replies[exhausted].extend([PENDING] * 1000)

        await world.start()
        await world.quiet()

        attempts = {letter.record.value: letter.attempts for letter in world.letters.letters}
        assert attempts == {refused: 2, exhausted: 0}


async def test_a_pending_customer_does_not_outlast_a_rebalance() -> None:
    async with World(P0, settings=PATIENT) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].extend([PENDING] * 1000)

        await world.start()
        await world.pass_time(90)
        await world.rebalance()
        await world.pass_time(90)
        assert world.letters.letters == []
        await world.quiet(within=30)

        assert world.observer.counts["rejected: exhausted"] == 1


async def test_a_letter_of_an_exhausted_record_that_fails_is_soon_written_again() -> None:
    async with World(P0, settings=PATIENT) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].extend([PENDING] * 1000)
        tries: list[float] = []

        def fails(_letter: Letter) -> bool:
            tries.append(world.now)
            return len(tries) == 1

        world.letters.fails = fails

        await world.start()
        await world.quiet()

        first, second = tries
        assert second - first == pytest.approx(1 + world.letters.seconds, abs=0.01)
