"""Which behaviors the simulator refuses, and in which words."""

import json
from typing import Literal

import pytest

from bridge.simulator import Attribute, Catalog, CustomerRules, Scenario
from tests.edges.simulated import VIEWED, Omeda, running


@pytest.mark.parametrize("behaviors", [None, [], "x", {}])
async def test_a_behavior_request_without_behaviors_is_refused(
    omeda: Omeda, behaviors: object
) -> None:
    reply = await omeda.post("behavior", {"OmedaCustomerId": 1, "CustomerBehaviors": behaviors})

    assert (reply.status, reply.errors) == (400, ["No behavior Information in request"])


@pytest.mark.parametrize(
    ("behavior", "status", "text"),
    [
        ({"BehaviorDate": VIEWED["BehaviorDate"]}, 404, "BehaviorId null is not found."),
        (VIEWED | {"BehaviorId": "x"}, 404, "BehaviorId x is not found."),
        (VIEWED | {"BehaviorId": 8}, 404, "BehaviorId 8 is not found."),
        (VIEWED | {"BehaviorId": "9" * 5000}, 404, f"BehaviorId {'9' * 5000} is not found."),
        ({"BehaviorId": 7}, 400, "Please provide BehaviorDate for BehaviorId 7"),
        (VIEWED | {"BehaviorDate": ""}, 400, "Please provide BehaviorDate for BehaviorId 7"),
        (VIEWED | {"BehaviorDate": 20240102}, 400, "Invalid date format for BehaviorId 7"),
        *(
            (VIEWED | {"BehaviorDate": date}, 400, "Invalid date format for BehaviorId 7")
            for date in (
                "2024-01-02",
                "2024-01-02T03:04:05",
                "2024-01-02 03:04",
                "2024-01-02 03:04:05Z",
                "2024-02-30 03:04:05",
                "2024-01-02 25:04:05",
                " 2024-01-02 03:04:05",
            )
        ),
    ],
)
async def test_a_bad_behavior_is_refused_in_omedas_words(
    behavior: object, status: int, text: str
) -> None:
    async with running(Scenario(catalog=Catalog(behaviors=frozenset({7})))) as omeda:
        reply = await omeda.behavior(1, behavior)

        assert (reply.status, reply.errors) == (status, [text])


async def test_a_behavior_id_may_be_a_string_of_digits() -> None:
    async with running(Scenario(catalog=Catalog(behaviors=frozenset({104})))) as omeda:
        assert (await omeda.behavior(1, VIEWED | {"BehaviorId": "104"})).status == 200


async def test_every_bad_behavior_of_a_request_is_named(omeda: Omeda) -> None:
    reply = await omeda.behavior(1, {"BehaviorId": 7}, VIEWED, "x")

    assert reply.errors == [
        "Please provide BehaviorDate for BehaviorId 7",
        "BehaviorId null is not found.",
        "Please provide BehaviorDate for BehaviorId null",
    ]


async def test_an_inactive_behavior_is_not_found() -> None:
    async with running(Scenario(catalog=Catalog(inactive_behaviors=frozenset({8})))) as omeda:
        reply = await omeda.behavior(1, VIEWED | {"BehaviorId": 8})

        assert (reply.errors, (await omeda.behavior(1)).status) == (
            ["BehaviorId 8 is not found."],
            200,
        )


def attributed(*attributes: object) -> dict[str, object]:
    return VIEWED | {"BehaviorAttributes": list(attributes)}


def of_type(type_id: object, **value: object) -> dict[str, object]:
    return {"BehaviorAttributeTypeId": type_id} | {
        f"BehaviorAttribute{name}": each for name, each in value.items()
    }


