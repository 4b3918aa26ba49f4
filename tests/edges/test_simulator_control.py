"""The simulator's control paths: books, faults, a fresh start."""

import asyncio

import pytest

from bridge.simulator import (
    CustomerRules,
    FaultRule,
    HtmlAnswer,
    Latency,
    Scenario,
    Simulator,
    StatusAnswer,
)
from tests.edges.simulated import VIEWED, Omeda, always, running


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
        "repeats": 1,
        "saved_of_refused": 0,
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


@pytest.mark.parametrize(("method", "path"), [("POST", "reset"), ("DELETE", "books")])
async def test_a_reset_empties_the_books_and_keeps_the_faults(method: str, path: str) -> None:
    async with running(Scenario(customers=CustomerRules(pending={3: 1}))) as omeda:
        omeda.simulator.faults = [FaultRule(StatusAnswer(500), service="order", count=1)]
        before = [await omeda.behavior(3), await omeda.order()]

        assert (await omeda.control(method, path)).content["requests"] == 0

        after = [await omeda.behavior(3), await omeda.order()]
        assert [reply.status for reply in before] == [reply.status for reply in after] == [400, 500]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "faults", 405),
        ("GET", "reset", 405),
        ("PUT", "books/accepted", 405),
        ("GET", "nothing", 404),
    ],
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


async def test_what_was_accepted_can_be_read_over_http(omeda: Omeda) -> None:
    await omeda.behavior(1)
    placed = await omeda.order(OmedaCustomerId=2)

    both = (await omeda.control("GET", "books/accepted")).content
    one = (await omeda.control("GET", "books/accepted?customer=2&brand=Demo")).content
    none = (await omeda.control("GET", "books/accepted?brand=other")).content

    assert [entry["customer"] for entry in both] == ["1", "2"]
    assert one == both[1:]
    assert one[0]["body"] == '{"OmedaCustomerId": 2}'
    assert one[0]["transaction_id"] == placed.transaction
    assert none == []


async def test_overlaps_can_be_read_over_http() -> None:
    async with running(Scenario(latency=Latency(base_seconds=0.05))) as omeda:
        await asyncio.gather(omeda.behavior(1), omeda.behavior(1))

        [overlap] = (await omeda.control("GET", "books/overlaps")).content
        assert (overlap["customer"], overlap["service"]) == ("1", "behavior")


async def test_faults_can_be_taken_away_over_http(omeda: Omeda) -> None:
    omeda.simulator.faults = always(HtmlAnswer())

    assert (await omeda.control("DELETE", "faults")).content == []

    assert (await omeda.behavior()).status == 200


async def test_a_reset_forgets_transactions_and_what_would_be_a_repeat(omeda: Omeda) -> None:
    placed = await omeda.order(OmedaCustomerId=1)

    await omeda.control("DELETE", "books")

    assert (await omeda.look_up(placed.transaction)).status == 404
    await omeda.order(OmedaCustomerId=1)
    assert omeda.simulator.books.repeat_count == 0
