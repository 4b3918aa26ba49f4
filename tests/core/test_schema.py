"""The schemas, asked through a validator that is not ours."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import yaml

from bridge.schema import schema
from tests.docs.test_events_document import REFERENCE, ROOT

BEHAVIOR = {"OmedaCustomerId": 1, "CustomerBehaviors": [{"BehaviorId": 7, "BehaviorDate": "D"}]}
DATE = "2026-03-02 09:30:00"


def valid(name: str, value: Any) -> bool:
    return bool(Draft202012Validator(schema(name)).is_valid(value))


def behavior(**change: Any) -> dict[str, Any]:
    first = {"BehaviorId": 7, "BehaviorDate": DATE, **change}
    return {"OmedaCustomerId": 1, "CustomerBehaviors": [first]}


@pytest.mark.parametrize("name", ["behavior", "order", "config"])
def test_a_schema_is_one_and_can_be_written(name: str) -> None:
    made = schema(name)

    Draft202012Validator.check_schema(made)
    assert json.loads(json.dumps(made)) == made
    assert not re.search(r"\\\\[AZ]", json.dumps(made)), "no anchors of Python's own"


@pytest.mark.parametrize("title", REFERENCE["EXAMPLES"])
def test_the_documents_examples_are_valid(title: str) -> None:
    kind, event = REFERENCE["EXAMPLES"][title]

    assert valid(kind, event)


@pytest.mark.parametrize(
    "event",
    [
        behavior(BehaviorId="0104"),
        behavior(BehaviorDate="2026-03-02T09:30:00.5+01:00"),
        behavior(BehaviorPromoCode=None),
        behavior(Undocumented={"a": 1}),
        behavior(BehaviorAttributes=[{"BehaviorAttributeTypeId": 1, "BehaviorAttributeValue": 2}]),
    ],
)
def test_what_the_bridge_takes_is_valid(event: Any) -> None:
    assert valid("behavior", event)


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        BEHAVIOR,
        {"OmedaCustomerId": 0, "CustomerBehaviors": behavior()["CustomerBehaviors"]},
        {"OmedaCustomerId": 1},
        {"OmedaCustomerId": 1, "CustomerBehaviors": []},
        {"OmedaCustomerId": 1, "CustomerBehaviors": [{"BehaviorId": 7}]},
        behavior(BehaviorId="seven"),
        behavior(BehaviorDate="2026-03-02T09:30:00"),
        behavior(BehaviorAttributes=[{"BehaviorAttributeValue": "no type"}]),
    ],
)
def test_what_the_bridge_refuses_is_not(event: Any) -> None:
    assert not valid("behavior", event)


@pytest.mark.parametrize(
    ("products", "good"),
    [
        ([{"OmedaProductId": 1, "Amount": 12.5}], True),
        ([{"OmedaProductId": 1, "Amount": "12.50"}], True),
        ([{"OmedaProductId": 1, "Amount": "1,000.00"}], False),
        ([{"OmedaProductId": 1, "PersonalIdentifier": "x" * 51}], False),
        ([{}], False),
    ],
)
def test_an_orders_members_have_their_forms(products: Any, good: Any) -> None:
    assert valid("order", {"OmedaCustomerId": 1, "Products": products}) is good


def test_members_are_described() -> None:
    members = schema("order")["$defs"]["Product"]["properties"]

    assert "opt-out" in members["Receive"]["description"]
    assert members["Receive"]["examples"] == [0, 1]


@pytest.mark.parametrize("name", ["bridge.yaml", "minimal.yaml"])
def test_the_configurations_examples_are_valid(name: str) -> None:
    settings = yaml.decode((ROOT / "config" / name).read_bytes())

    assert valid("config", settings)
    assert not valid("config", {**settings, "kafak": {}})


def test_a_configuration_with_a_secret_in_it_is_not_valid() -> None:
    settings = yaml.decode((ROOT / "config/minimal.yaml").read_bytes())
    settings["brands"]["DEMO"]["app_id"] = "a-secret"

    assert not valid("config", settings)


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ({"namespace": "off"}, True),
        ({"namespace": False}, True),
        ({"namespace": True}, False),
        ({"namespce": "off"}, False),
    ],
)
def test_a_rule_is_one_that_exists_and_is_reject_warn_or_off(
    rules: dict[str, Any], *, fits: bool
) -> None:
    settings = yaml.decode((ROOT / "config/minimal.yaml").read_bytes())
    settings["routes"][0]["rules"] = rules

    assert valid("config", settings) is fits
