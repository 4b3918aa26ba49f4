"""What an event must not be: each wrong type, each missing member, the other kind."""

import json
from typing import Any

import pytest

from bridge.events import AssignBehavior, Column, Element, Given, Money, StoreOrder, Switch
from tests.core.generated import COLUMNS
from tests.core.samples import BEHAVIOR, BEHAVIORS, KINDS, ORDERS, event_of, rejected_of
from tests.core.test_decode_values import PLACES

MILLION = 1_000_000


def wrong(column: Column) -> list[str]:
    """JSON values that *column* cannot be."""
    if column.element is not None:
        return ["5", '"x"', '"null"', "true", "{}" if column.many else "[]", "[5]", "[null]"]
    if column.integer:
        return ["{}", "[]", "true", "1.5", '"x"', '""', "[1]", "1e99999999999999999999"]
    if column.kind is Given:
        return ["{}", "[{}]", "[[1]]", "[null]", '[{"a":1}]', "1e99999999999999999999"]
    if column.kind is bool:
        return ["{}", "[]", "1.5", '"yes"', '""', "2"]
    if column.kind is Money:
        return ["{}", "[]", "true", '"x"', '""', '"1,000.00"']
    return ["{}", "[]", "1.5", '["a"]', "0" if column.kind is Switch else "true"]


def wrapped(element: type[Element], member: str) -> tuple[str, str]:
    """An event in which *member* is one of *element*, and its kind."""
    if element is AssignBehavior:
        return f'{{"OmedaCustomerId":5,"CustomerBehaviors":[{BEHAVIOR}],{member}}}', "behavior"
    before, after = PLACES[element.__name__]
    return before + member + after, "order"


CASES = [
    pytest.param(element, column.name, value, id=f"{element.__name__}.{column.name} {value}")
    for element, column in COLUMNS
    for value in wrong(column)
]


@pytest.mark.parametrize(("element", "name", "value"), CASES)
@pytest.mark.parametrize("beyond", ["", ',"Beyond":1'], ids=["alone", "beside an unknown one"])
def test_a_wrong_type_is_refused_with_the_members_name(
    element: type[Element], name: str, value: str, beyond: str
) -> None:
    event, kind = wrapped(element, f'"{name}":{value}{beyond}')

    rejected = rejected_of(event, KINDS[kind])

    assert (rejected.reason, rejected.error) == ("wrong_type", "Undecodable")
    assert name in rejected.message


@pytest.mark.parametrize(
    ("element", "column"), [each for each in COLUMNS if each[1].integer or each[1].kind is Given]
)
def test_a_million_digits_are_no_id(element: type[Element], column: Column) -> None:
    digits = "9" * MILLION
    for number in [digits, f'"{digits}"'] if column.integer else [digits]:
        event, kind = wrapped(element, f'"{column.name}":{number}')

        rejected = rejected_of(event, KINDS[kind])

        assert rejected.reason == "wrong_type"
        assert column.name in rejected.message
        assert len(rejected.message) < 200


def test_a_million_digits_are_none_of_the_bridges_business_in_an_unknown_member() -> None:
    value = f'{{"LastName":"x","Beyond":{"9" * MILLION}}}'

    assert event_of(value, ORDERS).body == value.encode()


def test_a_text_of_a_mebibyte_is_forwarded_where_no_length_is_known() -> None:
    value = json.dumps({"LastName": "x", "Emails": [{"EmailAddress": "a" * 2**20 + "@b.example"}]})

    assert json.loads(event_of(value, ORDERS).body) == json.loads(value)


def test_a_text_of_a_mebibyte_is_refused_by_its_rule_without_being_quoted() -> None:
    value = json.dumps({"LastName": "x" * 2**20, "OrderDate": "2" * 2**20})

    rejected = rejected_of(value, ORDERS, stage="check")

    assert set(rejected.rules) == {"too_long", "date_form"}
    assert len(rejected.message) < 500


@pytest.mark.parametrize("route", [BEHAVIORS, ORDERS])
@pytest.mark.parametrize("value", ["[]", "5", '"x"', "null", "true", "1.5", "[{}]"])
def test_only_an_object_is_an_event(value: str, route: Any) -> None:
    rejected = rejected_of(value, route)

    assert rejected.reason == "wrong_type"
    assert "Expected `object`" in rejected.message


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("{}", "OmedaCustomerId"),
        ('{"OmedaCustomerId": 5}', "CustomerBehaviors"),
        (f'{{"CustomerBehaviors": [{BEHAVIOR}]}}', "OmedaCustomerId"),
        ('{"OmedaCustomerId": 5, "CustomerBehaviors": []}', "CustomerBehaviors"),
        ('{"OmedaCustomerId": 5, "CustomerBehaviors": {}}', "CustomerBehaviors"),
        ('{"OmedaCustomerId": 5, "CustomerBehaviors": null}', "CustomerBehaviors"),
        ('{"OmedaCustomerId": 5, "CustomerBehaviors": [5]}', "CustomerBehaviors[0]"),
        (f'{{"OmedaCustomerId": null, "CustomerBehaviors": [{BEHAVIOR}]}}', "OmedaCustomerId"),
    ],
)
def test_a_behavior_event_without_what_it_requires_is_a_wrong_type(value: str, names: str) -> None:
    rejected = rejected_of(value, BEHAVIORS)

    assert rejected.reason == "wrong_type"
    assert names in rejected.message


