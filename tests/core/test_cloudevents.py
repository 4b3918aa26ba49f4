"""An event in a CloudEvents envelope, or in its headers' company."""

import base64
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.cloudevents import STRUCTURED, payload_of
from bridge.errors import Undecodable
from bridge.event import Event
from bridge.model import Unreadable
from tests.core.samples import ORDERS, Headers, event_of, read_as, record, rejected_of

ORDER = b'{"OmedaCustomerId":5,"x":1.10}'
IN_ENVELOPE = b'{"specversion":"1.0","id":"1","source":"/s","type":"t","data":%s}'
HEADERS: Headers = (("content-type", STRUCTURED.encode()),)


def in_base64(data: bytes) -> bytes:
    return b'{"specversion":"1.0","data_base64":"%s"}' % base64.b64encode(data)


@pytest.mark.parametrize("name", ["content-type", "Content-Type", "CONTENT-TYPE"])
@pytest.mark.parametrize(
    "content_type",
    [
        b"application/cloudevents+json",
        b"application/cloudevents+json; charset=UTF-8",
        b"application/cloudevents+json;charset=utf-8;x=y",
        b" APPLICATION/CloudEvents+JSON ",
    ],
)
def test_a_structured_event_is_the_data_of_its_envelope(name: str, content_type: bytes) -> None:
    event = event_of(IN_ENVELOPE % ORDER, ORDERS, headers=((name, content_type),))

    assert event.body == ORDER
    assert event.lane.customer == "5"


def test_the_content_type_may_stand_among_other_headers() -> None:
    headers: Headers = (("a", None), ("content-type", None), ("b", b"\xff"), *HEADERS)

    assert event_of(IN_ENVELOPE % ORDER, ORDERS, headers=headers).body == ORDER


@pytest.mark.parametrize("data", [ORDER, b" \n" + ORDER])
def test_data_in_base64_is_the_event(data: bytes) -> None:
    assert event_of(in_base64(data), ORDERS, headers=HEADERS).body == ORDER


def test_data_that_is_not_utf8_in_base64_is_not_json() -> None:
    assert rejected_of(in_base64(b'{"a":"\xff"}'), ORDERS, headers=HEADERS).reason == "not_json"


@pytest.mark.parametrize(
    "headers",
    [
        (("ce_specversion", b"1.0"), ("ce_type", b"t")),
        (("ce_specversion", b"1.0"), ("content-type", b"application/json")),
        (("ce_specversion", b"1.0"), ("content-type", b"application/json; charset=utf-8")),
        (("content-type", b""),),
        (("content-type", None),),
        (("content-type", b"\xff\xfe\x00"),),
        (("\udcff", b"\xff"), ("", b"")),
    ],
)
def test_in_binary_mode_and_without_cloudevents_the_value_is_the_event(headers: Headers) -> None:
    assert event_of(ORDER, ORDERS, headers=headers).body == ORDER


@pytest.mark.parametrize(
    "content_type",
    [
        *(b"application/cloudevents-batch+json", b"application/cloudevents+avro"),
        *(b"application/cloudevents", b"Application/CloudEvents-Batch+JSON; charset=utf-8"),
    ],
)
def test_any_other_format_of_cloudevents_is_refused(content_type: bytes) -> None:
    for value in (b"[%s]" % (IN_ENVELOPE % ORDER), ORDER):
        rejected = rejected_of(value, ORDERS, headers=(("content-type", content_type),))

        assert rejected.reason == "wrong_type"
        assert "cloudevents" in rejected.message


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (b'{"specversion":"1.0"}', "no data"),
        (b'{"specversion":"1.0","data":null}', "no data"),
        (b'{"specversion":"1.0","data" : null , "id":"1"}', "no data"),
        (b'{"specversion":"1.0","data_base64":null}', "no data"),
        (b'{"specversion":"1.0","data_base64":""}', "no data"),
        (b'{"specversion":"1.0","data_base64":"###"}', "data_base64"),
        (b'{"specversion":"1.0","data_base64":"YQ"}', "data_base64"),
        ('{"specversion":"1.0","data_base64":"\u00e9"}'.encode(), "data_base64"),
        (b'{"specversion":"1.0","data_base64":5}', "data_base64"),
        (b'{"specversion":"0.3","data":{}}', "specversion"),
        (b'{"specversion":"2.0","data":{}}', "specversion"),
        (b'{"specversion":"10.0","data":{}}', "specversion"),
        (b'{"specversion":"","data":{}}', "specversion"),
        (b'{"specversion":1.0,"data":{}}', "specversion"),
        (b'{"specversion":null,"data":{}}', "specversion"),
        (b'{"data":{}}', "specversion"),
        (b"[]", "Expected `object`"),
        (b"[%s]" % (IN_ENVELOPE % ORDER), "Expected `object`"),
        (b"null", "Expected `object`"),
        (b'"x"', "Expected `object`"),
    ],
)
def test_an_envelope_without_an_event_is_a_wrong_type(value: bytes, names: str) -> None:
    rejected = rejected_of(value, ORDERS, headers=HEADERS)

    assert rejected.reason == "wrong_type"
    assert names in rejected.message
    assert "envelope" in rejected.message


