"""How the rules are applied: strictness, order, and what bounds the list."""

import pytest

from bridge.events import StoreOrder, columns
from bridge.rules import RULES, Finding, RuleBook, Strictness
from bridge.rules.book import MOST_FINDINGS
from tests.core.rulings import Members, billing, findings, order, paid, product

REJECT, WARN, OFF = Strictness.REJECT, Strictness.WARN, Strictness.OFF

NAMELESS = order(ExternalCustomerId="x-1")
"""Breaks `namespace`, which warns."""
UNCALLED = order(Phones=[{}])
"""Breaks `phone_number`, which rejects."""


def ruled(event: Members, **overrides: Strictness) -> list[tuple[str, Strictness]]:
    return [(each.rule, each.strictness) for each in findings(event, overrides=overrides)]


def test_a_rule_is_as_strict_as_the_route_says() -> None:
    assert ruled(NAMELESS) == [("namespace", WARN)]
    assert ruled(NAMELESS, namespace=REJECT) == [("namespace", REJECT)]
    assert ruled(NAMELESS, namespace=OFF) == []
    assert ruled(UNCALLED) == [("phone_number", REJECT)]
    assert ruled(UNCALLED, phone_number=WARN) == [("phone_number", WARN)]
    assert ruled(UNCALLED, phone_number=OFF) == []


@pytest.mark.parametrize("strictness", [REJECT, WARN])
def test_one_rule_s_strictness_is_no_other_s(strictness: Strictness) -> None:
    both = NAMELESS | UNCALLED

    assert sorted(ruled(both, namespace=OFF)) == [("phone_number", REJECT)]
    assert sorted(ruled(both, email_form=strictness)) == [
        ("namespace", WARN),
        ("phone_number", REJECT),
    ]


def test_one_book_tells_nothing_of_another() -> None:
    strict, lax = RuleBook({"namespace": REJECT}), RuleBook({"namespace": OFF})

    assert strict._strictness["namespace"] == REJECT
    assert lax._strictness["namespace"] == OFF
    assert RULES["namespace"].default == WARN


def test_every_rule_can_be_off() -> None:
    broken = NAMELESS | UNCALLED | {"Products": [{}, {"AmountPaid": -1}], "Nonsense": 1}

    assert ruled(broken, **dict.fromkeys(RULES, OFF)) == []


def test_all_that_is_wrong_is_told_together_and_what_rejects_first() -> None:
    event = paid(
        billing(BillingCity=None, BillingCountryCode="USA"),
        Term=None,
        AmountPaid="99.00",
        RequestedVersion="X",
    ) | {"ExternalCustomerId": "x-1", "Emails": [{}, {"EmailAddress": "ann"}]}

    found = findings(event)

    assert {str(each) for each in found if each.strictness == REJECT} == {
        "Products: 99.00 is paid (AmountPaid), more than the order's 71.50",
        "Emails[0].EmailAddress: is required",
        "Emails[1].EmailAddress: is not an e-mail address: it needs a name, an @ and a domain",
        "Products[0].Term: is required for a paid product, or OrderExpirationDate",
        "BillingInformation.BillingCity: is required",
        "BillingInformation.BillingRegion: is required for USA and CAN",
        "BillingInformation.BillingPostalCode: is required for USA and CAN",
    }
    assert [each.rule for each in found[7:]] == ["namespace", "unknown_code"]


def test_a_finding_about_the_whole_event_needs_no_path() -> None:
    assert str(Finding("x", WARN, "", "is odd")) == "is odd"


@pytest.mark.parametrize("count", [MOST_FINDINGS - 1, MOST_FINDINGS, MOST_FINDINGS + 1, 1000])
def test_the_list_is_long_enough_and_no_longer(count: int) -> None:
    assert len(findings(order(Phones=[{}] * count))) == min(count, MOST_FINDINGS)
    assert len(findings(order(Addresses=[{"CountryCode": "US"}] * count))) == min(
        count, MOST_FINDINGS
    )


def test_the_first_of_many_are_told() -> None:
    found = findings(order(Phones=[{}] * 1000))

    assert [each.path for each in found] == [f"Phones[{n}].Number" for n in range(MOST_FINDINGS)]


def test_many_warnings_hide_no_rejection_and_many_rejections_no_warning() -> None:
    warned = {"Addresses": [{"CountryCode": "US"}] * 10_000}
    late = findings(order(**warned, Telemarketing=[{}]))
    early = findings(order(ExternalCustomerId="x-1", Products=[{}] * 10_000))

    assert [each.strictness for each in late] == [REJECT] * 6 + [WARN] * MOST_FINDINGS
    assert [each.strictness for each in early] == [REJECT] * MOST_FINDINGS + [WARN]


def test_many_warnings_hide_no_rejection_of_the_very_last_element() -> None:
    last = columns(StoreOrder)
    assert [column.name for column in last if column.element][-1] == "BillingInformation"
    many = [product(OmedaProductId=n, RequestedVersion="X") for n in range(10_000)]

    found = findings(order(Products=many, BillingInformation=billing(DoCharge=None)))

    assert [each.path for each in found if each.strictness == REJECT] == [
        "BillingInformation.DoCharge"
    ]
