"""What the simulator's books hold."""

import asyncio
import json

import pytest

from bridge.simulator import (
    Books,
    FaultRule,
    Latency,
    Scenario,
    Stall,
)
from bridge.simulator.latest import Latest
from bridge.simulator.submission import Submission, Target
from tests.edges.simulated import (
    VIEWED,
    Line,
    Omeda,
    running,
    until,
)


async def test_the_books_hold_what_was_accepted_in_order_of_arrival(omeda: Omeda) -> None:
    first = json.dumps({"OmedaCustomerId": 1, "CustomerBehaviors": [VIEWED, VIEWED]}).encode()
    await omeda.post("behavior", first)
    await omeda.behavior("nobody")
    await omeda.order(ClientCustomerId="c-2")

    behavior, order = omeda.simulator.books.accepted
    assert (behavior.service, behavior.brand, behavior.customer) == ("behavior", "demo", "1")
    assert (behavior.body, behavior.events) == (first, 2)
    assert (order.service, order.customer, order.events) == ("order", "c-2", 1)
    assert behavior.arrived <= behavior.accepted <= order.arrived <= order.accepted


@pytest.mark.parametrize(
    ("identity", "customer"),
    [
        ({"OmedaCustomerId": 5, "ExternalCustomerId": "e"}, "5"),
        ({"ExternalCustomerId": "e", "ExternalCustomerIdNamespace": "n"}, "n/e"),
        ({"ExternalCustomerId": 6, "ClientCustomerId": "c"}, "6"),
        ({"ClientCustomerId": "c"}, "c"),
        ({"Emails": []}, None),
    ],
)
async def test_a_customer_is_known_by_the_first_identity_given(
    omeda: Omeda, identity: dict[str, object], customer: str | None
) -> None:
    await omeda.order(**identity)

    assert omeda.simulator.books.accepted[0].customer == customer


async def test_two_requests_of_one_customer_at_once_are_an_overlap() -> None:
    async with running(Scenario(latency=Latency(base_seconds=0.05))) as omeda:
        await asyncio.gather(omeda.behavior(1), omeda.order(OmedaCustomerId=1), omeda.behavior(2))

        books = omeda.simulator.books
        assert [overlap.customer for overlap in books.overlaps] == ["1"]
        assert (books.overlap_count, books.max_in_flight) == (1, 3)


async def test_requests_one_after_another_do_not_overlap(omeda: Omeda) -> None:
    for _ in range(20):
        await omeda.behavior(1)

    assert omeda.simulator.books.overlap_count == 0


async def test_requests_of_nobody_do_not_overlap() -> None:
    async with running(Scenario(latency=Latency(base_seconds=0.02))) as omeda:
        await asyncio.gather(omeda.order(), omeda.order())

        assert omeda.simulator.books.overlap_count == 0


def test_a_request_whose_connection_is_closing_is_no_overlap() -> None:
    books = Books()
    cut, whole = Line(closing=True), Line(closing=False)
    submission = Submission(Target("order", "demo"), "POST", {}, b"", {"OmedaCustomerId": 1})

    for connection in (cut, whole, whole):
        books.identify(books.open(0.0, connection), submission)

    assert books.overlap_count == 1


async def test_a_client_that_left_and_comes_again_is_no_overlap(omeda: Omeda) -> None:
    omeda.simulator.faults = [FaultRule(Stall(), count=1)]
    waiting = asyncio.create_task(omeda.behavior(1))
    await until(lambda: omeda.simulator.books.in_flight == 1)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await omeda.behavior(1)

    assert omeda.simulator.books.overlap_count == 0


async def test_without_bodies_the_books_count_all_and_remember_the_latest() -> None:
    async with running(keep_bodies=False) as omeda:
        for customer in range(1, 1003):
            await omeda.behavior(customer)

        books = omeda.simulator.books
        assert (books.accepted_requests, len(books.accepted)) == (1002, 1000)
        assert (books.accepted[0].customer, books.accepted[0].body) == ("3", b"")


async def test_what_was_accepted_carries_omedas_ids(omeda: Omeda) -> None:
    behavior, order = await omeda.behavior(1), await omeda.order(OmedaCustomerId=1)

    first, second = omeda.simulator.books.accepted
    assert (first.submission_id, first.transaction_id) == (behavior.content["SubmissionId"], None)
    assert second.submission_id == order.content["SubmissionId"]
    assert second.transaction_id == order.transaction


async def test_one_customers_entries_can_be_had_in_order(omeda: Omeda) -> None:
    for customer, number in ((1, "a"), (2, "b"), (1, "c")):
        await omeda.order(OmedaCustomerId=customer, ClientOrderId=number)

    books = omeda.simulator.books
    orders = [json.loads(entry.body)["ClientOrderId"] for entry in books.of("1")]
    assert orders == ["a", "c"]
    assert books.of("1", brand="other") == []


async def test_an_event_accepted_again_is_a_repeat_alone_or_among_others(omeda: Omeda) -> None:
    other = VIEWED | {"BehaviorId": 8}
    await omeda.behavior(1, VIEWED)
    await omeda.behavior(1, dict(reversed(VIEWED.items())), other)
    await omeda.behavior(2, VIEWED)
    await omeda.behavior(1, VIEWED | {"BehaviorDate": "2024-01-02 03:04:06"})

    books = omeda.simulator.books
    assert books.repeat_count == 1
    assert [entry.repeats for entry in books.accepted] == [0, 1, 0, 0]


async def test_an_order_accepted_again_is_a_repeat(omeda: Omeda) -> None:
    for number in (1, 2, 1):
        await omeda.order(OmedaCustomerId=1, ClientOrderId=number)

    assert [entry.repeats for entry in omeda.simulator.books.accepted] == [0, 0, 1]


def test_only_so_many_events_are_compared_and_the_oldest_are_forgotten_first() -> None:
    latest: Latest[int, str] = Latest(2)
    for key in (1, 2, 1, 3):
        latest.put(key, str(key))

    assert (1 in latest, 2 in latest, 3 in latest, len(latest)) == (False, True, True, 2)
