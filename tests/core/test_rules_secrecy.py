"""No sentence quotes a card number or a security code, wherever a producer puts them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.event import Event
from bridge.model import Kind
from tests.core.rulings import CARD, CODE, Case, Members, card, order, paid, product
from tests.core.test_rules import CASES
from tests.core.test_rules_forms import MEMBERS, Member, named
from tests.core.test_rules_reading import read

AMEX = "378282246310005"
"""Short enough to be an amount of money."""
ALL_WARN = {case.rule: "warn" for case in CASES}
ALL_REJECT = {case.rule: "reject" for case in CASES}


def said(event: Members, rules: Mapping[str, str], kind: Kind = Kind.ORDER) -> str:
    """All that is told about *event*."""
    found = read(event, kind, rules)
    if isinstance(found, Event):
        return repr(found) + " ".join(sentence for _, sentence in found.warnings)
    return found.rejected.message


@pytest.mark.parametrize("member", MEMBERS, ids=named)
def test_a_card_number_in_any_member_is_quoted_by_no_sentence(member: Member) -> None:
    for number in (CARD, AMEX):
        for value in (number, int(number), [number], {"x": number}, f"{number}.00", "x" + number):
            for rules in ({}, ALL_WARN, ALL_REJECT):
                assert number not in said(member.holding(value), rules, member.kind)


@pytest.mark.parametrize("rules", [{}, ALL_WARN, ALL_REJECT], ids=["", "warn", "reject"])
@pytest.mark.parametrize("name", ["CreditCardNumber", "CardSecurityCode"])
@pytest.mark.parametrize(
    "value",
    [CODE, int(CODE), float(CODE), [CODE], {"x": CODE}, {CODE: 1}, f"{CODE} ", "x" * 300 + CODE],
)
def test_neither_of_the_two_is_quoted_whatever_it_is(
    name: str, value: object, rules: dict[str, str]
) -> None:
    assert CODE not in said(paid(card(**{name: value})), rules)


@pytest.mark.parametrize("rules", [{"unknown_field": "reject"}, {"unknown_field": "warn"}])
def test_a_card_number_as_the_name_of_a_member_is_not_quoted(rules: dict[str, str]) -> None:
    event = order(**{CARD: 1}, Products=[product(**{f"of {CARD}": 1})])

    assert CARD not in said(event, rules)
    assert "is not a member that Omeda documents" in said(event, rules)


@pytest.mark.parametrize("strictness", ["reject", "warn"])
def test_a_card_number_as_an_amount_is_not_quoted(strictness: str) -> None:
    event = order(Products=[product(AmountPaid=AMEX, Term=1)])

    told = said(event, {"overpaid": strictness})

    assert "more than the order's 0" in told
    assert AMEX not in told


@given(
    st.sampled_from([case for case in CASES if case.kind == Kind.ORDER]),
    st.sampled_from([ALL_WARN, ALL_REJECT]),
)
def test_an_event_with_a_card_that_breaks_any_rule_shows_nothing_of_the_card(
    case: Case, rules: dict[str, str]
) -> None:
    event: dict[str, Any] = case.broken | {"BillingInformation": card()}

    told = said(event, rules)

    assert CARD not in told
    assert CODE not in told
    assert CARD in json.dumps(event)
