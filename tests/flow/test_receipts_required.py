"""Receipts that are required: no record is settled before its receipt stands."""

import msgspec
import pytest

from bridge import receipts
from bridge.completion import decode
from bridge.config.delivery import Bulk, Delivery
from tests.flow.seeds import seeds
from tests.flow.weather import Weather
from tests.flow.world import ACCEPTED, JOINING, ORDERS, P0, P1, REFUSED, SETTINGS, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
BULK = msgspec.structs.replace(JOINING, bulk=Bulk(enabled=True, max_customers=5))


def check_no_settlement_before_its_receipt(world: World) -> None:
    """Neither by an offset nor by a completion map."""
    for time, commits in world.source.commits:
        standing = world.receipts.standing_at(time)
        for partition, commit in commits.items():
            completed = decode(partition, commit.offset, commit.metadata)
            for record in world.source.logs[partition]:
                if record.offset < commit.offset or record.offset in completed:
                    assert (partition, record.offset) in standing


async def test_a_record_is_settled_only_once_its_receipt_is_acknowledged() -> None:
    async with World(P0, receipts="required") as world:
        first, second = world.produce(P0, ANN), world.produce(P0, ANN)
        world.receipts.seconds = 5

        await world.start()
        await world.pass_time(4)
        assert (world.endpoint.accepted, world.committed) == ([first], {P0: 0})
        await world.quiet(within=20)

        assert world.endpoint.accepted == [first, second]
        assert [receipt.offset for receipt in world.receipts.receipts] == [0, 1]
        check_no_settlement_before_its_receipt(world)
        world.witness.check()


async def test_a_receipt_that_fails_is_written_again_and_its_event_is_not_sent_again() -> None:
    async with World(P0, receipts="required") as world:
        event = world.produce(P0, ANN)
        behind, other = world.produce(P0, ANN), world.produce(P0, BOB)
        world.receipts.fails = lambda slip: slip.key == b"1"

        await world.start()
        await world.pass_time(300)

        assert world.endpoint.accepted == [event, other]
        assert world.committed == {P0: 0}
        assert world.observer.counts["receipts failed"] > 50
        world.receipts.fails = lambda _slip: False
        await world.quiet(within=10)
        assert world.endpoint.accepted == [event, other, behind]
        world.witness.check()
        world.witness.repeats.check()


async def test_a_dead_letter_s_record_waits_for_its_receipt_as_well() -> None:
    async with World(P0, receipts="required") as world:
        refused, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.replies[refused].append(REFUSED)
        world.receipts.fails = lambda _slip: True

        await world.start()
        await world.pass_time(60)

        assert (len(world.letters.letters), world.committed) == (1, {P0: 0})
        assert world.endpoint.accepted == []
        world.receipts.fails = lambda _slip: False
        await world.quiet(within=10)
        assert [receipt.outcome for receipt in world.receipts.receipts] == [
            "rejected",
            "delivered",
        ]
        assert world.endpoint.accepted == [behind]
        assert len(world.letters.letters) == 1


async def test_all_events_of_a_request_wait_for_the_receipt_of_each() -> None:
    async with World(P0, receipts="required", settings=JOINING) as world:
        for _ in range(5):
            world.produce(P0, ANN)
        world.receipts.fails = lambda slip: slip.receipt.offset == 4

        await world.start()
        await world.pass_time(60)
        assert world.committed == {P0: 0}
        world.receipts.fails = lambda _slip: False
        await world.quiet(within=10)

        assert [receipt.offset for receipt in world.receipts.receipts] == [0, 1, 2, 3, 4]
        assert len(world.endpoint.requests) == 1


async def test_a_stalled_topic_stops_what_would_have_to_be_repeated_after_a_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receipts, "MOST_WAITING", 20)
    async with World(P0, receipts="required") as world:
        world.receipts.seconds = 60
        for customer in range(1, 201):
            world.produce(P0, customer)

        await world.start()
        await world.pass_time(50)

        # What was under way when there was no more room still ends.
        assert 20 <= len(world.endpoint.accepted) <= 20 + 2 * SETTINGS.concurrency
        world.receipts.seconds = 0.05
        await world.quiet(within=100)
        world.witness.repeats.check()


async def test_a_stop_waits_for_the_receipts_of_what_was_accepted() -> None:
    async with World(P0, receipts="required") as world:
        world.produce(P0, ANN)
        world.receipts.seconds = 20
        await world.start()
        await world.pass_time(1)

        await world.stop()

        assert (world.committed, len(world.receipts.slips)) == ({P0: 1}, 1)


async def test_a_stop_waits_no_longer_than_the_drain_and_leaves_the_record_unsettled() -> None:
    async with World(P0, receipts="required") as world:
        world.produce(P0, ANN)
        world.receipts.fails = lambda _slip: True
        await world.start()
        await world.pass_time(1)
        begun = world.now

        await world.stop()

        assert world.now - begun == pytest.approx(25, abs=1.1)
        assert world.committed == {P0: 0}


async def test_a_receipt_that_outlives_its_ownership_is_given_up_and_moves_nothing() -> None:
    async with World(P0, receipts="required") as world:
        event = world.produce(P0, ANN)
        world.receipts.fails = lambda _slip: True
        await world.start()
        await world.pass_time(1)
        await world.rebalance()
        assert world.committed == {P0: 0}
        assert world.observer.counts["receipts lost"] == 0

        await world.pass_time(10)
        assert world.observer.counts["receipts lost"] == 1
        world.receipts.fails = lambda _slip: False
        await world.quiet(within=20)

        assert world.endpoint.accepted == [event, event]
        world.witness.check()
        check_no_settlement_before_its_receipt(world)


async def test_a_dead_letter_whose_receipt_outlives_its_ownership_leaves_its_lane_free() -> None:
    async with World(P0, receipts="required") as world:
        refused, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.choose = lambda request: REFUSED if refused in request.body else ACCEPTED
        world.receipts.fails = lambda _slip: True
        await world.start()
        await world.pass_time(1)
        await world.rebalance()
        world.receipts.fails = lambda _slip: False

        await world.quiet(within=60)

        assert world.endpoint.accepted == [behind]


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(8))
@pytest.mark.parametrize("settings", [SETTINGS, JOINING, BULK], ids=["apart", "joined", "bulk"])
async def test_every_guarantee_holds_in_any_weather(seed: int, settings: Delivery) -> None:
    async with World(P0, P1, ORDERS, settings=settings, receipts="required") as world:
        weather = Weather(world, seed)
        await world.start()

        await weather.storm()
        await weather.clear()
        await world.stop()

        world.witness.check()
        check_no_settlement_before_its_receipt(world)
        assert world.committed == world.source.ends
