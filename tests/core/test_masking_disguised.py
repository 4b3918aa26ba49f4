"""Card data that stands in a value without showing as such."""

import base64
import json

import pytest

from bridge.masking import masked

CODE = '{"CardSecurityCode":"9137"}'
ESCAPED = '"\\u0034111111111111111"'
"""4111111111111111, a published test number."""
ESCAPED_CODE = '{"CardSecurit\\u0079Code":"9137"}'
DATA = base64.b64encode(CODE.encode()).decode()


@pytest.mark.parametrize(
    "card",
    [ESCAPED, ESCAPED_CODE, f'{{"data_base64":"{DATA}"}}'],
    ids=["number", "name", "data"],
)
@pytest.mark.parametrize(
    "value",
    [
        pytest.param('["\\ud800",%s]', id="half a surrogate"),
        pytest.param("[1e99999999999999999999,%s]", id="a number without bounds"),
        pytest.param("[" + "9" * 5000 + ",%s]", id="a number of 5000 digits"),
        pytest.param("[" * 100_000 + "%s" + "]" * 100_000, id="nested deeply"),
        pytest.param("[%s", id="cut off"),
        pytest.param("[%s] trailing", id="more behind it"),
    ],
)
def test_what_is_written_otherwise_in_what_cannot_be_read_is_not_stored(
    value: str, card: str
) -> None:
    assert masked((value % card).encode()) == (None, True)


@pytest.mark.parametrize("card", [ESCAPED, ESCAPED_CODE, f'{{"data_base64":"{DATA}"}}'])
def test_what_is_written_otherwise_in_a_text_that_is_json_is_masked(card: str) -> None:
    assert masked(json.dumps({"x": card}).encode())[1]


@pytest.mark.parametrize(
    "number", ["4111111111111111e2", "4111111111111111e-2", "41111111.11111111e8"]
)
def test_a_number_with_an_exponent_is_masked(number: str) -> None:
    assert masked(f"[{number}]".encode())[1]


@pytest.mark.parametrize(
    "value",
    [
        '{"BillingInformation.CardSecurityCode":"9137"}',
        '{"name":"CardSecurityCode ","value":"9137"}',
        json.dumps({"data_base64": DATA.rstrip("=")}),
        json.dumps({"data_base64": DATA[:10] + "\n" + DATA[10:-1]}),
    ],
    ids=["a flat name", "a name as a value", "data without padding", "data in lines"],
)
def test_a_security_code_under_another_shape_is_masked(value: str) -> None:
    stored, hidden = masked(value.encode())

    assert hidden
    assert b"9137" not in (stored or b"")
    assert DATA.rstrip("=")[-12:].encode() not in (stored or b"")


@pytest.mark.parametrize("value", [b'{"a":"\\u00e9","a":1}', b'{"a":1772443800000,"a":1}'])
def test_a_member_given_twice_is_no_card_data(value: bytes) -> None:
    assert masked(value) == (value, False)