BILLING = {
    "DoCharge": "False",
    "BillingStreet": "a",
    "BillingCity": "b",
    "BillingCountryCode": "DEU",
}
CALL = {
    "TelemarketingCompany": "a",
    "TelemarketingRecordingId": "b",
    "TelemarketingAgent": "c",
    "PersonalIdQuestion": "d",
    "SpokeToName": "e",
    "SpokeToTitle": "f",
}
ATTRIBUTE = {"BehaviorAttributeTypeId": 1, "BehaviorAttributeValue": "x"}
DATED = {"BehaviorId": 7, "BehaviorDate": "2024-01-02 03:04:05"}
ANSWER = {"ProductFieldId": 1, "ProductFieldResponseValue": "x"}
REQUIRED: list[tuple[str, dict[str, Any]]] = [
    ("CustomerBehaviors", DATED),
    ("Products", {"OmedaProductId": 1}),
    ("ProductUpdates", {"OmedaProductIdUpdate": 1}),
    ("MarketingProducts", {"OmedaProductId": 1}),
    ("Phones", {"Number": "1"}),
    ("Emails", {"EmailAddress": "a@b.example"}),
    ("Telemarketing", CALL),
    ("BillingInformation", BILLING),
    ("CustomerDemographics", {"OmedaDemographicId": 1, "OmedaDemographicValue": 2}),
]


@pytest.mark.parametrize("instead", [{}, {"none": None}], ids=["missing", "null"])
@pytest.mark.parametrize(
    ("container", "whole", "name"),
    [(container, whole, name) for container, whole in REQUIRED for name in whole],
)
def test_a_required_member_inside_is_a_rule_that_names_it(
    container: str, whole: dict[str, Any], name: str, instead: dict[str, Any]
) -> None:
    without = {key: value for key, value in whole.items() if key != name}
    if instead:
        without[name] = None
    elements = [without] if container != "BillingInformation" else without

    rejected = rejected_of(
        json.dumps({"OmedaCustomerId": 1, container: elements}), ORDERS, stage="check"
    )

    assert rejected.reason == "rule"
    assert name in rejected.message or name == "OmedaDemographicId"
    assert container in rejected.message


@pytest.mark.parametrize(
    ("container", "whole"), [("BehaviorAttributes", ATTRIBUTE), ("ProductFieldResponses", ANSWER)]
)
def test_so_is_a_required_member_one_level_deeper(container: str, whole: dict[str, Any]) -> None:
    above: dict[str, dict[str, Any]] = {
        "BehaviorAttributes": {"CustomerBehaviors": [DATED]},
        "ProductFieldResponses": {"MarketingProducts": [{"OmedaProductId": 1}]},
    }
    for name in whole:
        event = json.loads(json.dumps({"OmedaCustomerId": 1, **above[container]}))
        [upper] = [value for value in event.values() if isinstance(value, list)]
        upper[0][container] = [{key: value for key, value in whole.items() if key != name}]

        rejected = rejected_of(json.dumps(event), ORDERS, stage="check")

        assert f"[0].{container}[0].{name}" in rejected.message


def test_an_order_among_the_behaviors_is_refused() -> None:
    order = {"OmedaCustomerId": 5, "Products": [{"OmedaProductId": 1}]}

    assert rejected_of(json.dumps(order), BEHAVIORS).reason == "wrong_type"
    both = order | {"CustomerBehaviors": [DATED]}
    assert rejected_of(json.dumps(both), BEHAVIORS, stage="check").rules == ("other_kind",)


def test_a_behavior_event_among_the_orders_is_refused() -> None:
    event = json.dumps({"OmedaCustomerId": 5, "CustomerBehaviors": [DATED]})

    rejected = rejected_of(event, ORDERS, stage="check")

    assert (rejected.reason, rejected.rules) == ("rule", ("other_kind",))


def test_the_message_names_the_first_wrong_member_by_its_path() -> None:
    value = '{"LastName":"x","Products":[{"OmedaProductId":1},{"OmedaProductId":[]}],"Beyond":1}'

    assert "$.Products[1].OmedaProductId" in rejected_of(value, ORDERS).message


def test_every_element_has_its_place_in_an_order() -> None:
    assert {element for element, _ in COLUMNS} - {AssignBehavior} == {
        element for element, _ in COLUMNS if element.__name__ in PLACES
    }
    assert StoreOrder.__name__ in PLACES
