"""Laws of the mask: no card number is left wherever it stands, and nothing else is touched."""

import base64
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bridge.cards import scrub
from bridge.masking import masked
from tests.core.test_cards import with_check_digit

BODIES = ("422222222222", "3782822463100", "54545454545454", "601111111111111", "30000000000000000")
NUMBERS = [*map(with_check_digit, BODIES), "4111111111111111", "6304000000000000000"]
"""Of 13 to 19 digits, invented or published for tests."""
CODE = "\u20179137"
"""A security code that occurs nowhere else."""

words = st.text("abz .,:\u00fc\n\\\"'", max_size=6)


def escaped(number: str) -> str:
    return f"\\u003{number[0]}{number[1:]}"


def grouped(number: str, sign: str) -> str:
    return sign.join(re.findall("[0-9]{1,4}", number))


numbers = st.sampled_from(NUMBERS)
shown = st.one_of(
    numbers,
    st.builds(grouped, numbers, st.sampled_from(" -")),
    st.builds(lambda number: f"{number} 0330", numbers),
)
sentences = st.builds(lambda before, number, after: f"{before}{number}{after}", words, shown, words)
"""Texts that hold a card number."""

card_objects = st.builds(
    lambda name, value: {name: value},
    st.sampled_from(["CreditCardNumber", "cardsecuritycode", " CardSecurityCode"]),
    st.sampled_from([CODE, [CODE], {"x": CODE}]),
)
data = st.one_of(sentences.map(json.dumps), card_objects.map(json.dumps), sentences)
planted = st.one_of(
    sentences.map(json.dumps),
    numbers,
    numbers.map(lambda number: f"-{number}.00"),
    numbers.map(lambda number: f'"{escaped(number)}"'),
    card_objects.map(json.dumps),
    data.map(lambda text: json.dumps(json.dumps([text], ensure_ascii=False), ensure_ascii=False)),
    data.map(lambda text: json.dumps({"data_base64": base64.b64encode(text.encode()).decode()})),
    sentences.map(lambda key: json.dumps({key: 1})),
    numbers.map(lambda number: f'{{"{escaped(number)}":null}}'),
    sentences.map(lambda text: f'{{"x":{json.dumps(text)},"x":1}}'),
)
"""JSON texts that hold card data, each in another way."""

names = st.sampled_from(["a", "b", "data", "\u00fc"]).map(json.dumps)
around = st.one_of(words.map(json.dumps), st.sampled_from(["1", "true", "null", "1.10", "[]"]))


def objects(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    member = st.builds(lambda name, value: f"{name}: {value}", names, below)
    return st.lists(member, max_size=3).map(lambda members: "{" + ", ".join(members) + "}")


def arrays(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(below, max_size=3).map(lambda items: f"[{','.join(items)}]")


trees = st.recursive(around | planted, lambda below: arrays(below) | objects(below), max_leaves=8)
encodings = st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32-be"])


def texts(node: Any) -> Iterator[str]:
    """All that a reader could find in *node*: also in texts that are JSON, and in data."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from texts(value)
            if name == "data_base64" and isinstance(value, str):
                yield from within(base64.b64decode(value).decode())
    elif isinstance(node, list):
        for item in node:
            yield from texts(item)
    elif isinstance(node, str):
        yield from within(node)
    else:
        yield str(node)


def within(text: str) -> Iterator[str]:
    yield text
    try:
        node = json.loads(text)
    except ValueError:
        return
    if not isinstance(node, str) or node != text:
        yield from texts(node)


def shows_a_card(value: bytes) -> bool:
    found = [value.decode(), *texts(json.loads(value, parse_float=Decimal))]
    joined = [re.sub("[ -]", "", text) for text in found]
    return any(secret in text for text in joined for secret in [*NUMBERS, CODE])


@given(trees, encodings)
@example('{"x":"4111 1111 1111 1111"}', "utf-16")
@example('{"x":{"a":"4111111111111111","a":"b"}}', "utf-8")
def test_no_card_number_and_no_security_code_is_left_in_what_is_json(
    text: str, encoding: str
) -> None:
    stored, hidden = masked(text.encode(encoding))

    assert stored is not None
    if hidden:
        assert not shows_a_card(stored)
    else:
        assert stored == text.encode(encoding)
        assert not shows_a_card(text.encode())


@given(planted, encodings)
def test_whatever_is_planted_is_found(text: str, encoding: str) -> None:
    assert masked(text.encode(encoding))[1]


@given(trees, encodings)
def test_the_mask_is_always_the_same_and_has_nothing_to_do_twice(text: str, encoding: str) -> None:
    value = text.encode(encoding)
    once = masked(value)

    assert masked(value) == once
    if once[1]:
        assert masked(once[0]) == (once[0], False)


timestamps = st.sampled_from([1_772_443_800_001, 1_772_443_800_000_008, 1_772_443_800_000_000_001])
"""They pass the Luhn test, and are no card numbers."""
plain = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**11), 10**11),
        st.text(st.characters(exclude_categories=["Nd"])).filter(
            lambda text: "ar" not in text.lower()
        ),
        st.binary(max_size=6).map(lambda found: {"data_base64": base64.b64encode(found).decode()}),
        timestamps,
        timestamps.map(str),
    ),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(words, below, max_size=3),
    max_leaves=10,
)


@given(node=plain, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]), encoding=encodings)
def test_without_card_data_a_value_stays_byte_for_byte(
    node: Any, indent: int | None, encoding: str, *, ascii_only: bool
) -> None:
    value = json.dumps(node, ensure_ascii=ascii_only, indent=indent).encode(
        encoding, "surrogatepass"
    )

    assert masked(value) == (value, False)


pieces = st.sampled_from(
    [
        *(b"4111111111111111", b"4111 1111-1111 1111", b'"CreditCardNumber"', b"CardSecurityCode"),
        *(b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\\ud800", b"\x00", b"\xff", b"\xc3"),
        *(b"null", b"NaN", b"-Infinity", b'"data_base64":"', b"NDExMTExMTExMTExMTExMQ==", b" "),
        *(b"{" * 2000, b'{"a":' * 400, b"}" * 400, b"9" * 5000, b"[1e99999999999999999999]"),
    ]
)
noise = st.lists(pieces | st.binary(max_size=4), max_size=12).map(b"".join)


@given(st.binary() | noise)
def test_any_bytes_are_masked_or_left_out_and_nothing_is_raised(value: bytes) -> None:
    stored, hidden = masked(value)

    if not hidden:
        assert stored == value
    elif stored is not None:
        json.loads(stored)
    seen = (stored or b"").decode("latin-1")
    assert scrub(seen) == seen
    assert "\x00".join("4111111111111111") not in seen


@given(st.sampled_from(NUMBERS), noise.filter(lambda found: found[:1] not in (b" ", b"-")))
def test_a_card_number_among_any_bytes_is_never_stored(number: str, around: bytes) -> None:
    stored, hidden = masked(b"<%s>%s" % (number.encode(), around))

    assert (stored, hidden) == (None, True)
