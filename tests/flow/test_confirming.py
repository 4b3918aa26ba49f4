"""Accepted orders are followed until they have landed at Omeda, and delay nothing meanwhile."""

from itertools import pairwise

import msgspec
import pytest

from bridge.config.confirm import Confirm
from bridge.errors import ConfigError, KafkaFault
from bridge.simulator.transactions import Course, TransactionRules
from tests.flow.simulated import SimulatedOmeda
from tests.flow.world import MANY_SLOTS, ORDERS, P0, SETTINGS, World

pytestmark = pytest.mark.looptime

ANN, BOB, CAT = 1, 2, 3
CONFIRM = Confirm(
    enabled=True, requests_per_second=1, first_seconds=10, max_wait_seconds=60, end_seconds=120
)
USUAL = TransactionRules(state_seconds=1)
"""Thirteen states: an order has landed after twelve seconds."""

Outcomes = list[tuple[int, str, int | None]]


def following(
    rules: TransactionRules = USUAL, confirm: Confirm = CONFIRM
) -> tuple[World, SimulatedOmeda]:
    omeda = SimulatedOmeda(rules)
    return World(P0, ORDERS, receipts="required", confirm=confirm, omeda=omeda), omeda


def outcomes(world: World) -> Outcomes:
    """Of the receipts that came later: which order, what became of it, and Omeda's status."""
    return [
        (receipt.offset, receipt.outcome, receipt.transaction_status)
        for receipt in world.receipts.receipts
        if receipt.outcome not in {"delivered", "rejected"}
    ]


async def test_an_order_is_followed_until_it_has_landed() -> None:
    world, omeda = following()
    async with world:
        world.produce(ORDERS, ANN)
        world.produce(P0, ANN)
        await world.start()
        await world.pass_time(100)

        assert outcomes(world) == [(0, "landed", 101)]
        # After ten seconds and, since it was on its way, after twenty more.
        assert len(omeda.lookups) == 2
        assert world.observer.counts["order: landed"] == 1
        assert dict(world.observer.waits)["landed"] == pytest.approx(30, abs=3)
        [delivered, landed] = [one for one in world.receipts.receipts if one.topic == "orders"]
        assert landed.transaction_id == delivered.transaction_id
        assert [slip.key for slip in world.receipts.slips if slip.receipt is landed] == [b"1"]


async def test_failed_and_held_orders_are_told_apart_and_told_of() -> None:
    courses = (
        Course(states=(0, 7, 9), customers=frozenset({ANN}), errors=("no such product",)),
        Course(states=(0, 7, 3), customers=frozenset({BOB})),
        Course(states=(0, 7, 98), customers=frozenset({CAT})),
    )
    world, _ = following(TransactionRules(state_seconds=1, courses=courses))
    async with world:
        for customer in (ANN, BOB, CAT):
            world.produce(ORDERS, customer)
        await world.start()
        await world.pass_time(60)

        assert sorted(outcomes(world)) == [
            (0, "failed", 9),
            (1, "held", 3),
            (2, "landed_with_loss", 98),
        ]
        await world.pass_time(100)
        assert len(outcomes(world)) == 3


async def test_an_order_that_never_ends_is_followed_no_longer_than_was_said() -> None:
    world, omeda = following(TransactionRules(state_seconds=3600))
    async with world:
        world.produce(ORDERS, ANN)
        await world.start()
        await world.pass_time(118)
        assert outcomes(world) == []
        await world.pass_time(10)

        assert outcomes(world) == [(0, "unknown", 0)]
        asked = len(omeda.lookups)
        await world.pass_time(130)
        assert len(omeda.lookups) == asked == 4


async def test_look_ups_keep_to_their_budget_and_the_rest_is_a_sample() -> None:
    confirm = msgspec.structs.replace(CONFIRM, requests_per_second=0.5)
    world, omeda = following(confirm=confirm)
    async with world:
        await world.start()
        for second in range(120):
            for customer in range(1, 5):
                world.produce(ORDERS, 100 * second + customer)
            await world.pass_time(1)

        assert len(omeda.writes) == pytest.approx(480, abs=20)
        assert 40 < len(omeda.lookups) <= 60
        assert world.observer.counts["orders not followed"] > 350
        assert len(outcomes(world)) > 5


async def test_failing_look_ups_halt_nothing_and_cost_no_event() -> None:
    world, omeda = following()
    async with world:
        omeda.lookups_fail = True
        world.produce(ORDERS, ANN)
        await world.start()
        await world.pass_time(60)
        for _ in range(20):
            world.produce(ORDERS, BOB)
        await world.quiet(within=20)
        [service] = [one for one in world.pipeline.status().services if one.kind == "order"]
        assert (service.breaker, service.halted) == (0, None)
        assert world.observer.counts["looked up: no answer"] >= 2

        omeda.lookups_fail = False
        await world.pass_time(150)
        assert (0, "landed", 101) in outcomes(world)