KNOWN = Catalog(
    attributes={
        222: Attribute("text"),
        3: Attribute(
            "defined",
            frozenset({"red"}),
            inactive_tags=frozenset({"old"}),
            value_ids=frozenset({60}),
        ),
        4: Attribute("number"),
    }
)
PLACE = "BehaviorId: 7, BehaviorAttributeTypeId:"


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ({"BehaviorAttributeValue": "x"}, "BehaviorAttributeTypeId is missing."),
        (of_type(222), "BehaviorAttributeValue  is missing."),
        (of_type("x", Value="x"), "BehaviorAttributeTypeId x is not valid."),
        (of_type(9, Value="x"), "BehaviorAttributeTypeId 9 is not valid."),
        (of_type(4, Value="x"), f"{PLACE} 4 - Open Text Number must be a number value."),
        (
            of_type(3, Value="blue"),
            f"{PLACE} 3 - External Behavior Tag did not match any attribute values.",
        ),
        (
            of_type(3, Value="old"),
            f"{PLACE} 3 - External Behavior Tag matched an inactive attribute values.",
        ),
    ],
)
async def test_a_bad_attribute_is_refused_in_omedas_words(attribute: object, text: str) -> None:
    async with running(Scenario(catalog=KNOWN)) as omeda:
        assigned = await omeda.behavior(1, attributed(attribute))
        ordered = await omeda.order(CustomerBehaviors=[attributed(attribute)])

        assert (assigned.status, assigned.errors) == (400, [text])
        assert (ordered.status, ordered.errors) == (400, [text])


@pytest.mark.parametrize(
    "attributes",
    [
        [of_type(222, Value="An article"), of_type("222", Value="Another")],
        [of_type(4, Value="12.5"), of_type(4, Value=3)],
        [of_type(3, Value="red"), of_type(3, ValueId=60), of_type(3, ValueId="60")],
    ],
)
async def test_attributes_may_repeat_and_be_written_in_either_way(attributes: list[object]) -> None:
    async with running(Scenario(catalog=KNOWN)) as omeda:
        assert (await omeda.behavior(1, attributed(*attributes))).status == 200


@pytest.mark.parametrize("attributes", [[], {}, "x"])
async def test_attributes_must_hold_at_least_one(omeda: Omeda, attributes: object) -> None:
    reply = await omeda.behavior(1, VIEWED | {"BehaviorAttributes": attributes})

    text = "at least one set of BehaviorAttributeTypeId and BehaviorAttributeValue."
    assert reply.errors == [f"BehaviorAttributes must have {text}"]


async def test_an_attribute_has_a_value_or_the_id_of_one(omeda: Omeda) -> None:
    both = await omeda.behavior(1, attributed(of_type(3, Value="red", ValueId=60)))
    unknown = of_type(3, ValueId=61)

    assert both.status == 400
    async with running(Scenario(catalog=KNOWN)) as strict:
        assert (await strict.behavior(1, attributed(unknown))).status == 400


@pytest.mark.parametrize(("saved", "events"), [("nothing_saved", 0), ("others_saved", 2)])
async def test_a_refused_request_has_saved_its_good_behaviors_or_none(
    saved: Literal["nothing_saved", "others_saved"], events: int
) -> None:
    good, bad = VIEWED | {"BehaviorId": 7}, VIEWED | {"BehaviorId": 6}
    scenario = Scenario(catalog=Catalog(behaviors=frozenset({7})), refused_behaviors=saved)
    async with running(scenario) as omeda:
        reply = await omeda.behavior(1, good, bad, good | {"BehaviorPromoCode": "x"})

        counts = omeda.simulator.books.counts()
        assert reply.errors == ["BehaviorId 6 is not found."]
        assert (counts.accepted_requests, counts.accepted_events) == (0, events)
        assert counts.saved_of_refused == events
        for entry in omeda.simulator.books.accepted:
            assert entry.refused
            ids = [each["BehaviorId"] for each in json.loads(entry.body)["CustomerBehaviors"]]
            assert ids == [7, 7]


async def test_of_a_customer_who_is_refused_nothing_is_saved() -> None:
    customers = CustomerRules(pending={3: 1})
    async with running(Scenario(customers=customers, refused_behaviors="others_saved")) as omeda:
        assert (await omeda.behavior(3)).status == 400
        assert not omeda.simulator.books.accepted
        assert (await omeda.behavior(3)).status == 200
