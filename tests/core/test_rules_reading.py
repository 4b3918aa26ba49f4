"""What a record that breaks rules becomes, and what a producer is told."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.event import Event
from bridge.model import Kind, LaneKey, Rejected, Route, Service, Unreadable
from bridge.reading import MESSAGE_CHARACTERS, RULES_CHARACTERS, Reader
from bridge.rules import RULES, Strictness
from tests.core.rulings import TODAY, Case, Members, card, findings, order, paid, product
from tests.core.samples import record
from tests.core.test_rules import CASES

DEFAULTS: dict[str, str] = {}
NOW = datetime.combine(TODAY, datetime.min.time(), UTC).timestamp() + 43_200
OF_ORDERS = [case for case in CASES if case.kind == Kind.ORDER]


def read(
    event: Members | bytes,
    kind: Kind = Kind.ORDER,
    rules: Mapping[str, str] = DEFAULTS,
    *,
    now: float = NOW,
    time_zone: str = "UTC",
) -> Event | Unreadable:
    """What a route with *rules* makes of *event*."""
    value = event if isinstance(event, bytes) else json.dumps(event).encode()
    route = Route(
        "t", Service("DEMO", kind), time_zone=time_zone, rules=tuple(sorted(rules.items()))
    )
    return Reader(route, wall_clock=lambda: now).read(record(value=value, key=b"a key"))


def rejected(
    event: Members | bytes, kind: Kind = Kind.ORDER, rules: Mapping[str, str] = DEFAULTS
) -> Rejected:
    found = read(event, kind, rules)
    assert isinstance(found, Unreadable), found
    return found.rejected


def sent(
    event: Members | bytes, kind: Kind = Kind.ORDER, rules: Mapping[str, str] = DEFAULTS
) -> Event:
    found = read(event, kind, rules)
    assert isinstance(found, Event), found
    return found


def test_a_broken_rule_is_a_rejection_of_the_stage_check_in_the_customer_s_lane() -> None:
    found = read(order(Phones=[{}]))

    assert found == Unreadable(
        LaneKey("DEMO", "1001"),
        Rejected(
            "rule",
            "check",
            "RuleBroken",
            "Phones[0].Number: is required (rule phone_number)",
            rules=("phone_number",),
        ),
    )


def test_all_that_rejects_is_one_message_without_what_only_warns() -> None:
    found = rejected(order(ExternalCustomerId="x-1", Phones=[{}], Emails=[{}]))

    assert found.message == (
        "Phones[0].Number: is required (rule phone_number)"
        "; Emails[0].EmailAddress: is required (rule email_address)"
    )
    assert found.rules == ("phone_number", "email_address")


def test_what_only_warns_is_sent_with_its_warnings() -> None:
    event = sent(order(ExternalCustomerId="x-1"))

    assert json.loads(event.body) == {"OmedaCustomerId": 1001, "ExternalCustomerId": "x-1"}
    assert event.warnings == (
        (
            "namespace",
            (
                "ExternalCustomerIdNamespace: should be given with ExternalCustomerId:"
                " without a default, Omeda refuses"
            ),
        ),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_any_rule_can_reject_warn_or_be_off(case: Case) -> None:
    alone = dict.fromkeys(RULES, "off")

    assert rejected(case.broken, case.kind, alone | {case.rule: "reject"}).rules[0] == case.rule
    warnings = sent(case.broken, case.kind, alone | {case.rule: "warn"}).warnings
    assert {warned.rule for warned in warnings} == {case.rule}
    assert sent(case.broken, case.kind, alone).warnings == ()


@given(
    st.lists(st.sampled_from(OF_ORDERS), min_size=1, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(list(RULES)), st.sampled_from(list(Strictness)), max_size=9),
)
def test_what_breaks_no_rejecting_rule_is_sent_and_nothing_else_is(
    cases: list[Case], broken: list[bool], rules: dict[str, Strictness]
) -> None:
    event: Members = {}
    for case, breaks in zip(cases, broken, strict=False):
        event |= case.broken if breaks else case.good
    found = findings(event, overrides=rules)
    names = [each.rule for each in found if each.strictness == Strictness.REJECT]

    outcome = read(event, rules={name: str(each) for name, each in rules.items()})

    if names:
        assert isinstance(outcome, Unreadable)
        assert list(outcome.rejected.rules) == names
    else:
        assert isinstance(outcome, Event)
        assert [warned.rule for warned in outcome.warnings] == [each.rule for each in found]


def test_a_route_may_refuse_members_that_omeda_does_not_document() -> None:
    event = order(RunProcessor=1, Products=[product(Filter="in")])
    strict = Route("t", Service("DEMO", Kind.ORDER), unknown_fields="reject")
    lax = Route(
        "t",
        Service("DEMO", Kind.ORDER),
        unknown_fields="reject",
        rules=(("unknown_field", "warn"),),
    )
    read_by = record(value=json.dumps(event).encode())

    refused = Reader(strict, wall_clock=lambda: NOW).read(read_by)
    warned = Reader(lax, wall_clock=lambda: NOW).read(read_by)

    assert json.loads(sent(event).body) == event
    assert isinstance(refused, Unreadable)
    assert refused.rejected.rules == ("unknown_field",)
    assert isinstance(warned, Event)
    assert [sentence.partition(":")[0] for _, sentence in warned.warnings] == [
        "RunProcessor",
        "Products[0].Filter",
    ]


@pytest.mark.parametrize(
    ("time_zone", "expired"), [("UTC", True), ("America/Chicago", False), ("Asia/Tokyo", True)]
)
def test_a_card_expires_at_the_end_of_its_month_where_the_brand_is(
    time_zone: str, *, expired: bool
) -> None:
    an_hour_into_april = datetime(2026, 4, 1, 1, tzinfo=UTC).timestamp()

    found = read(paid(card(ExpirationDate="0326")), now=an_hour_into_april, time_zone=time_zone)

    assert isinstance(found, Event)
    assert [warned.rule for warned in found.warnings] == ["card_expired"] * expired


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (b'{"OmedaCustomerId":1,"Products":[' + b"{}," * 999_999 + b"{}]}", "product_id"),
        (b'{"OmedaCustomerId":1,"Phones":[' + b'{"x":1},' * 99_999 + b"{}]}", "phone_number"),
    ],
    ids=["a million products", "members that nobody knows"],
)
def test_a_million_broken_elements_end_in_a_short_message(value: bytes, rule: str) -> None:
    found = rejected(value)

    assert len(found.message) <= RULES_CHARACTERS
    assert found.rules == (rule,)
    assert found.message.count(f"(rule {rule})") == 20


def test_a_name_of_a_megabyte_ends_in_a_short_message() -> None:
    event = order(**{"x" * 1_000_000 + str(number): 1 for number in range(3)})

    assert len(rejected(event, rules={"unknown_field": "reject"}).message) == RULES_CHARACTERS
    warnings = sent(event, rules={"unknown_field": "warn"}).warnings
    assert [len(warned.sentence) for warned in warnings] == [MESSAGE_CHARACTERS] * 3
