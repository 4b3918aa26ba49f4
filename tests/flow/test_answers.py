"""What Omeda's answers say is told: in the log, in the metrics, in the dead letters."""

import logging

import msgspec
import pytest

from bridge.model import Answer
from tests.fakes import Reply
from tests.flow.world import ORDERS, P0, World

pytestmark = pytest.mark.looptime

ANN = 1
MERGED = "Customer id 1 is valid but not active. Please use 99."


def complaining(*texts: str, status: int = 400) -> Reply:
    return Reply(Answer(status, msgspec.json.encode({"Errors": [{"Error": t} for t in texts]})))


async def test_an_accepted_order_leaves_its_ids_in_the_debug_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = Answer(200, b'{"ResponseInfo":[{"TransactionId":8907512}],"SubmissionId":"s-1"}')
    async with World(ORDERS) as world:
        body = world.produce(ORDERS, ANN)
        world.endpoint.replies[body].append(Reply(answer, accepted=True))
        with caplog.at_level(logging.DEBUG, "bridge.dispatcher"):
            await world.start()
            await world.quiet()

    assert [line for line in caplog.messages if "s-1" in line and "8907512" in line]


async def test_what_omeda_complains_of_is_counted_by_name() -> None:
    async with World(P0) as world:
        first, second = world.produce(P0, ANN), world.produce(P0, 2)
        texts = ("BehaviorId 7 is not found.", "BehaviorId 8 is not found.", "Huh?")
        world.endpoint.replies[first].append(complaining(*texts))
        world.endpoint.replies[second].append(complaining("BehaviorId 7 is not found.", status=404))

        await world.start()
        await world.quiet()

        assert world.observer.counts["error: behavior_not_found"] == 2
        assert world.observer.counts["error: unclassified"] == 1


async def test_a_merged_customers_record_is_buried_with_the_surviving_id() -> None:
    async with World(P0) as world:
        merged, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.replies[merged].append(complaining(MERGED))

        await world.start()
        await world.quiet()

        (letter,) = world.letters.letters
        assert (letter.rejected.reason, letter.rejected.merged_into) == ("merged", 99)
        assert letter.rejected.message == f"the customer was merged into 99: {MERGED}"
        assert world.observer.counts["rejected: merged"] == 1
        assert world.endpoint.accepted == [behind]
        world.witness.check()