@pytest.mark.parametrize(
    "value",
    [
        *(
            b" ",
            b"{",
            b"nope",
            b'{"specversion":"1.0","data":{}',
            b'{"specversion":"1.0","data":{}}x',
        ),
        *(b'{"specversion":"\xff","data":{}}', IN_ENVELOPE % b'{"a":"\xff"}'),
        pytest.param(IN_ENVELOPE % (b"[" * 100_000 + b"]" * 100_000), id="a bomb as data"),
        pytest.param(IN_ENVELOPE % (b'{"x":' * 100_000 + b"1" + b"}" * 100_000), id="of objects"),
        pytest.param(
            b'{"specversion":"1.0","x":%s,"data":{}}' % (b"[" * 100_000 + b"]" * 100_000),
            id="a bomb beside the data",
        ),
        pytest.param(in_base64(b"[" * 100_000), id="a bomb in base64"),
    ],
)
def test_an_envelope_that_cannot_be_read_is_not_json(value: bytes) -> None:
    assert rejected_of(value, ORDERS, headers=HEADERS).reason == "not_json"


@pytest.mark.parametrize("value", [None, b""])
def test_an_empty_value_is_empty_whatever_the_headers(value: bytes | None) -> None:
    assert rejected_of(value, ORDERS, headers=HEADERS).reason == "empty"


def test_a_byte_order_mark_before_an_envelope_is_no_part_of_it() -> None:
    assert event_of(b"\xef\xbb\xbf" + IN_ENVELOPE % ORDER, ORDERS, headers=HEADERS).body == ORDER


def test_an_attribute_of_the_envelope_is_no_member_of_the_event() -> None:
    value = b'{"specversion":"1.0","OmedaCustomerId":9,"x":1e400,"data":{"LastName":"a"}}'

    event = event_of(value, ORDERS, headers=HEADERS)

    assert json.loads(event.body) == {"LastName": "a"}
    assert event.lane.customer == "key"


def test_data_of_another_shape_is_a_wrong_type() -> None:
    quoted = json.dumps(ORDER.decode()).encode()

    assert rejected_of(IN_ENVELOPE % quoted, ORDERS, headers=HEADERS).reason == "wrong_type"
    assert rejected_of(IN_ENVELOPE % b"[]", ORDERS, headers=HEADERS).reason == "wrong_type"


def test_data_that_is_refused_keeps_the_lane_of_its_customer() -> None:
    data = b'{"OmedaCustomerId":"07","Products":5}'

    assert read_as(IN_ENVELOPE % data, ORDERS, headers=HEADERS).lane.customer == "7"
    assert read_as(in_base64(data), ORDERS, headers=HEADERS).lane.customer == "7"


def test_an_envelope_without_its_header_is_refused_with_a_hint() -> None:
    rejected = rejected_of(IN_ENVELOPE % ORDER, ORDERS, stage="check")

    assert rejected.rules == ("other_kind",)
    assert "content-type" in rejected.message


header_names = st.sampled_from(["content-type", "Content-Type", "ce_specversion", "\udcff"])
header_values = st.one_of(
    st.none(), st.binary(), st.sampled_from([STRUCTURED.encode(), b"application/cloudevents"])
)


@given(
    st.lists(st.tuples(header_names, header_values), max_size=3).map(tuple),
    st.one_of(st.binary(), st.binary().map(lambda data: IN_ENVELOPE % data), st.just(ORDER)),
)
@example(HEADERS, b'{"specversion":"1.0","data_base64":"\\ud800"}')
@settings(deadline=None)
def test_any_headers_and_bytes_are_read_as_something(headers: Headers, value: bytes) -> None:
    assert isinstance(read_as(value, ORDERS, headers=headers), Event | Unreadable)


@given(st.binary(min_size=1))
def test_only_the_content_type_unwraps(value: bytes) -> None:
    assert payload_of(record(value=value)) == value
    assert payload_of(record(value=value, headers=(("ce_id", b"1"),))) == value
    with pytest.raises(Undecodable):
        payload_of(record(value=b""))
