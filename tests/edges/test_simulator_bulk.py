"""Assign Behavior Bulk: everything or nothing, in its own words."""

import asyncio
import json

import pytest

from bridge.simulator import Catalog, CustomerRules, Latency, Scenario
from tests.edges.simulated import VIEWED, Omeda, running

SUFFIX = "  No Customer Behaviors have been saved."


def part(customer: object, *behaviors: object) -> dict[str, object]:
    return {"OmedaCustomerId": customer, "CustomerBehaviors": behaviors or (VIEWED,)}


async def test_bulk_accepts_the_behaviors_of_several_customers(omeda: Omeda) -> None:
    reply = await omeda.bulk(part(220002, VIEWED, VIEWED | {"BehaviorId": "8"}), part(220005))

    assert reply.status == 200
    assert reply.content["ResponseInfo"] == [
        {"OmedaCustomerId": 220002, "Message": "2 Behaviors Submitted."},
        {"OmedaCustomerId": 220005, "Message": "1 Behaviors Submitted."},
    ]
    books = omeda.simulator.books
    assert [(each.customer, each.events) for each in books.accepted] == [
        ("220002", 2),
        ("220005", 1),
    ]
    assert json.loads(books.accepted[1].body)["OmedaCustomerId"] == 220005
    assert (books.accepted_requests, books.accepted_events) == (1, 3)


BULK = Scenario(
    customers=CustomerRules(
        unknown=frozenset({9}), inactive=frozenset({8}), merged={22: 23}, pending={3: 1}
    ),
    catalog=Catalog(behaviors=frozenset({7}), inactive_behaviors=frozenset({70})),
)


@pytest.mark.parametrize(
    ("bad", "status", "text"),
    [
        (part(9), 404, "OmedaCustomerId 9 does not exist."),
        (part(8), 400, "OmedaCustomerId 8 exists but is not active."),
        (part(22), 400, "OmedaCustomerId 22 exists but is not active."),
        (part(3), 400, "OmedaCustomerId 3 is pending deactivation. Please try again later."),
        (part("x"), 400, "Please Provide valid OmedaCustomerId."),
        (
            part(2, VIEWED | {"BehaviorId": 6}),
            404,
            "BehaviorId 6 passed in for OmedaCustomerId 2, does not exist.",
        ),
        (
            part(2, VIEWED | {"BehaviorId": 70}),
            400,
            "BehaviorId 70 passed in for OmedaCustomerId 2, exists but is not active.",
        ),
        (
            part(2, VIEWED | {"BehaviorDate": "2024-01-02"}),
            400,
            "BehaviorDate passed in for OmedaCustomerId 2 and BehaviorId 7 has an invalid format.",
        ),
    ],
)
async def test_bulk_saves_nothing_where_one_customer_or_behavior_is_bad(
    bad: object, status: int, text: str
) -> None:
    async with running(BULK) as omeda:
        reply = await omeda.bulk(part(1), bad)

        assert (reply.status, reply.errors) == (status, [f"{text}{SUFFIX}"])
        assert not omeda.simulator.books.accepted


@pytest.mark.parametrize("customers", [None, [], {}, "x"])
async def test_bulk_needs_customers(omeda: Omeda, customers: object) -> None:
    assert (await omeda.post("bulk", {"Customers": customers})).status == 400


async def test_each_customer_of_a_bulk_request_counts_for_overlaps_and_repeats() -> None:
    async with running(Scenario(latency=Latency(base_seconds=0.05))) as omeda:
        await asyncio.gather(omeda.bulk(part(1), part(2)), omeda.behavior(2))

        counts = omeda.simulator.books.counts()
        assert (counts.overlaps, counts.repeats) == (1, 1)
