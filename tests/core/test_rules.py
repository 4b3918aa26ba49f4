"""Every rule: one event that breaks it, and the nearest that breaks none."""

import re
from inspect import getmembers, isfunction

import pytest

from bridge.model import Kind
from bridge.rules import RULES, SUBJECTS, Finding, Rule, Strictness
from tests.core.rulings import Case, bills, contacts, findings, people, purchases, shapes

CASES = shapes.CASES + people.CASES + contacts.CASES + purchases.CASES + bills.CASES

UNASKED = {"unknown_field": Strictness.WARN}
"""No rule is left out."""

REJECTING = {
    *("too_long", "date_form", "other_kind"),
    *("customer_status", "email_address", "email_form", "phone_number"),
    *("demographic_id", "demographic_value"),
    *("product_id", "product_once", "negative_amount", "paid_term", "overpaid"),
    *("shipping_address", "email_address_id"),
    *("update_id", "marketing_product_id", "field_response"),
    *("billing_address", "do_charge", "billing_region", "paypal_pair"),
    "telemarketing",
    *("behavior_id", "behavior_date", "behavior_attributes", "attribute_type", "attribute_value"),
}
WARNING = {
    *("unknown_code", "two_ids", "namespace", "nobody", "write_in", "donor"),
    *("card_number", "card_match", "billing_region_code"),
    *("phone_form", "country_code", "region_code", "name_and_code", "postal_code"),
    *("address_products", "email_products"),
    *("negative_charge", "update_version"),
    *("charge", "billing_country", "card_type", "card_details", "card_expired"),
    *("third_party_payment", "billing_missing", "billing_of_nothing"),
}


def case_id(case: Case) -> str:
    return case.rule


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_an_event_that_breaks_a_rule_is_told_where_and_how(case: Case) -> None:
    found = [
        finding
        for finding in findings(case.broken, case.kind, UNASKED)
        if finding.rule == case.rule
    ]

    strictness = UNASKED.get(case.rule, RULES[case.rule].default)
    assert found == [Finding(case.rule, strictness, case.path, case.sentence)]
    assert str(found[0]) == f"{case.path}: {case.sentence}"


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_nearest_good_event_breaks_no_rule(case: Case) -> None:
    assert findings(case.good, case.kind, UNASKED) == []


def test_every_rule_has_an_event_that_breaks_it_and_one_that_does_not() -> None:
    assert {case.rule for case in CASES} == set(RULES)


def test_every_rule_that_looks_at_behaviors_is_broken_in_both_kinds_of_event() -> None:
    for name in ("behavior_id", "behavior_date", "attribute_type", "attribute_value"):
        assert {case.kind for case in CASES if case.rule == name} == set(Kind)


def test_every_module_of_rules_is_in_the_book() -> None:
    declared = {
        name
        for module in SUBJECTS
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__ and name in RULES
    }

    assert declared == set(RULES)


def test_what_rejects_what_warns_and_what_is_off_is_as_decided() -> None:
    assert {name for name, rule in RULES.items() if rule.default == Strictness.REJECT} == REJECTING
    assert {name for name, rule in RULES.items() if rule.default == Strictness.WARN} == WARNING
    assert set(RULES) - REJECTING - WARNING == {"unknown_field"}
    assert RULES["unknown_field"].default == Strictness.OFF


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_what_it_is_and_where_it_is_known_from(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z][^\n]*\.", rule.text)
    assert rule.source


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_sentence_of_a_rejecting_rule_commands_and_one_of_a_warning_rule_advises(
    case: Case,
) -> None:
    if RULES[case.rule].default == Strictness.REJECT:
        assert not case.sentence.startswith("should")
    else:
        assert not case.sentence.startswith("must")
