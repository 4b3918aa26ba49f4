"""What is masked, what is left as it is, and what is not stored at all: by example.

`test_masking_anywhere.py` has the laws.
"""

import base64
import json

import pytest

from bridge.masking import HIDDEN, masked

# Published test numbers; none belongs to anybody.
VISA = "4111111111111111"
AMEX = "378282246310005"
CODE = "9137"
STARS = "*" * 16


def text(value: bytes | None) -> str:
    assert value is not None
    return value.decode()


def after(value: object) -> object:
    """What is stored of *value*, which holds card data."""
    stored, hidden = masked(json.dumps(value).encode())
    assert hidden
    return json.loads(text(stored))


def envelope(data: bytes) -> bytes:
    return json.dumps(
        {"specversion": "1.0", "data_base64": base64.b64encode(data).decode()}
    ).encode()


def test_both_card_fields_are_hidden_and_the_rest_of_the_order_stays() -> None:
    order = {
        "OmedaCustomerId": 1001,
        "Products": [{"OmedaProductId": 14, "Amount": 65.10}],
        "BillingInformation": {
            "CreditCardNumber": VISA,
            "CardSecurityCode": CODE,
            "ExpirationDate": "0330",
        },
    }
    billing = {
        "CreditCardNumber": HIDDEN,
        "CardSecurityCode": HIDDEN,
        "ExpirationDate": "0330",
    }

    assert after(order) == order | {"BillingInformation": billing}


@pytest.mark.parametrize("name", ["CreditCardNumber", "CardSecurityCode"])
@pytest.mark.parametrize(
    "value", [CODE, "x", int(CODE), 0, 1.5, True, False, [CODE], [], {"a": CODE}, {}, " "]
)
def test_whatever_a_card_field_holds_is_hidden(name: str, value: object) -> None:
    assert after([{name: value}]) == [{name: HIDDEN}]


@pytest.mark.parametrize("name", ["creditcardnumber", "CREDITCARDNUMBER", " CardSecurityCode "])
def test_a_card_field_is_known_in_any_case(name: str) -> None:
    assert after({name: CODE}) == {name: HIDDEN}


@pytest.mark.parametrize("empty", ['""', "null", " null "])
def test_an_empty_card_field_holds_nothing(empty: str) -> None:
    value = f'{{"CreditCardNumber":{empty},"CardSecurityCode": {empty} }}'.encode()

    assert masked(value) == (value, False)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (VISA, STARS),
        (f"1772443800000: {VISA}", f"1772443800000: {STARS}"),
        (f"paid with {VISA}.", f"paid with {STARS}."),
        ("4111 1111 1111 1111", "**** **** **** ****"),
        ("3782-822463-10005", "****-******-*****"),
        (int(VISA), HIDDEN),
        (-int(AMEX), HIDDEN),
        (float(AMEX), HIDDEN),
        ([VISA, [AMEX]], [STARS, ["*" * 15]]),
        ({VISA: {AMEX: 1}}, {STARS: {"*" * 15: 1}}),
        ({f"{VISA} x": VISA}, {f"{STARS} x": STARS}),
        ("the CardSecurityCode is 9137", HIDDEN),
        (json.dumps({"CardSecurityCode": CODE}), HIDDEN),
        (json.dumps(json.dumps([VISA])), f'"[\\"{STARS}\\"]"'),
    ],
)
def test_a_card_number_is_hidden_wherever_it_stands(value: object, stored: object) -> None:
    assert after({"Comment1": value}) == {"Comment1": stored}


@pytest.mark.parametrize(
    "value",
    [
        '{"x":"\\u0034111111111111111"}',
        '{"x":"4111\\u002d1111\\u00201111-1111"}',
        '{"Credit\\u0043ardNumber":"4111111111111111"}',
        '{"\\u0034111111111111111":1}',
        '{"CardSecurity\\u0043ode":"41111"}',
    ],
)
def test_an_escape_hides_nothing_from_the_mask(value: str) -> None:
    stored, hidden = masked(value.encode())

    assert hidden
    assert "4111" not in text(stored)
    assert "1111" not in text(stored)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_in_another_encoding_is_masked_too(encoding: str) -> None:
    stored, hidden = masked(json.dumps({"x": VISA, "y": "\u00e9"}).encode(encoding))

    assert hidden
    assert json.loads(text(stored)) == {"x": STARS, "y": "\u00e9"}


@pytest.mark.parametrize(
    "first", [f'"{VISA}"', VISA, f'{{"a":"{VISA}"}}', '"\\u0034111111111111111"']
)
def test_a_member_that_a_later_one_of_its_name_replaces_is_not_stored(first: str) -> None:
    value = f'{{"a":{{"x":{first},"y":2,"x":1}}}}'.encode()

    assert masked(value) == (b'{"a":{"x":1,"y":2}}', True)


