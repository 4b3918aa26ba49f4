"""How many requests it would take, by the line's own rules and without Omeda."""

import json
import tracemalloc
from collections.abc import Iterable

import pytest

from bridge.config.delivery import Bulk, Delivery, LetterLimit
from bridge.model import Kind, Partition, Route, Service
from bridge.reading import Reader
from bridge.record import Record
from bridge.rehearsal import Rehearsal
from tests.flow.recorder import Recorder

BEHAVIORS = Route("clicks", Service("DEMO", Kind.BEHAVIOR))
ORDERS = Route("orders", Service("DEMO", Kind.ORDER))


def behavior(customer: int) -> bytes:
    one = {"BehaviorId": 7, "BehaviorDate": "2024-01-02 03:04:05"}
    return json.dumps({"OmedaCustomerId": customer, "CustomerBehaviors": [one]}).encode()


def order(customer: int) -> bytes:
    return json.dumps({"OmedaCustomerId": customer, "PromoCode": "x"}).encode()


def rehearsed(
    values: Iterable[bytes],
    delivery: Delivery | None = None,
    limit: LetterLimit | None = None,
    *,
    route: Route = BEHAVIORS,
    partitions: int = 1,
) -> Rehearsal:
    rehearsal = Rehearsal(
        route, delivery or Delivery(), limit or LetterLimit(), Recorder(), partitions=partitions
    )
    read = Reader(route, wall_clock=lambda: 0.0).read
    for offset, value in enumerate(values):
        record = Record(Partition(route.topic, 0), offset, 0, None, value)
        rehearsal.take(record, read(record))
    rehearsal.end()
    return rehearsal


def test_the_behaviors_of_a_customer_that_wait_leave_together() -> None:
    assert rehearsed([behavior(1)] * 120).requests == 3


@pytest.mark.parametrize(
    ("delivery", "requests"),
    [
        (Delivery(coalesce=False), 120),
        (Delivery(max_behaviors_per_request=10), 12),
        # No more wait together than may be in hand.
        (Delivery(backlog_high=16, backlog_low=8), 8),
        (Delivery(backlog_bytes=1024, backlog_high=4000), 14),
        (Delivery(requests_per_second=1), 3),
    ],
)
def test_the_settings_of_delivery_count(delivery: Delivery, requests: int) -> None:
    assert rehearsed([behavior(1)] * 120, delivery).requests == requests


def test_orders_go_alone() -> None:
    assert rehearsed([order(1)] * 20, route=ORDERS).requests == 20


def test_customers_travel_together_where_bulk_is_enabled() -> None:
    values = [behavior(customer) for customer in range(1, 101)]

    assert rehearsed(values).requests == 100
    bulk = Delivery(bulk=Bulk(enabled=True, max_customers=25))
    assert rehearsed(values, bulk).requests == 4


def test_what_would_be_rejected_takes_no_request_and_parts_what_is_beside_it() -> None:
    bad = b'{"OmedaCustomerId": 1}'

    assert rehearsed([bad]).requests == 0
    assert rehearsed([behavior(1), behavior(1), bad, behavior(1)]).requests == 2


def test_where_the_service_would_halt_for_its_dead_letters_is_said_once() -> None:
    values = [behavior(1), *[b"nonsense"] * 30, behavior(1)]

    rehearsal = rehearsed(values, limit=LetterLimit(consecutive=5))

    assert rehearsal.halted is not None
    assert rehearsal.halted.startswith("clicks-0@6: 5 records in a row")
    assert rehearsal.requests == 1
    assert rehearsed(values).halted is None


def test_memory_does_not_grow_with_the_records() -> None:
    def peak(records: int) -> int:
        tracemalloc.start()
        few = Delivery(backlog_high=100, backlog_low=50)
        rehearsed((behavior(number % 70 + 1) for number in range(records)), few)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(2_000) < peak(500) * 1.2
