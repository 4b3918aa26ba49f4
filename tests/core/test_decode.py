"""Bytes to an event or to the reason why not: ids, bytes that are no JSON, depth, duplicates."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.event import Event
from bridge.model import LaneKey, Route, Unreadable
from bridge.reading import MESSAGE_CHARACTERS
from tests.core.generated import Pair, either, encoded, trees
from tests.core.samples import (
    BEHAVIOR,
    BEHAVIORS,
    KINDS,
    ORDERS,
    event_of,
    read_as,
    rejected_of,
    sent,
)

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("customer", "lane"),
    [
        pytest.param("123", "123", id="a number"),
        pytest.param('"123"', "123", id="a digit string"),
        pytest.param('"000123"', "123", id="leading zeros"),
        pytest.param("999999999999999999", "999999999999999999", id="eighteen digits"),
        pytest.param('"999999999999999999"', "999999999999999999", id="also as a string"),
        pytest.param('"\\u0031\\u0032"', "12", id="escaped digits"),
        pytest.param('"\\u0030\\u0031"', "1", id="an escaped zero in front"),
        pytest.param(f'"{"0" * 100_000}1"', "1", id="any number of zeros"),
    ],
)
def test_an_omeda_customer_id_is_a_number_or_a_digit_string(customer: str, lane: str) -> None:
    value = f'{{"OmedaCustomerId": {customer}, "CustomerBehaviors": [{BEHAVIOR}]}}'

    event = event_of(value, BEHAVIORS)

    assert event.lane == LaneKey("DEMO", lane)
    assert json.loads(event.body) == {
        "OmedaCustomerId": int(lane),
        "CustomerBehaviors": [json.loads(BEHAVIOR)],
    }


@pytest.mark.parametrize(
    "customer",
    [
        *("0", "-1", "1.5", "1.0", "1e3", "true", "null", "[]", "{}", "[123]"),
        *('""', '"0"', '"000"', '"-1"', '"+1"', '" 1"', '"1.0"', '"12a"', '"\u0663"', '"1_0"'),
        *("1000000000000000000", '"1000000000000000000"', "9" * 30, '"1e3"', '"null"', '"123\\n"'),
    ],
)
@pytest.mark.parametrize("known", ["", ', "x": 1'])
def test_any_other_omeda_customer_id_is_a_wrong_type(customer: str, known: str) -> None:
    value = f'{{"OmedaCustomerId": {customer}, "CustomerBehaviors": [{BEHAVIOR}]{known}}}'

    rejected = rejected_of(value, BEHAVIORS)

    assert rejected.reason == "wrong_type"
    assert "OmedaCustomerId" in rejected.message


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("behavior", '{"OmedaCustomerId":5,"CustomerBehaviors":[{"BehaviorId":1}]}'),
        ("order", '{"OmedaCustomerId":5,"Title":"","Products":[{"Receive":0}],"MergeCode":"0"}'),
        ("order", '{"OmedaCustomerId":5,"x":1e400,"y":123456789012345678901234567}'),
        ("order", '{"Phones":[],"Emails":[],"Telemarketing":[{"SpokeToName":"\u00e9"}]}'),
    ],
)
def test_what_is_canonical_leaves_byte_for_byte(kind: str, value: str) -> None:
    assert sent(value, kind) == value


@pytest.mark.parametrize("customer", ["5", '"5"', '"05"'])
@pytest.mark.parametrize("first", ["4", '"4"', "[]", "0", '"x"', "null", "1e999"])
@pytest.mark.parametrize("unknown", ["", '"x": 1, '])
def test_of_duplicate_keys_the_last_wins_also_where_an_earlier_one_is_wrong(
    first: str, customer: str, unknown: str
) -> None:
    value = f'{{{unknown}"OmedaCustomerId": {first}, "OmedaCustomerId": {customer}}}'

    event = event_of(value, ORDERS)

    assert event.lane.customer == "5"
    assert json.loads(event.body)["OmedaCustomerId"] == 5


@pytest.mark.parametrize("customer", ["null", '"x"'])
def test_the_last_duplicate_wins_also_where_it_is_null_or_wrong(customer: str) -> None:
    value = f'{{"LastName": "a", "OmedaCustomerId": 4, "OmedaCustomerId": {customer}}}'

    read = read_as(value, ORDERS)

    if customer == "null":
        assert isinstance(read, Event)
        assert read.body == b'{"LastName":"a"}'
    assert read.lane.customer == "key"


def test_duplicates_at_any_depth_leave_nothing_of_the_earlier_one() -> None:
    value = (
        '{"Products": [{"OmedaProductId": 1, "x": 1}, {"y": 2}],'
        ' "Products": [{"OmedaProductId": 3, "OmedaProductId": "04", "z": 1, "z": 2}]}'
    )

    assert sent(value, "order") == '{"Products":[{"OmedaProductId":4,"z":2}]}'


@pytest.mark.parametrize("route", [BEHAVIORS, ORDERS])
@pytest.mark.parametrize("value", [None, b""])
def test_a_record_without_value_is_empty(value: bytes | None, route: Route) -> None:
    assert rejected_of(value, route).reason == "empty"


@pytest.mark.parametrize("kind", ["behavior", "order"])
def test_a_byte_order_mark_is_no_part_of_the_value(kind: str) -> None:
    value = f'{{"OmedaCustomerId":5,"CustomerBehaviors":[{BEHAVIOR}],"x":1}}'.encode()

    assert event_of(BOM + value, KINDS[kind]).body == event_of(value, KINDS[kind]).body


@pytest.mark.parametrize("route", [BEHAVIORS, ORDERS])
@pytest.mark.parametrize(
    "value",
    [
        *(b" ", b"{", b"}", b"nope", b"{'a': 1}", b'{"a": 1,}', b'{"a": 1} x', b"{}{}", BOM),
        *(b'{"a": 01}', b'{"a": NaN}', b'{"a": Infinity}', b"NaN", b'{"a": "\n"}', b'{"a": 1.}'),
        *(b'{"a": "\\q"}', b'{"a": "\\ud800"}', b'{"a": "\\u12"}', b'{"a": tru}', b'{"a": +1}'),
        pytest.param(b'{"a": "\xff"}', id="invalid UTF-8"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', id="a surrogate in UTF-8"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"OmedaCustomerId": [], "a": ', id="truncated after a wrong type"),
        pytest.param(b'{"OmedaCustomerId": [], "a": "\xff"}', id="not UTF-8 after a wrong type"),
        pytest.param(b'["a", ', id="a truncated array"),
    ],
)
def test_what_cannot_be_read_is_not_json(value: bytes, route: Route) -> None:
    assert rejected_of(value, route).reason == "not_json"


OPEN = b"[" * 100_000
NESTED = OPEN + b"]" * 100_000
OBJECTS = b'{"x":' * 100_000 + b"1" + b"}" * 100_000


@pytest.mark.parametrize("route", [BEHAVIORS, ORDERS])
@pytest.mark.parametrize("bomb", [NESTED, OBJECTS])
@pytest.mark.parametrize(
    "value",
    [
        b"%s",
        b'{"x":%s}',
        b'{"OmedaCustomerId":%s}',
        b'{"OmedaCustomerId":5,"CustomerBehaviors":%s}',
        b'{"OmedaCustomerId":5,"CustomerBehaviors":[{"x":%s}]}',
        b'{"OmedaCustomerId":5,"CustomerBehaviors":[{"BehaviorDate":%s}]}',
        b'{"CustomerBehaviors":[{"BehaviorAttributes":[{"BehaviorAttributeValue":%s}]}]}',
    ],
)
def test_a_nesting_bomb_is_refused_wherever_it_stands(
    value: bytes, bomb: bytes, route: Route
) -> None:
    assert rejected_of(value % bomb, route).reason == "not_json"


@pytest.mark.parametrize("value", [OPEN, b'{"a":' * 100_000])
def test_a_nesting_bomb_without_end_is_refused(value: bytes) -> None:
    assert rejected_of(value, ORDERS).reason == "not_json"


@pytest.mark.parametrize("customer", ["5", '"5"', "0"])
def test_no_depth_of_nesting_raises(customer: str) -> None:
    for depth in range(900, 1_100, 3):
        nested = "[" * depth + "]" * depth
        value = f'{{"OmedaCustomerId":{customer},"CustomerBehaviors":[{nested}],"x":{nested}}}'

        assert isinstance(read_as(value, BEHAVIORS), Event | Unreadable)


@given(st.binary(), st.sampled_from([BEHAVIORS, ORDERS]))
@example(b'{"OmedaCustomerId":0,"ExternalCustomerId":' + b"9" * 5_000 + b"}", ORDERS)
@example(b'{"ExternalCustomerId":' + b"9" * 4_300 + b"}", ORDERS)
@example(b'{"ExternalCustomerId":' + b"9" * 5_000 + b"}", ORDERS)
@example(b'{"OmedaCustomerId":"' + b"0" * 100_000 + b'1"}', ORDERS)
@example(b'{"ExternalCustomerId":"\\ud800"}', ORDERS)
@settings(deadline=None)
def test_any_bytes_are_read_as_something(value: bytes, route: Route) -> None:
    assert isinstance(read_as(value, route), Event | Unreadable)


@given(either, st.sampled_from([BEHAVIORS, ORDERS]), st.data())
@settings(deadline=None)
def test_a_damaged_event_is_read_as_something_and_what_passes_is_json(
    event: tuple[str, Pair], route: Route, data: st.DataObject
) -> None:
    value = bytearray(encoded(event[1].given))
    at = data.draw(st.integers(0, len(value) - 1))
    end = data.draw(st.integers(at, min(len(value), at + 3)))
    value[at:end] = data.draw(st.one_of(st.binary(max_size=3), st.sampled_from([b'"', b"}", b"0"])))

    read = read_as(bytes(value), route)

    if isinstance(read, Event):
        assert isinstance(json.loads(read.body), dict)
    else:
        assert len(read.rejected.message) <= 4 * MESSAGE_CHARACTERS


@given(
    st.dictionaries(
        st.sampled_from(
            ["OmedaCustomerId", "CustomerBehaviors", "Products", "OrderDate", "Emails"]
        ),
        trees,
    ),
    st.sampled_from([BEHAVIORS, ORDERS]),
)
@settings(deadline=None)
def test_any_tree_under_a_known_name_is_read_as_something(
    event: dict[str, object], route: Route
) -> None:
    assert isinstance(read_as(encoded(event), route), Event | Unreadable)
