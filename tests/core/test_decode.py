import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.decode import MESSAGE_CHARACTERS, decode
from bridge.model import Event, Kind, LaneKey, Reason, Route, Service, Unreadable
from tests.core.samples import record

BEHAVIORS = Route("clicks", Service("DEMO", Kind.BEHAVIOR))
ORDERS = Route("orders", Service("DEMO", Kind.ORDER))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
trees = st.recursive(
    scalars,
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.text(), below, max_size=3)
    ),
    max_leaves=8,
)
OWN = {
    "OmedaCustomerId",
    "CustomerBehaviors",
    "ExternalCustomerId",
    "ExternalCustomerIdNamespace",
    "ClientCustomerId",
}
extras = st.dictionaries(st.text().filter(lambda name: name not in OWN), trees, max_size=4)


def event_of(value: str | bytes, route: Route, *, key: bytes | None = b"key") -> Event:
    read = read_as(value, route, key=key)
    assert isinstance(read, Event), read
    return read


def reason_of(value: str | bytes | None, route: Route) -> Reason:
    read = read_as(value, route)
    assert isinstance(read, Unreadable), read
    assert read.rejected.stage == "decode"
    assert read.rejected.message
    assert len(read.rejected.message) <= MESSAGE_CHARACTERS
    return read.rejected.reason


def read_as(
    value: str | bytes | None, route: Route, *, key: bytes | None = b"key"
) -> Event | Unreadable:
    stored = value.encode() if isinstance(value, str) else value
    return decode(record(value=stored, key=key), route)


@pytest.mark.parametrize(
    ("customer", "lane"),
    [
        pytest.param("123", "123", id="a number"),
        pytest.param('"123"', "123", id="a digit string"),
        pytest.param('"000123"', "123", id="leading zeros"),
        pytest.param("999999999999999999", "999999999999999999", id="eighteen digits"),
        pytest.param('"999999999999999999"', "999999999999999999", id="also as a string"),
        pytest.param('"\\u0031\\u0032"', "12", id="escaped digits"),
    ],
)
def test_an_omeda_customer_id_is_a_number_or_a_digit_string(customer: str, lane: str) -> None:
    value = f'{{"OmedaCustomerId": {customer}, "CustomerBehaviors": [{{"BehaviorId": 1}}]}}'

    event = event_of(value, BEHAVIORS)

    assert event.lane == LaneKey("DEMO", lane)
    assert json.loads(event.body) == {
        "OmedaCustomerId": int(lane),
        "CustomerBehaviors": [{"BehaviorId": 1}],
    }


@pytest.mark.parametrize(
    "customer",
    [
        *("0", "-1", "1.5", "1.0", "1e3", "true", "null", "[]", "{}", "[123]"),
        *('""', '"0"', '"000"', '"-1"', '"+1"', '" 1"', '"1.0"', '"12a"', '"\u0663"', '"1_0"'),
        *("1000000000000000000", '"1000000000000000000"', "9" * 30),
    ],
)
def test_any_other_omeda_customer_id_is_a_wrong_type(customer: str) -> None:
    value = f'{{"OmedaCustomerId": {customer}, "CustomerBehaviors": [{{}}]}}'

    assert reason_of(value, BEHAVIORS) == "wrong_type"


@pytest.mark.parametrize("customer", ['"123\\n"', '"0123\\n"'])
def test_a_line_feed_after_the_digits_does_not_lead_out_of_the_customers_lane(
    customer: str,
) -> None:
    value = f'{{"OmedaCustomerId": {customer}, "CustomerBehaviors": [{{}}]}}'

    read = read_as(value, BEHAVIORS)

    assert isinstance(read, Unreadable) or read.lane == LaneKey("DEMO", "123")


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
    ],
)
def test_an_orders_lane_is_its_customer_else_its_key(members: str, lane: str) -> None:
    assert event_of("{" + members + "}", ORDERS).lane == LaneKey("DEMO", lane)


