"""What the simulator's books hold, and how they are reached."""

import asyncio
import json

import pytest

from bridge.simulator import (
    Books,
    CustomerRules,
    FaultRule,
    HtmlAnswer,
    Latency,
    Scenario,
    Simulator,
    Stall,
    StatusAnswer,
)
from bridge.simulator.submission import Submission, Target
from tests.edges.simulated import (
    VIEWED,
    Line,
    Omeda,
    always,
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


async def test_the_books_can_be_read_over_http(omeda: Omeda) -> None:
    await omeda.behavior(1, VIEWED, VIEWED)
    await omeda.behavior("nobody")

    reply = await omeda.control("GET", "books")

    assert reply.status == 200
    assert reply.content == {
        "requests": 2,
        "requests_by_status": {"200": 1, "400": 1},
        "unanswered": 0,
        "accepted_requests": 1,
        "accepted_events": 2,
        "in_flight": 0,
        "max_in_flight": 1,
        "overlaps": 0,
    }


async def test_faults_set_over_http_strike_and_can_be_read_back(omeda: Omeda) -> None:
    rule = {"effect": {"type": "status", "status": 503, "retry_after": 2}, "service": "order"}

    put = await omeda.control("PUT", "faults", [rule])

    got = await omeda.control("GET", "faults")
    assert (put.status, put.content) == (200, got.content)
    assert got.content[0]["effect"] | rule["effect"] == got.content[0]["effect"]
    assert omeda.simulator.faults == (FaultRule(StatusAnswer(503, retry_after=2), service="order"),)
    assert (await omeda.order()).status == 503


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        ({}, "array"),
        ([{"effect": {"type": "flood"}}], "$[0].effect.type"),
        ([{"effect": {"type": "status", "status": 99}}], "$[0].effect.status"),
        ([{"effect": {"type": "reset"}, "probability": 2}], "$[0].probability"),
        ([{"effect": {"type": "reset"}, "chance": 1}], "`chance`"),
        ([{"effect": {"type": "status", "status": 503, "retry_after": "a\nb"}}], "retry_after"),
    ],
)
async def test_bad_faults_are_refused_with_their_path_and_change_nothing(
    omeda: Omeda, rules: object, where: str
) -> None:
    omeda.simulator.faults = before = always(HtmlAnswer())

    reply = await omeda.control("PUT", "faults", rules)

    assert reply.status == 400
    assert where in reply.content["error"]
    assert omeda.simulator.faults == before


async def test_a_reset_empties_the_books_and_keeps_the_faults() -> None:
    async with running(Scenario(customers=CustomerRules(pending={3: 1}))) as omeda:
        omeda.simulator.faults = [FaultRule(StatusAnswer(500), service="order", count=1)]
        before = [await omeda.behavior(3), await omeda.order()]

        assert (await omeda.control("POST", "reset")).content["requests"] == 0

        after = [await omeda.behavior(3), await omeda.order()]
        assert [reply.status for reply in before] == [reply.status for reply in after] == [400, 500]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", "faults", 405), ("GET", "reset", 405), ("GET", "nothing", 404)],
)
async def test_other_control_requests_are_refused_in_a_sentence(
    omeda: Omeda, method: str, path: str, status: int
) -> None:
    reply = await omeda.control(method, path)

    assert reply.status == status
    assert reply.content["error"].endswith(".")


async def test_control_requests_stay_out_of_the_books(omeda: Omeda) -> None:
    await omeda.control("GET", "faults")

    assert omeda.simulator.books.counts().requests == 0


def test_a_simulator_never_started_has_no_url() -> None:
    with pytest.raises(RuntimeError):
        _ = Simulator().url


async def test_stopping_twice_changes_nothing(omeda: Omeda) -> None:
    await omeda.simulator.stop()
    await omeda.simulator.stop()
