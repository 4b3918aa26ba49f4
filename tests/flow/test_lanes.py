"""In order within a lane, side by side between lanes."""

import asyncio

import pytest

from bridge.model import LaneKey
from tests.flow.turns import QueuedLanes
from tests.flow.world import P0, P1

pytestmark = pytest.mark.looptime

ANN, BOB = LaneKey("DEMO", "ann"), LaneKey("DEMO", "bob")


async def nothing_has_a_turn(lanes: QueuedLanes[str]) -> bool:
    try:
        async with asyncio.timeout(0.1):
            await lanes.turn()
    except TimeoutError:
        return True
    return False


async def test_the_records_of_a_strand_take_turns_in_the_order_they_were_added() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    for job in ("first", "second", "third"):
        lanes.add(ANN, P0, job)

    heads = []
    for _ in range(3):
        strand = await lanes.turn()
        heads.append(strand.head)
        lanes.ended(strand)

    assert heads == ["first", "second", "third"]


async def test_no_second_turn_of_a_lane_is_given_while_one_is_out() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "from one partition")
    lanes.add(ANN, P1, "from another")

    await lanes.turn()

    assert await nothing_has_a_turn(lanes)


async def test_two_lanes_have_their_turns_side_by_side() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "a")
    lanes.add(BOB, P0, "b")

    assert {(await lanes.turn()).head, (await lanes.turn()).head} == {"a", "b"}
    assert lanes.at_work == 2


async def test_nothing_overtakes_a_head_that_waits_for_its_next_attempt() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "first")
    lanes.add(ANN, P0, "second")

    lanes.again(await lanes.turn(), 10)
    assert await nothing_has_a_turn(lanes)
    await asyncio.sleep(10)

    assert (await lanes.turn()).head == "first"


async def test_a_head_that_waits_does_not_hold_up_the_lanes_other_partition() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "failing")
    lanes.add(ANN, P1, "healthy")

    lanes.again(await lanes.turn(), 10)

    assert (await lanes.turn()).head == "healthy"


async def test_a_head_that_is_due_during_another_turn_of_its_lane_waits_for_its_end() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "failing")
    lanes.add(ANN, P1, "slow")
    lanes.again(await lanes.turn(), 1)
    slow = await lanes.turn()

    await asyncio.sleep(5)
    assert await nothing_has_a_turn(lanes)
    lanes.ended(slow)

    assert (await lanes.turn()).head == "failing"


async def test_dropping_forgets_what_waits_and_what_is_in_back_off() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "in back-off")
    lanes.again(await lanes.turn(), 5)
    lanes.add(ANN, P0, "behind it")
    lanes.add(BOB, P0, "waiting for its turn")

    lanes.drop()
    await asyncio.sleep(10)

    assert await nothing_has_a_turn(lanes)
    assert repr(lanes) == "<Lanes: 0 lanes, 0 records, 0 at work>"


async def test_what_is_at_work_when_all_is_dropped_gets_no_second_try() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "at work")
    strand = await lanes.turn()

    lanes.drop()
    lanes.again(strand, 1)
    await asyncio.sleep(2)

    assert await nothing_has_a_turn(lanes)
    assert repr(lanes) == "<Lanes: 0 lanes, 0 records, 0 at work>"


@pytest.mark.parametrize("late", ["ended", "again"])
async def test_a_next_owner_waits_for_the_turn_that_the_former_one_left_behind(late: str) -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "former")
    former = await lanes.turn()
    lanes.drop()
    lanes.add(ANN, P0, "next")
    assert await nothing_has_a_turn(lanes)

    if late == "ended":
        lanes.ended(former)
    else:
        lanes.again(former, 1)

    assert (await lanes.turn()).head == "next"
    assert lanes.at_work == 1


async def test_a_lane_dropped_before_its_turn_was_taken_goes_on_with_its_next_owner() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "former")
    lanes.drop()
    lanes.add(ANN, P0, "next")

    strand = await lanes.turn()
    assert strand.head == "next"
    lanes.ended(strand)

    assert repr(lanes) == "<Lanes: 0 lanes, 0 records, 0 at work>"


async def test_idle_is_when_no_turn_is_out_whatever_waits() -> None:
    lanes: QueuedLanes[str] = QueuedLanes()
    lanes.add(ANN, P0, "at work")
    lanes.add(ANN, P0, "waiting")
    strand = await lanes.turn()
    idle = asyncio.create_task(lanes.idle())

    await asyncio.sleep(1)
    assert not idle.done()
    lanes.again(strand, 60)

    await idle
