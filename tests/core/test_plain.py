"""The short way to read an event takes only what the long way takes, and to the same end."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.event import Event
from bridge.events import Column, Element, columns
from bridge.events.dates import Dated
from bridge.events.values import Money
from bridge.model import Kind, Route, Service
from bridge.plain import plain_form, plain_reader
from bridge.reading import Reader
from bridge.record import Record
from bridge.rules import RULES
from tests.core.generated import ELEMENT, REQUIRED, encoded, events
from tests.core.samples import NOW, record

BEHAVIOR = {"BehaviorId": 7, "BehaviorDate": "2024-01-02 03:04:05"}


def route(kind: str, **more: Any) -> Route:
    # Every rule rejects, so that none of them can be broken without a word.
    strict = tuple((name, "reject") for name in RULES)
    return Route("events", Service("DEMO", Kind(kind)), rules=strict, **more)


def both_ways(one: Record, at: Route) -> tuple[Any, Any]:
    reader = Reader(at, wall_clock=lambda: NOW)
    return reader.read(one), reader.read_long(one)


def members(read: Any) -> Any:
    """All that it says."""
    if not isinstance(read, Event):
        return read
    return read.lane, read.body, read.events, read.warnings, read.paid, read.tail


def check(value: bytes, kind: str) -> bool:
    """Whether *value* is plain; what the two ways make of it is the same."""
    one = record(value=value, key=b"a key")
    short, long = both_ways(one, route(kind))
    assert members(short) == members(long)
    if plain_reader(Kind(kind))(value) is None:
        return False
    assert isinstance(long, Event), long
    return True


plain_texts = st.text("aZ09 .-é", max_size=12)
plain_dates = {
    10: st.dates().map(str),
    16: st.datetimes().map(lambda at: f"{at:%Y-%m-%d %H:%M}".rjust(16, "0")),
    19: st.datetimes().map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}".rjust(19, "0")),
}
ALWAYS = {
    *("OmedaCustomerId", "CustomerBehaviors", "BehaviorId", "BehaviorDate"),
    *("BehaviorAttributeTypeId", "OmedaProductId", "Term", "EmailAddress", "Number"),
}
money = st.decimals(0, 300, places=2).map(str) | st.sampled_from(["0.00", "0.000"])


BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "EmailAddress": st.just("ada@example.com"),
    "Number": st.just("+1 312-555-0100"),
    "BehaviorAttributeValue": st.one_of(plain_texts, st.integers()),
}


def plainly(column: Column) -> st.SearchStrategy[Any]:
    """What a member is when it is written as the pages show it."""
    if column.element is not None:
        return st.lists(plain_events(column.element), min_size=1, max_size=2)
    if column.codes:
        return st.sampled_from(sorted(column.codes))
    if column.integer:
        return st.integers(0, 5)
    kind = column.kind if isinstance(column.kind, type) else str
    if issubclass(kind, Dated):
        return plain_dates[kind.longest()]
    return money if kind is Money else BY_NAME.get(column.name, plain_texts)


@st.composite
def plain_events(draw: st.DrawFn, element: type[Element]) -> dict[str, Any]:
    """Of the members that have a plain form; once in a while another one, too."""
    shape = {column.name: column for column in columns(element)}
    known = plain_form(element).__struct_fields__
    names = draw(st.sets(st.sampled_from(sorted(known)), max_size=6))
    names |= {name for name in known if name in ALWAYS and draw(st.integers(0, 29))}
    if draw(st.integers(0, 9)) == 0:
        names |= draw(st.sets(st.sampled_from([c.name for c in columns(element) if not c.element])))
    return {name: draw(plainly(shape[name])) for name in shape if name in names}


@pytest.mark.parametrize("kind", ["behavior", "order"])
def test_events_as_the_pages_show_them_are_read_the_same_by_both_ways(kind: str) -> None:
    taken = 0

    @settings(max_examples=300)
    @given(plain_events(ELEMENT[kind]))
    def law(event: dict[str, Any]) -> None:
        nonlocal taken
        taken += check(json.dumps(event).encode(), kind)

    law()
    assert taken >= 10, "hardly anything was plain: the law was not tried"


@pytest.mark.parametrize("kind", ["behavior", "order"])
@settings(max_examples=100)
@given(st.data())
def test_whatever_comes_is_read_the_same_by_both_ways(kind: str, data: st.DataObject) -> None:
    pair = data.draw(events(ELEMENT[kind], frozenset(REQUIRED[kind])))
    check(encoded(pair.given), kind)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_event_are_not_plain(value: bytes) -> None:
    for kind in ("behavior", "order"):
        check(value or b"x", kind)


@pytest.mark.parametrize(
    "change",
    [
        {"OmedaCustomerId": None},
        {"OmedaCustomerId": "1001"},
        {"OmedaCustomerId": 0},
        {"OmedaCustomerId": 1e3},
        {"OmedaCustomerId": True},
        {"OmedaCustomerId": 10**18},
        {"CustomerBehaviors": []},
        {"CustomerBehaviors": [{}]},
        {"CustomerBehaviors": None},
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorPromoCode": None}]},
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorAttributes": []}]},
        {
            "CustomerBehaviors": [
                {**BEHAVIOR, "BehaviorAttributes": [{"BehaviorAttributeTypeId": 1}]}
            ]
        },
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorDate": "2023-02-29 03:04:05"}]},
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorDate": "2024-02-29 03:04:05"}]},
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorDate": "2024-01-02T03:04:05Z"}]},
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorDate": "2024-01-02 24:00:00"}]},
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorDate": "2024-01-02 03:04:05\n"}]},
        {"CustomerBehaviors": [{**BEHAVIOR, "BehaviorDate": "0000-01-02 03:04:05"}]},
        {"Beyond": 1},
        {"specversion": "1.0", "data": {}},
    ],
)
def test_what_is_written_otherwise_is_read_the_long_way(change: dict[str, Any]) -> None:
    event = {"OmedaCustomerId": 1001, "CustomerBehaviors": [BEHAVIOR], **change}

    assert not check(json.dumps(event).encode(), "behavior")


@pytest.mark.parametrize("missing", ["OmedaCustomerId", "CustomerBehaviors"])
def test_a_behavior_event_that_lacks_a_member_is_read_the_long_way(missing: str) -> None:
    event: dict[str, Any] = {"OmedaCustomerId": 1001, "CustomerBehaviors": [BEHAVIOR]}
    del event[missing]

    assert not check(json.dumps(event).encode(), "behavior")


PRODUCT = {"OmedaProductId": 12, "Amount": "0.00"}


@pytest.mark.parametrize(
    ("change", "plain"),
    [
        ({}, True),
        ({"OmedaCustomerId": None}, False),
        ({"ExternalCustomerId": "x"}, False),
        ({"ExternalCustomerId": "x", "ExternalCustomerIdNamespace": "ns"}, True),
        ({"ClientCustomerId": "x"}, False),
        ({"Products": [PRODUCT, PRODUCT]}, False),
        ({"Products": [PRODUCT, {**PRODUCT, "OmedaProductId": 13}]}, True),
        ({"Products": [{**PRODUCT, "Term": "12"}]}, False),
        ({"Products": [{**PRODUCT, "Term": 12, "SalesTax": "1.00"}]}, True),
        ({"Products": [{**PRODUCT, "Amount": "10.00", "Term": 12}]}, False),
        ({"Products": [{**PRODUCT, "AmountPaid": "10.00", "Term": 12}]}, False),
        ({"Products": [{**PRODUCT, "Amount": 10.0}]}, False),
        ({"Products": [{**PRODUCT, "Amount": "-1.00"}]}, False),
        ({"Products": [{**PRODUCT, "RequestedVersion": "X"}]}, False),
        ({"FirstName": "x" * 100}, True),
        ({"FirstName": "x" * 101}, False),
        ({"Emails": [{"EmailAddress": "nobody"}]}, False),
        ({"Phones": [{"Number": "call me"}]}, False),
        ({"BillingInformation": {"DoCharge": "False"}}, False),
        ({"CustomerBehaviors": [BEHAVIOR]}, False),
        ({"RunProcessor": 1}, False),
    ],
)
def test_an_order_is_plain_where_no_rule_can_be_broken(change: dict[str, Any], plain: bool) -> None:  # noqa: FBT001
    order = {"OmedaCustomerId": 1001, "ClientOrderId": "O-1", "Products": [PRODUCT], **change}

    assert check(json.dumps(order).encode(), "order") == plain


@pytest.mark.parametrize(
    "event", [{"OmedaCustomerId": 1001, "Products": [PRODUCT]}, {"OmedaCustomerId": 1001}]
)
def test_an_order_without_its_date_gets_it_where_the_route_says_so(event: dict[str, Any]) -> None:
    one = record(value=json.dumps(event).encode(), timestamp_ms=1_700_000_000_000)
    short, long = both_ways(one, route("order", order_date="record_timestamp"))

    assert members(short) == members(long)
    assert isinstance(short, Event)
    assert "OrderDate" in msgspec.json.decode(short.body)
