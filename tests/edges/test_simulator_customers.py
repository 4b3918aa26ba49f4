"""Whom the simulator knows: customers who are there, gone, merged, pending, or new."""

from typing import Any

import pytest

from bridge.simulator import CustomerRules, Scenario
from bridge.simulator.customers import Customers
from tests.edges.simulated import VIEWED, Omeda, clock_of, running


@pytest.mark.parametrize("customer", [None, 0, -1, "1001", 1.5, True])
async def test_a_behavior_needs_a_customer_id_that_is_a_positive_integer(
    omeda: Omeda, customer: object
) -> None:
    reply = await omeda.behavior(customer)

    assert (reply.status, reply.errors) == (400, ["Please Provide valid OmedaCustomerId."])


async def test_an_order_can_do_without_a_customer_id_but_not_with_a_bad_one(omeda: Omeda) -> None:
    reply = await omeda.order(OmedaCustomerId="x")

    assert (reply.status, reply.errors) == (400, ["OmedaCustomerId x is not a valid customer."])
    assert (await omeda.order()).status == 200


async def test_an_unknown_customer_is_not_found() -> None:
    async with running(Scenario(customers=CustomerRules(unknown=frozenset({9})))) as omeda:
        behavior = await omeda.behavior(9)
        order = await omeda.order(OmedaCustomerId=9)

        assert (behavior.status, behavior.errors) == (404, ["OmedaCustomerId 9 not found."])
        assert (order.status, order.errors) == (404, ["OmedaCustomerId 9 is not a valid customer."])
        assert (await omeda.behavior(10)).status == 200


async def test_a_merged_customer_is_refused_with_the_one_to_use() -> None:
    async with running(Scenario(customers=CustomerRules(merged={22: 99999}))) as omeda:
        for reply in (await omeda.behavior(22), await omeda.order(OmedaCustomerId=22)):
            text = "Customer id 22 is valid but not active. Please use 99999."
            assert reply.status == 400
            assert reply.content["Errors"] == [{"Error": text, "MergedIntoCustomerId": 99999}]


async def test_a_customer_pending_deactivation_is_accepted_after_so_many_answers() -> None:
    async with running(Scenario(customers=CustomerRules(pending={3: 2}))) as omeda:
        replies = [await omeda.behavior(3) for _ in range(3)]

        text = "OmedaCustomerId 3 is pending deactivation. Please try again later."
        assert [reply.status for reply in replies] == [400, 400, 200]
        assert replies[0].errors == [text]


def with_customers(**rules: Any) -> Scenario:
    return Scenario(customers=CustomerRules(**rules))


async def test_where_customers_are_listed_there_are_no_others() -> None:
    async with running(with_customers(known=frozenset({1}), pending={3: 0})) as omeda:
        assert [(await omeda.behavior(each)).status for each in (1, 3, 2)] == [200, 200, 404]


async def test_a_chain_of_merges_is_told_one_step_at_a_time() -> None:
    async with running(with_customers(merged={31: 32, 32: 33})) as omeda:
        replies = [await omeda.behavior(each) for each in (31, 32, 33)]

        steps = [reply.content["Errors"][0]["MergedIntoCustomerId"] for reply in replies[:2]]
        assert steps == [32, 33]
        assert replies[2].status == 200


async def test_an_inactive_customer_is_not_found_except_in_bulk() -> None:
    async with running(with_customers(inactive=frozenset({50}))) as omeda:
        part = {"OmedaCustomerId": 50, "CustomerBehaviors": [VIEWED]}
        behavior, order = await omeda.behavior(50), await omeda.order(OmedaCustomerId=50)
        bulk = await omeda.bulk(part)

        assert (behavior.status, behavior.errors) == (404, ["OmedaCustomerId 50 not found."])
        assert (order.status, order.errors) == (
            404,
            ["OmedaCustomerId 50 is not a valid customer."],
        )
        text = (
            "OmedaCustomerId 50 exists but is not active.  No Customer Behaviors have been saved."
        )
        assert (bulk.status, bulk.errors) == (400, [text])


