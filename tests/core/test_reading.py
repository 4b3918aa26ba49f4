"""A record to an event, or to why not: its lane, its date, its unknown members."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bridge.event import Event
from bridge.model import LaneKey, Unreadable
from bridge.reading import MESSAGE_CHARACTERS, RULES_CHARACTERS, Reader
from tests.core.generated import Pair, either, encoded
from tests.core.samples import (
    BEHAVIORS,
    KINDS,
    NOW,
    ORDERS,
    Headers,
    event_of,
    read_as,
    record,
    rejected_of,
)

DATED = replace(ORDERS, order_date="record_timestamp")
JULY = 1_720_000_000_000
"""2024-07-03 09:46:40 UTC."""


@pytest.mark.parametrize(
    ("members", "lane"),
    [
        pytest.param('"OmedaCustomerId": "0042"', "42", id="Omeda's id"),
        pytest.param('"ExternalCustomerId": "ab"', "ab", id="external"),
        pytest.param(
            '"ExternalCustomerIdNamespace": "crm", "ExternalCustomerId": 7', "crm:7", id="namespace"
        ),
        pytest.param('"ClientCustomerId": 7', "7", id="the client's own, a number"),
        pytest.param('"ClientCustomerId": "c-7"', "c-7", id="the client's own, a text"),
        pytest.param(
            '"ClientCustomerId": 1, "ExternalCustomerId": 2, "OmedaCustomerId": 3', "3", id="all"
        ),
        pytest.param('"OmedaCustomerId": null, "ClientCustomerId": 7', "7", id="null is absent"),
        pytest.param(f'"ExternalCustomerId": {"9" * 40}', "9" * 40, id="a huge number"),
        pytest.param('"Products": []', "key", id="none: the record key"),
        pytest.param("", "key", id="an order needs no member at all"),
        pytest.param('"x": 1e400, "OmedaCustomerId": 3', "3", id="beside an unknown member"),
    ],
)
def test_an_orders_lane_is_its_customer_else_its_key(members: str, lane: str) -> None:
    assert event_of("{" + members + "}", ORDERS).lane == LaneKey("DEMO", lane)


@pytest.mark.parametrize(
    ("value", "lane"),
    [
        pytest.param(None, "key", id="no value: the key"),
        pytest.param("{broken", "key", id="not JSON: the key"),
        pytest.param("[1]", "key", id="not an object: the key"),
        pytest.param('{"OmedaCustomerId": 5}', "5", id="no behaviors: the customer"),
        pytest.param('{"OmedaCustomerId": "05"}', "5", id="also from a digit string"),
        pytest.param('{"OmedaCustomerId": 0, "ClientCustomerId": "c"}', "key", id="nobody's id"),
        pytest.param('{"OmedaCustomerId": "x", "ClientCustomerId": "c"}', "c", id="the next id"),
        pytest.param('{"OmedaCustomerId": [1]}', "key", id="no id: the key"),
        pytest.param('\ufeff{"OmedaCustomerId": 5}', "5", id="behind a byte order mark"),
        pytest.param('{"OmedaCustomerId": 5, "x": 1e400}', "5", id="beside a number without end"),
        pytest.param(f'{{"OmedaCustomerId": 5, "x": {"9" * 5000}}}', "5", id="or of many digits"),
        pytest.param(
            f'{{"x": {"9" * 5000}, "ExternalCustomerIdNamespace": 1e999,'
            ' "ClientCustomerId": "c", "ExternalCustomerId": 1e999}',
            "c",
            id="an id that is none does not hide the next",
        ),
        pytest.param('{"OmedaCustomerId": 4, "OmedaCustomerId": 5}', "5", id="the last one"),
    ],
)
def test_an_unreadable_record_keeps_its_place_among_its_customers(
    value: str | None, lane: str
) -> None:
    read = read_as(value, BEHAVIORS)

    assert isinstance(read, Unreadable)
    assert read.lane == LaneKey("DEMO", lane)


@pytest.mark.parametrize(
    ("members", "lane"),
    [
        ('"OmedaCustomerId": "007"', "7"),
        ('"ExternalCustomerId": "e", "ExternalCustomerIdNamespace": "n"', "n:e"),
        ('"ClientCustomerId": 7', "7"),
        ('"LastName": "x"', "key"),
    ],
)
def test_a_record_that_breaks_a_rule_keeps_its_place_too(members: str, lane: str) -> None:
    read = read_as(f'{{{members}, "OrderDate": "never"}}', ORDERS)

    assert isinstance(read, Unreadable)
    assert read.rejected.reason == "rule"
    assert read.lane == LaneKey("DEMO", lane)


def test_an_unreadable_record_without_key_is_alone() -> None:
    reader = Reader(ORDERS, wall_clock=lambda: NOW)

    first, second = (reader.read(record(offset, value=b"x")) for offset in (1, 2))

    assert first.lane != second.lane


def test_all_that_is_wrong_stands_in_one_message() -> None:
    rejected = rejected_of(
        '{"OrderDate": "never", "Phones": [{}, {}], "Emails": [{}]}', ORDERS, stage="check"
    )

    assert (rejected.reason, rejected.error) == ("rule", "RuleBroken")
    for path in ("OrderDate", "Phones[0].Number", "Phones[1].Number", "Emails[0].EmailAddress"):
        assert f"{path}: " in rejected.message
    assert len(rejected.rules) == 3


def test_a_message_is_cut() -> None:
    many = json.dumps({"Products": [{"OmedaProductId": 1, "PersonalIdentifier": "a" * 51}] * 500})
    name = "n" * 1000

    assert len(rejected_of(many, ORDERS, stage="check").message) <= RULES_CHARACTERS
    strict = replace(ORDERS, unknown_fields="reject")
    assert (
        len(rejected_of(f'{{"{name * 9}":1}}', strict, stage="check").message) <= RULES_CHARACTERS
    )
    assert len(rejected_of(f'{{"{name}":', ORDERS).message) <= MESSAGE_CHARACTERS


@pytest.mark.parametrize("members", ["{}", '{"OrderDate": null}', '{"OrderDate": null, "x": 1}'])
def test_a_missing_order_date_is_that_of_the_record_in_the_brands_zone(members: str) -> None:
    in_chicago = read_as(members, DATED, timestamp_ms=JULY)
    in_berlin = read_as(members, replace(DATED, time_zone="Europe/Berlin"), timestamp_ms=JULY)

    assert isinstance(in_chicago, Event)
    assert isinstance(in_berlin, Event)
    assert json.loads(in_chicago.body)["OrderDate"] == "2024-07-03 04:46"
    assert json.loads(in_berlin.body)["OrderDate"] == "2024-07-03 11:46"


def test_an_order_date_that_is_given_is_left() -> None:
    read = read_as('{"OrderDate": "2020-01-02"}', DATED, timestamp_ms=JULY)

    assert isinstance(read, Event)
    assert read.body == b'{"OrderDate":"2020-01-02"}'


def test_an_empty_order_date_is_given_too_and_wrong() -> None:
    assert rejected_of('{"OrderDate": ""}', DATED, stage="check").rules == ("date_form",)


@pytest.mark.parametrize("timestamp_ms", [-1, 10**15, 2**62, 2**63 - 1])
def test_a_record_of_no_time_gives_no_order_date(timestamp_ms: int) -> None:
    read = read_as('{"LastName": "x"}', DATED, timestamp_ms=timestamp_ms)

    assert isinstance(read, Event)
    assert read.body == b'{"LastName":"x"}'


def test_the_order_date_is_left_out_where_the_route_does_not_fill_it() -> None:
    read = read_as('{"LastName": "x"}', ORDERS, timestamp_ms=JULY)

    assert isinstance(read, Event)
    assert read.body == b'{"LastName":"x"}'


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"x": 1}, "x"),
        ({"RunProcessor": 1}, "RunProcessor"),
        ({"Products": [{"OmedaProductId": 1}, {"OmedaProductId": 2, "Filter": 1}]}, "Products[1]"),
    ],
)
def test_unknown_members_are_refused_where_the_route_says_so(
    event: dict[str, Any], path: str
) -> None:
    strict = replace(ORDERS, unknown_fields="reject")
    value = json.dumps({"LastName": "x"} | event)

    rejected = rejected_of(value, strict, stage="check")

    assert rejected.rules == ("unknown_field",)
    assert path in rejected.message
    assert json.loads(event_of(value, ORDERS).body) == {"LastName": "x"} | event


def test_a_known_event_passes_where_unknown_members_are_refused() -> None:
    strict = replace(ORDERS, unknown_fields="reject")

    assert event_of('{"OmedaCustomerId": "05", "LastName": null}', strict).events == 1


def test_what_warns_is_delivered_with_its_warnings() -> None:
    event = event_of('{"ExternalCustomerId": 7}', ORDERS)

    assert [warned.rule for warned in event.warnings] == ["namespace"]
    assert "ExternalCustomerIdNamespace" in event.warnings[0].sentence


@given(either, st.sampled_from(["behavior", "order"]), st.integers(-1, 2**63 - 1))
@settings(deadline=None)
def test_every_event_is_read_as_something(
    event: tuple[str, Pair], kind: str, timestamp_ms: int
) -> None:
    route = replace(KINDS[kind], order_date="record_timestamp", unknown_fields="reject")
    headers: Headers = (("content-type", b"application/json"),)

    read = read_as(encoded(event[1].given), route, headers=headers, timestamp_ms=timestamp_ms)

    assert isinstance(read, Event | Unreadable)
    if isinstance(read, Unreadable):
        assert read.rejected.message
