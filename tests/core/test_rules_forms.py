"""What holds for members of every element: each length at its bound, each code, each date."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from bridge.events import (
    AssignBehavior,
    Column,
    Day,
    Element,
    Minute,
    Moment,
    MonthYear,
    StoreOrder,
    columns,
)
from bridge.model import Kind
from tests.core.rulings import Members, findings

LENGTHS = {
    "": {
        **dict.fromkeys(("Salutation", "Suffix"), 10),
        **dict.fromkeys(("FirstName", "MiddleName", "LastName", "Title"), 100),
        "PromoCode": 50,
    },
    "Addresses[0].": {
        **dict.fromkeys(("Company", "Street", "ApartmentMailStop", "ExtraAddress"), 255),
        **dict.fromkeys(("City", "Region", "Country"), 100),
    },
    "CustomerDemographics[0].": {"WriteInDesc": 100},
    "Products[0].": {"PersonalIdentifier": 50},
    "Telemarketing[0].": {
        **dict.fromkeys(("TelemarketingCompany", "PersonalIdQuestion"), 100),
        **dict.fromkeys(("SpokeToName", "SpokeToTitle"), 100),
        "TelemarketingRecordingId": 50,
        "TelemarketingAgent": 20,
        "GeneralTeleInfo": 255,
    },
    "BillingInformation.": {
        **dict.fromkeys(("BillingCompany", "BillingStreet", "BillingApartmentMailStop"), 255),
        "BillingCity": 100,
    },
}
"""As the tables of Omeda's pages have them."""

DATES = {
    "SignupDate": Minute,
    "OrderDate": Minute,
    "Products[0].StartIssueDate": Day,
    "Products[0].OrderExpirationDate": Day,
    "Telemarketing[0].TimeOfCall": Minute,
    "Telemarketing[0].EndOfCall": Minute,
    "CustomerBehaviors[0].BehaviorDate": Moment,
    "BillingInformation.ExpirationDate": MonthYear,
    "BillingInformation.DepositDate": Day,
}
OF_A_BEHAVIOR = {"OmedaCustomerId": 1001, "CustomerBehaviors": [{}]}
STRICT_OR_ODD = {"CustomerStatusId", "DoCharge"}
"""These have rules of their own."""


class Member(NamedTuple):
    """A column, and how an event is made that holds a value there."""

    kind: Kind
    steps: tuple[Column, ...]
    column: Column

    @property
    def path(self) -> str:
        places = (f"{step.name}[0]." if step.many else f"{step.name}." for step in self.steps)
        return "".join(places) + self.column.name

    def holding(self, value: object) -> Members:
        node: Any = {self.column.name: value}
        for step in reversed(self.steps):
            node = {step.name: [node] if step.many else node}
        return {**OF_A_BEHAVIOR, **node} if self.kind == Kind.BEHAVIOR else dict(node)


def members(kind: Kind, element: type[Element], *steps: Column) -> Iterator[Member]:
    for column in columns(element):
        if column.element is None:
            yield Member(kind, steps, column)
        else:
            yield from members(kind, column.element, *steps, column)


MEMBERS = [*members(Kind.ORDER, StoreOrder), *members(Kind.BEHAVIOR, AssignBehavior)]
SHORT = [member for member in MEMBERS if member.column.longest is not None]
DATED = [member for member in MEMBERS if member.column.dated]
CODED = [
    member for member in MEMBERS if member.column.codes and member.column.name not in STRICT_OR_ODD
]


def named(member: Member) -> str:
    return f"{member.kind}: {member.path}"


def broken(rule: str, member: Member, value: object) -> list[tuple[str, str]]:
    found = findings(member.holding(value), member.kind)
    return [(each.path, each.sentence) for each in found if each.rule == rule]


@pytest.mark.parametrize("member", SHORT, ids=named)
@pytest.mark.parametrize("letter", ["x", "\u00fc", "\U0001f600", " "])
def test_a_text_may_have_as_many_characters_as_its_column_and_not_one_more(
    member: Member, letter: str
) -> None:
    longest = member.column.longest or 0

    assert broken("too_long", member, letter * longest) == []
    assert broken("too_long", member, letter * (longest + 1)) == [
        (member.path, f"has {longest + 1} characters, and {longest} are the most")
    ]


def test_the_lengths_are_those_of_omeda_s_pages() -> None:
    written = {
        prefix + name: longest
        for prefix, names in LENGTHS.items()
        for name, longest in names.items()
    }

    assert {member.path: member.column.longest for member in SHORT} == written


def test_a_text_without_a_documented_length_may_be_long() -> None:
    member = next(each for each in MEMBERS if each.path == "CustomerBehaviors[0].BehaviorPromoCode")

    assert broken("too_long", member, "x" * 10_000) == []


def test_the_dates_have_the_forms_of_omeda_s_pages() -> None:
    assert {member.path: member.column.kind for member in DATED} == DATES


@pytest.mark.parametrize("member", DATED, ids=named)
@pytest.mark.parametrize("wrong", ["", "tomorrow", "2026-13-01", "20260101", "2026-01-02T03:04"])
def test_what_is_no_date_is_told_with_the_forms_that_are(member: Member, wrong: str) -> None:
    forms = " or ".join(member.column.kind.forms)

    assert broken("date_form", member, wrong) == [(member.path, f"is no date of the form {forms}")]


@pytest.mark.parametrize("member", DATED, ids=named)
def test_a_date_in_any_of_its_forms_is_one(member: Member) -> None:
    shown = {
        "yyyy-MM-dd": "2028-02-29",
        "yyyy-MM-dd HH:mm": "2028-02-29 23:59",
        "yyyy-MM-dd HH:mm:ss": "2028-02-29 23:59:59",
        "MMYY": "1299",
    }
    for form in member.column.kind.forms:
        assert broken("date_form", member, shown[form]) == []


@pytest.mark.parametrize("member", CODED, ids=named)
def test_every_documented_code_is_taken_without_a_word(member: Member) -> None:
    for code in member.column.codes:
        assert broken("unknown_code", member, code) == []


@pytest.mark.parametrize("member", CODED, ids=named)
def test_any_other_code_is_a_warning_that_lists_the_documented_ones(member: Member) -> None:
    other = "Z" if any(isinstance(code, str) for code in member.column.codes) else 987

    [(path, sentence)] = broken("unknown_code", member, other)

    assert path == member.path
    assert sentence.startswith("is none of ")
    assert all(str(code) in sentence for code in member.column.codes)


def test_each_code_table_is_asked_for() -> None:
    assert {member.column.name for member in CODED} == {
        *("Gender", "MergeCode"),
        *("AddressContactType", "Airmail", "PhoneContactType", "EmailContactType"),
        *("Receive", "RequestedVersion", "PaymentStatusId", "AutoRenewalCode"),
        "RequestedVersionUpdate",
    }


def test_a_code_that_has_a_rule_of_its_own_is_told_once() -> None:
    assert [each.rule for each in findings({"LastName": "A", "CustomerStatusId": 2})] == [
        "customer_status"
    ]
