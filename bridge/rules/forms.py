"""What holds for members of every element: lengths, codes, dates, and which members there are."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from bridge.events import AssignBehavior, Column, Element, StoreOrder, columns
from bridge.rules.book import Broken, Strictness, Whole, rule

REJECT, WARN, OFF = Strictness.REJECT, Strictness.WARN, Strictness.OFF

_ORDERS_OWN = {column.name for column in columns(StoreOrder)} - {
    column.name for column in columns(AssignBehavior)
}
_BEHAVIORS_OWN = {column.name for column in columns(AssignBehavior)}


@cache
def _with_length(element: type[Element]) -> tuple[Column, ...]:
    return tuple(column for column in columns(element) if column.longest is not None)


@cache
def _with_date(element: type[Element]) -> tuple[Column, ...]:
    return tuple(column for column in columns(element) if column.dated)


@cache
def _with_codes(element: type[Element]) -> tuple[Column, ...]:
    # The customer's status has a rule of its own, which rejects.
    return tuple(
        column
        for column in columns(element)
        if column.codes and column.name not in {"CustomerStatusId", "DoCharge"}
    )


@rule(
    Element,
    REJECT,
    source="Save Customer and Order: the lengths in its tables",
    concerns=_with_length,
)
def too_long(element: Element) -> Broken:
    """A text is not longer than its column at Omeda."""
    for column, value in _given(element, _with_length(type(element))):
        if len(value) > (column.longest or 0):
            yield column.name, f"has {len(value)} characters, and {column.longest} are the most"


@rule(
    Element,
    REJECT,
    source="Assign Behavior; Save Customer and Order: the forms in their tables",
    concerns=_with_date,
)
def date_form(element: Element) -> Broken:
    """A date has Omeda's form, or is ISO 8601 with a zone."""
    for column, value in _given(element, _with_date(type(element))):
        if not value.well_formed:
            yield column.name, f"is no date of the form {' or '.join(column.kind.forms)}"


@rule(
    Element,
    WARN,
    source="Save Customer and Order; API Standard Constants and Codes",
    concerns=_with_codes,
)
def unknown_code(element: Element) -> Broken:
    """A code is one that Omeda documents."""
    for column, value in _given(element, _with_codes(type(element))):
        if value not in column.codes:
            yield column.name, f"is none of {', '.join(_shown(code) for code in column.codes)}"


@rule(Whole, REJECT, source="Assign Behavior; Save Customer and Order: two services, two bodies")
def other_kind(whole: Whole) -> Broken:
    """The event is of the route's kind, and not wrapped in something else."""
    strangers = whole.extra.members
    if isinstance(whole.event, AssignBehavior):
        if orders := sorted(_ORDERS_OWN & strangers.keys()):
            yield orders[0], "belongs into an order: this is not a behavior event"
        return
    if _present(whole.event) == _BEHAVIORS_OWN and not strangers:
        yield "CustomerBehaviors", "stands alone: this is a behavior event, not an order"
    if "specversion" in strangers and {"data", "data_base64"} & strangers.keys():
        yield (
            "specversion",
            (
                "this is a CloudEvents envelope; its record needs the header"
                " content-type: application/cloudevents+json"
            ),
        )


@rule(Whole, OFF, source="the route's `unknown_fields: reject`, which makes it `reject`")
def unknown_field(whole: Whole) -> Broken:
    """Every member is one that Omeda documents."""
    for path in whole.extra.paths():
        yield path, "is not a member that Omeda documents"


def _given(element: Element, chosen: tuple[Column, ...]) -> Iterator[tuple[Column, Any]]:
    values = ((column, getattr(element, column.name)) for column in chosen)
    return ((column, value) for column, value in values if value is not None)


def _present(event: Element) -> set[str]:
    return {name for name in event.__struct_fields__ if getattr(event, name) is not None}


def _shown(code: int | str) -> str:
    return f'"{code}"' if isinstance(code, str) else str(code)
