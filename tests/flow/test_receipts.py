"""Receipts that are kept as well as can be: nobody waits for them, and what is lost is counted."""

import pytest

from bridge import receipts
from bridge.model import Answer, Kind
from bridge.receipt import Receipt
from tests.fakes import Reply
from tests.flow.world import JOINING, ORDERS, P0, REFUSED, UNAVAILABLE, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
ACCEPTED_WITH_IDS = Reply(
    Answer(200, b'{"ResponseInfo": [{"TransactionId": 77}], "SubmissionId": "s-1"}'), accepted=True
)


async def test_each_record_that_ended_has_one_receipt_under_its_customer() -> None:
    async with World(P0, ORDERS, receipts="kept") as world:
        order, refused = world.produce(ORDERS, ANN), world.produce(P0, BOB)
        world.endpoint.replies[order].extend([UNAVAILABLE, ACCEPTED_WITH_IDS])
        world.endpoint.replies[refused].append(REFUSED)

        await world.start()
        await world.quiet(within=10)
        await world.stop()

        found = {slip.key: slip.receipt for slip in world.receipts.slips}
        assert found == {
            b"1": Receipt(
                version=1,
                outcome="delivered",
                topic="orders",
                partition=0,
                offset=0,
                brand="DEMO",
                kind=Kind.ORDER,
                attempts=2,
                settled_at_ms=found[b"1"].settled_at_ms,
                record_timestamp_ms=0,
                submission_id="s-1",
                transaction_id=77,
            ),
            b"2": Receipt(
                version=1,
                outcome="rejected",
                topic="behaviors",
                partition=0,
                offset=0,
                brand="DEMO",
                kind=Kind.BEHAVIOR,
                attempts=1,
                settled_at_ms=found[b"2"].settled_at_ms,
                record_timestamp_ms=0,
                reason="refused",
            ),
        }
        assert world.observer.counts["receipts written"] == 2


async def test_events_that_leave_in_one_request_have_a_receipt_each() -> None:
    async with World(P0, receipts="kept", settings=JOINING) as world:
        for _ in range(5):
            world.produce(P0, ANN)

        await world.start()
        await world.quiet(within=2)
        await world.stop()

        assert [receipt.offset for receipt in world.receipts.receipts] == [0, 1, 2, 3, 4]


async def test_a_receipts_topic_that_fails_delays_nobody_and_gets_its_receipts_later() -> None:
    async with World(P0, receipts="kept") as world:
        world.receipts.fails = lambda _slip: True
        for customer in range(1, 21):
            world.produce(P0, customer)

        await world.start()
        await world.quiet(within=3)
        assert world.receipts.slips == []
        await world.pass_time(60)
        world.receipts.fails = lambda _slip: False
        await world.pass_time(10)

        assert sorted(receipt.offset for receipt in world.receipts.receipts) == [*range(20)]
        assert world.observer.counts["receipts failed"] > 20
        assert world.observer.counts["receipts lost"] == 0


async def test_what_finds_no_room_while_the_topic_stalls_is_counted_and_the_rest_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receipts, "MOST_KEPT", 30)
    async with World(P0, receipts="kept") as world:
        world.receipts.seconds = 50
        for number in range(100):
            world.produce(P0, 1 + number % 20)
        await world.start()
        await world.quiet(within=20)

        assert world.observer.counts["receipts lost"] == 70
        await world.pass_time(110)
        assert len(world.receipts.slips) == 30


async def test_a_receipt_that_fails_among_others_is_the_only_one_written_again() -> None:
    async with World(P0, receipts="kept") as world:
        tries = iter([True])
        world.receipts.fails = lambda slip: slip.receipt.offset == 3 and next(tries, False)
        for customer in range(1, 9):
            world.produce(P0, customer)

        await world.start()
        await world.quiet(within=3)
        await world.stop()

        assert sorted(receipt.offset for receipt in world.receipts.receipts) == [*range(8)]
        assert world.observer.counts["receipts failed"] == 1


async def test_a_stop_waits_for_receipts_within_its_drain() -> None:
    async with World(P0, receipts="kept") as world:
        world.produce(P0, ANN)
        world.receipts.seconds = 20
        await world.start()
        await world.pass_time(1)

        await world.stop()

        assert len(world.receipts.slips) == 1


async def test_a_stop_waits_no_longer_and_counts_what_is_left() -> None:
    async with World(P0, receipts="kept") as world:
        world.produce(P0, ANN)
        world.receipts.seconds = 1000
        await world.start()
        await world.pass_time(1)
        begun = world.now

        await world.stop()

        assert world.now - begun == pytest.approx(25, abs=0.1)
        assert world.observer.counts["receipts lost"] == 1
        assert world.committed == {P0: 1}