@pytest.mark.parametrize(
    "value",
    [
        '{"OmedaCustomerId":5,"CustomerBehaviors":[{}]}',
        ' {\n"OmedaCustomerId" : 5 ,\t"CustomerBehaviors":[ {"a" : 1.50, "b": "\\u00e9"} ]}\r\n',
        '{"OmedaCustomerId":5,"CustomerBehaviors":[{}],"x":1e400,"y":123456789012345678901234567}',
        '{"x":1,"OmedaCustomerId":5,"CustomerBehaviors":[{}],"x":2}',
    ],
)
def test_a_body_with_a_number_as_id_is_the_value_byte_for_byte(value: str) -> None:
    assert event_of(value, BEHAVIORS).body == value.encode()


@given(st.integers(1, 10**18 - 1), extras, st.lists(trees, min_size=1, max_size=3))
def test_any_other_member_of_behaviors_survives_whatever_the_form_of_the_id(
    customer: int, extra: dict[str, Any], behaviors: list[Any]
) -> None:
    members = extra | {"CustomerBehaviors": behaviors}
    plain = json.dumps({"OmedaCustomerId": customer} | members)
    text = json.dumps(members | {"OmedaCustomerId": f"0{customer}"})

    as_number, as_text = event_of(plain, BEHAVIORS), event_of(text, BEHAVIORS)

    assert as_number.body == plain.encode()
    assert json.loads(as_text.body) == {"OmedaCustomerId": customer} | members
    assert as_number.lane == as_text.lane == LaneKey("DEMO", str(customer))
    assert as_number.events == as_text.events == len(behaviors)


@given(st.integers(1, 10**18 - 1), extras)
def test_any_other_member_of_an_order_survives(customer: int, extra: dict[str, Any]) -> None:
    event = event_of(json.dumps({"OmedaCustomerId": str(customer)} | extra), ORDERS)

    assert json.loads(event.body) == {"OmedaCustomerId": customer} | extra
    assert event.events == 1


def test_numbers_keep_their_digits_where_the_id_was_a_string() -> None:
    value = '{"OmedaCustomerId":"05","Amount":10.00,"Rate":1E+2,"N":123456789012345678901234567890}'

    body = event_of(value, ORDERS).body

    assert body == value.replace('"05"', "5").encode()


@pytest.mark.parametrize("customer", ["5", '"5"'])
@pytest.mark.parametrize("first", ["4", '"4"'])
def test_of_duplicate_keys_the_last_wins(first: str, customer: str) -> None:
    value = f'{{"OmedaCustomerId": {first}, "OmedaCustomerId": {customer}}}'

    event = event_of(value, ORDERS)

    assert event.lane.customer == "5"
    assert json.loads(event.body) == {"OmedaCustomerId": 5}


@pytest.mark.parametrize("first", ["[]", "0", '"x"'])
def test_of_duplicate_keys_the_last_wins_also_where_an_earlier_one_is_wrong(first: str) -> None:
    value = f'{{"OmedaCustomerId": {first}, "OmedaCustomerId": 5}}'

    assert event_of(value, ORDERS).lane.customer == "5"


@pytest.mark.parametrize("route", [BEHAVIORS, ORDERS])
@pytest.mark.parametrize("value", [None, b""])
def test_a_record_without_value_is_empty(value: bytes | None, route: Route) -> None:
    assert reason_of(value, route) == "empty"


@pytest.mark.parametrize("route", [BEHAVIORS, ORDERS])
@pytest.mark.parametrize(
    "value",
    [
        *(b" ", b"{", b"}", b"nope", b"{'a': 1}", b'{"a": 1,}', b'{"a": 1} x', b"{}{}"),
        *(b'{"a": 01}', b'{"a": NaN}', b'{"a": Infinity}', b"NaN", b'{"a": "\n"}'),
        pytest.param(b'{"a": "\xff"}', id="invalid UTF-8"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', id="a surrogate in UTF-8"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"OmedaCustomerId": [], "a": ', id="truncated after a wrong type"),
        pytest.param(b'{"OmedaCustomerId": [], "a": "\xff"}', id="not UTF-8 after a wrong type"),
        pytest.param(b'["a", ', id="a truncated array"),
        pytest.param(b"[" * 100_000, id="brackets without end"),
        pytest.param(b'{"a":' * 100_000, id="objects without end"),
        pytest.param(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="a nesting bomb"),
        pytest.param(
            b'{"OmedaCustomerId":"5","CustomerBehaviors":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            id="a nesting bomb as behaviors",
        ),
    ],
)
def test_what_cannot_be_read_is_not_json(value: bytes, route: Route) -> None:
    assert reason_of(value, route) == "not_json"