def test_the_data_of_an_envelope_is_masked_as_what_it_is() -> None:
    stored, hidden = masked(envelope(json.dumps({"CardSecurityCode": CODE}).encode()))

    assert hidden
    data = json.loads(text(stored))["data_base64"]
    assert base64.b64decode(data) == b'{"CardSecurityCode":"***"}'


def test_data_that_is_not_json_and_holds_a_card_number_is_left_out_of_its_envelope() -> None:
    stored, hidden = masked(envelope(f"card={VISA}".encode()))

    assert hidden
    assert json.loads(text(stored)) == {"specversion": "1.0", "data_base64": ""}


def test_an_envelope_in_an_envelope_is_masked() -> None:
    stored, hidden = masked(envelope(envelope(json.dumps([VISA]).encode())))

    assert hidden
    inner = base64.b64decode(json.loads(text(stored))["data_base64"])
    assert base64.b64decode(json.loads(inner)["data_base64"]) == f'["{STARS}"]'.encode()


@pytest.mark.parametrize(
    "value",
    [
        f"card={VISA}",
        "4111 1111 1111 1111,0330",
        f'{{"x":"{VISA}"',
        f'{{"x":"{VISA}"}} trailing',
        "CreditCardNumber",
        "cardsecuritycode=9137",
        f"[{VISA}," + "9" * 5000 + "]",
        f"[{VISA},1e9999999999999999999]",
        f'["\\ud800","{VISA}"]',
        "[" * 100_000 + f'"{VISA}"',
        "[" * 100_000 + f'"{VISA}"' + "]" * 100_000,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_what_is_not_json_and_may_hold_card_data_is_not_stored(value: str, encoding: str) -> None:
    stored, hidden = masked(value.encode(encoding, "surrogatepass"))

    assert hidden
    assert stored is None


def test_card_data_among_bytes_of_no_encoding_is_not_stored() -> None:
    assert masked(b"\xff\xfe" + VISA.encode() + b"\x80") == (None, True)
    assert masked(b"\x80CARDSECURITYCODE\xff") == (None, True)
    assert masked(VISA.encode() + b"\x000") == (None, True)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"null",
        b'{ "a" : 1.10, "b": [1e5, 12345678901234567890123] }',
        b'{"a":1,"a":2}',
        b'{"at":1772443800001,"us":1772443800000008,"ns":"1772443800000000001"}',
        b'{"at":1772443800000} and not JSON',
        b'{"id":4111111111111112,"x":"4222222222223"}',
        b'{"x":"4111  1111  1111  1111"}',
        b'{"x":"411111111111111111111"}',
        b'{"phone":"847-555-7527","order":"ORD-19520-2026"}',
        b'{"name":"caf\\u00e9","x":"\\u0000"}',
        b'\xef\xbb\xbf{"a":"\\u00e9"}',
        b'{"note":"the card number is missing"}',
        b"\x00\xff" * 100,
        b"not json \\u0041",
        envelope(b'{"OmedaCustomerId":1001}'),
        b'{"data_base64":"!!"}',
        b'{"data_base64":17}',
        b'{"data_base64":"\xc3\xa9"}',
    ],
)
def test_without_card_data_every_byte_stays(value: bytes | None) -> None:
    assert masked(value) == (value, False)


def test_numbers_and_unknown_letters_beside_card_data_stay_as_they_were() -> None:
    value = '{"a":1.10,"b":1E+2,"c":12345678901234567890123,"d":"\u00e9","e":"%s"}'

    stored, _ = masked((value % VISA).encode())

    assert text(stored).replace("1E+2", "100") == (value % STARS).replace("1E+2", "100")


def test_a_large_value_is_masked_to_its_end() -> None:
    many = [{"Comment1": f"{number} x"} for number in range(50_000)]

    assert after([*many, {"Comment1": VISA}]) == [*many, {"Comment1": STARS}]
    assert masked(b" " * (1 << 20) + VISA.encode() + b"x") == (None, True)
    assert masked(b"[" * (1 << 20)) == (b"[" * (1 << 20), False)


@pytest.mark.timeout(60)  # in proportion to the value it takes no time, by its square hours
@pytest.mark.parametrize("unit", [b"\\", b"\\u", b"4 ", b'"', b"[", b"\x00", b"\\u0034"])
def test_a_mebibyte_of_one_thing_is_masked_in_proportion(unit: bytes) -> None:
    masked(b"\\u" + unit * (1 << 19))