async def test_nothing_is_looked_up_while_the_service_is_out_of_order() -> None:
    world, omeda = following()
    async with world:
        world.produce(ORDERS, ANN)
        await world.start()
        await world.pass_time(2)
        omeda.down = True
        for customer in range(10, 40):
            world.produce(ORDERS, customer)
        await world.pass_time(8)
        asked = len(omeda.lookups)
        await world.pass_time(200)
        assert len(omeda.lookups) == asked

        omeda.down = False
        await world.pass_time(200)
        assert len(outcomes(world)) == 31


async def test_a_brand_s_pace_is_shared_and_events_come_first() -> None:
    settings = msgspec.structs.replace(MANY_SLOTS, requests_per_second=2.0)
    omeda = SimulatedOmeda(USUAL)
    async with World(
        P0, ORDERS, settings=settings, receipts="required", confirm=CONFIRM, omeda=omeda
    ) as world:
        for customer in range(1, 101):
            world.produce(ORDERS, customer)
        await world.start()
        await world.pass_time(49)
        # While events wait for the pace, none of it is spent on look-ups.
        assert len(omeda.writes) == pytest.approx(98, abs=2)
        assert omeda.lookups == []
        await world.pass_time(100)

        assert len(omeda.lookups) > 50
        both = sorted(omeda.writes + omeda.lookups)
        assert min(after - before for before, after in pairwise(both)) > 0.47


@pytest.mark.parametrize(
    "failure", [KafkaFault("no answer"), ConfigError("kafka.security.ca_file: cannot be read")]
)
async def test_after_a_crash_what_has_no_end_is_taken_up_again(failure: Exception) -> None:
    world, omeda = following()
    async with world:
        world.produce(ORDERS, ANN)
        await world.start()
        await world.pass_time(100)
        world.produce(ORDERS, BOB)
        await world.pass_time(2)
        await world.crash()
        world.receipts.failures = [failure]
        asked = len(omeda.lookups)

        await world.start()
        await world.pass_time(120)

        assert outcomes(world) == [(0, "landed", 101), (1, "landed", 101)]
        assert len(omeda.writes) == 2
        assert len(omeda.lookups) - asked <= 2
        assert len(omeda.asked) == 2


async def test_after_a_crash_an_order_is_taken_up_again_that_was_followed_beyond_its_time() -> None:
    """One whose look-ups went unanswered is."""
    world, _ = following()
    async with world:
        world.produce(ORDERS, ANN)
        await world.start()
        await world.pass_time(2)
        await world.crash()
        await world.pass_time(CONFIRM.end_seconds + 60)

        await world.start()
        await world.pass_time(60)

        assert outcomes(world) == [(0, "landed", 101)]


async def test_an_order_that_ends_while_receipts_are_read_back_is_not_followed_anew() -> None:
    confirm = msgspec.structs.replace(CONFIRM, first_seconds=2)
    world, omeda = following(TransactionRules(state_seconds=0), confirm)
    async with world:
        world.receipts.reading_seconds = 20
        await world.start()
        await world.pass_time(4)
        world.produce(ORDERS, ANN)
        await world.pass_time(60)

        assert outcomes(world) == [(0, "landed", 101)]
        assert len(omeda.lookups) == 1


async def test_a_rebalance_loses_and_doubles_none_that_is_followed() -> None:
    world, _ = following()
    async with world:
        for customer in range(1, 6):
            world.produce(ORDERS, customer)
        await world.start()
        await world.pass_time(3)
        await world.rebalance(P0)
        await world.pass_time(60)
        assert outcomes(world) == []

        await world.rebalance(P0, ORDERS)
        await world.pass_time(120)

        assert sorted(outcomes(world)) == [(number, "landed", 101) for number in range(5)]


async def test_an_end_that_cannot_be_written_is_written_later() -> None:
    world, _ = following()
    async with world:
        world.produce(ORDERS, ANN)
        await world.start()
        await world.pass_time(5)
        world.receipts.fails = lambda _slip: True
        await world.pass_time(100)
        assert outcomes(world) == []
        assert world.observer.counts["order: landed"] == 0
        world.receipts.fails = lambda _slip: False
        await world.pass_time(10)

        assert outcomes(world) == [(0, "landed", 101)]


async def test_nobody_is_asked_where_nothing_is_to_be_confirmed() -> None:
    omeda = SimulatedOmeda(USUAL)
    async with World(ORDERS, receipts="required", settings=SETTINGS, omeda=omeda) as world:
        world.produce(ORDERS, ANN)
        await world.start()
        await world.pass_time(60)

        assert omeda.lookups == []