@pytest.mark.parametrize(
    ("value", "route"),
    [
        *((value, route) for value in ("[]", "5", '"x"', "null") for route in (BEHAVIORS, ORDERS)),
        ("{}", BEHAVIORS),
        ('{"OmedaCustomerId": 5}', BEHAVIORS),
        ('{"CustomerBehaviors": [{}]}', BEHAVIORS),
        ('{"OmedaCustomerId": 5, "CustomerBehaviors": []}', BEHAVIORS),
        ('{"OmedaCustomerId": 5, "CustomerBehaviors": {}}', BEHAVIORS),
        ('{"OmedaCustomerId": 5, "CustomerBehaviors": null}', BEHAVIORS),
        ('{"OmedaCustomerId": 0}', ORDERS),
        ('{"ExternalCustomerId": 1.5}', ORDERS),
        ('{"ExternalCustomerId": true}', ORDERS),
        ('{"ExternalCustomerIdNamespace": 5}', ORDERS),
        ('{"ClientCustomerId": {}}', ORDERS),
    ],
)
def test_json_of_another_shape_is_a_wrong_type(value: str, route: Route) -> None:
    assert reason_of(value, route) == "wrong_type"


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
    ],
)
def test_an_unreadable_record_keeps_its_place_among_its_customers(
    value: str | None, lane: str
) -> None:
    assert read_as(value, BEHAVIORS).lane == LaneKey("DEMO", lane)


def test_an_unreadable_record_without_key_is_alone() -> None:
    first = decode(record(1, value=b"x"), ORDERS)
    second = decode(record(2, value=b"x"), ORDERS)

    assert first.lane != second.lane


@given(st.binary(), st.sampled_from([BEHAVIORS, ORDERS]))
@example(b'{"OmedaCustomerId":0,"ExternalCustomerId":' + b"9" * 5_000 + b"}", ORDERS)
@example(b'{"ExternalCustomerId":' + b"9" * 5_000 + b"}", ORDERS)
@example(b'{"OmedaCustomerId":"' + b"0" * 100_000 + b'1"}', ORDERS)
@example(b'{"ExternalCustomerId":"\\ud800"}', ORDERS)
def test_any_bytes_are_read_as_something(value: bytes, route: Route) -> None:
    assert isinstance(decode(record(value=value), route), Event | Unreadable)


@given(extras, st.sampled_from([5, "05", [], 0]), st.data())
def test_damaged_json_is_read_as_something_and_what_passes_is_json(
    extra: dict[str, Any], customer: object, data: st.DataObject
) -> None:
    members = {"OmedaCustomerId": customer, "CustomerBehaviors": [{"a": 1}]} | extra
    value = bytearray(json.dumps(members, ensure_ascii=False).encode("utf-8", "replace"))
    at = data.draw(st.integers(0, len(value) - 1))
    end = data.draw(st.integers(at, min(len(value), at + 3)))
    value[at:end] = data.draw(st.one_of(st.binary(max_size=3), st.sampled_from([b'"', b"}", b"0"])))

    read = decode(record(value=bytes(value)), data.draw(st.sampled_from([BEHAVIORS, ORDERS])))

    if isinstance(read, Event):
        assert isinstance(json.loads(read.body), dict)


@pytest.mark.parametrize("customer", ["5", '"5"', "0"])
def test_no_depth_of_nesting_raises(customer: str) -> None:
    for depth in range(900, 1_100):
        nested = "[" * depth + "]" * depth
        value = f'{{"OmedaCustomerId":{customer},"CustomerBehaviors":[{nested}],"x":{nested}}}'

        assert isinstance(read_as(value, BEHAVIORS), Event | Unreadable)