async def test_what_was_pending_may_prove_to_be_merged() -> None:
    async with running(with_customers(pending={5: 1}, merged={5: 6})) as omeda:
        first, second = await omeda.behavior(5), await omeda.behavior(5)

        assert "pending deactivation" in first.errors[0]
        assert second.content["Errors"][0]["MergedIntoCustomerId"] == 6


def test_a_customer_can_be_pending_for_some_seconds() -> None:
    now = [100.0]
    customers = Customers(CustomerRules(pending_seconds={4: 30}), clock_of(now))

    refused = []
    for now[0] in (100, 129.9, 130):
        refused.append(customers.object_to("order", 4) is not None)

    assert refused == [True, True, False]


async def test_an_external_id_leads_to_its_customer() -> None:
    rules = with_customers(external_ids={"crm/e-1": 22, "default/e-2": 7}, merged={22: 23})
    async with running(rules) as omeda:
        merged = await omeda.order(ExternalCustomerId="e-1", ExternalCustomerIdNamespace="crm")
        found = await omeda.order(ExternalCustomerId="e-2", RunProcessor=1)

        assert merged.content["Errors"][0]["MergedIntoCustomerId"] == 23
        assert found.content["ResponseInfo"][0]["CustomerId"] == 7


async def test_without_a_default_the_namespace_is_needed() -> None:
    async with running(with_customers(default_namespace=None)) as omeda:
        bare = await omeda.order(ExternalCustomerId="e-1")
        named = await omeda.order(ExternalCustomerId="e-1", ExternalCustomerIdNamespace="crm")

        assert (bare.status, named.status) == (400, 200)
        assert "ExternalCustomerIdNamespace" in bare.errors[0]


async def test_a_client_id_must_lead_to_one_customer() -> None:
    rules = with_customers(client_ids={"none": (), "one": (5,), "two": (5, 6)})
    async with running(rules) as omeda:
        replies = {
            each: await omeda.order(ClientCustomerId=each, RunProcessor=1)
            for each in ("none", "one", "two", "new")
        }

        assert replies["none"].errors == [
            "ClientCustomerId none is not mapped to an existing OmedaCustomerId."
        ]
        assert replies["two"].errors == [
            "ClientCustomerId two is mapped to more than one OmedaCustomerId."
        ]
        assert replies["one"].content["ResponseInfo"][0]["CustomerId"] == 5
        assert replies["new"].status == 200


@pytest.mark.parametrize(
    ("identity", "again"),
    [
        (
            {"ExternalCustomerId": "e", "ExternalCustomerIdNamespace": "default"},
            {"ExternalCustomerId": "e"},
        ),
        ({"ClientCustomerId": 77}, {"ClientCustomerId": "77"}),
        (
            {"Emails": [{"EmailAddress": "Ada@example.com"}]},
            {"Emails": [{"EmailAddress": "ada@example.com"}, {"EmailAddress": "c@example.com"}]},
        ),
    ],
)
async def test_a_new_customer_is_found_again_by_the_same_name(
    omeda: Omeda, identity: dict[str, object], again: dict[str, object]
) -> None:
    first, second, other = [
        (await omeda.order(**fields, RunProcessor=1)).content["ResponseInfo"][0]["CustomerId"]
        for fields in (identity, again, {"Emails": [{"EmailAddress": "bo@example.com"}]})
    ]

    assert first == second != other


async def test_a_new_customer_is_known_from_then_on() -> None:
    async with running(with_customers(known=frozenset({1}))) as omeda:
        placed = await omeda.order(ClientCustomerId="c", RunProcessor=1)
        customer = placed.content["ResponseInfo"][0]["CustomerId"]

        assert (await omeda.behavior(customer)).status == 200
