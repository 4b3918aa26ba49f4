"""A value as it may be stored: card numbers and security codes are written nowhere. Pure.

The same value is always masked in the same way, so that a masked copy can be told to be that
of its original.
"""

import base64
import binascii
import json
import re
from decimal import Decimal
from typing import Any

import msgspec

from bridge.cards import scrub
from bridge.secret import Secret

HIDDEN = "***"

_NAMES = re.compile(rb"creditcardnumber|cardsecuritycode", re.IGNORECASE)
_SENT = re.compile(rb'"(?:CreditCardNumber|CardSecurityCode)":("(?:[^"\\]|\\.)*")')
_SUSPICIOUS = re.compile(
    # A name or a long number, as it stands; or what could hide either of them.
    rb"creditcardnumber|cardsecuritycode|data_base64|\\u|(?:[0-9][ .-]?){13}|\x00",
    re.IGNORECASE,
)
# Anchored and possessive: a long run of backslashes is read once.
_ESCAPED = re.compile(rb"(?<!\\)\\++u00([0-7][0-9a-f])", re.IGNORECASE)
_TIMESTAMP = re.compile(r"1[0-9]{12}(?:[0-9]{3}){0,2}", re.ASCII)
"""Milli-, micro- or nanoseconds since the epoch. No card number of these lengths begins so."""

_encoder = msgspec.json.Encoder(decimal_format="number")


def card_data(body: bytes) -> list[Secret]:
    """What *body*, as the bridge writes it, says of a card: Omeda may quote it in an error."""
    return [Secret(json.loads(found)) for found in _SENT.findall(body)]


def masked(value: bytes | None) -> tuple[bytes | None, bool]:
    """*value* without card data, and whether there was any.

    What is not JSON cannot be masked member by member: where it may hold a card number or
    names a card's members, nothing of it is left.
    """
    if not value or not _SUSPICIOUS.search(value):
        return value, False
    try:
        tree, whole = _tree(value)
        clean = _clean(tree)
        if clean == tree and (whole or not _betrays(value)):
            return value, False
        return _encoder.encode(clean), True
    # Of JSON, of its numbers, of its depth.
    except (ValueError, ArithmeticError, RecursionError):
        return (None, True) if _betrays(value) else (value, False)


def _tree(value: bytes) -> tuple[Any, bool]:
    """The value's content, and whether it shows all of it.

    Of members that are given twice, an earlier one is in the bytes alone.
    """
    whole = True

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal whole
        found = dict(pairs)
        whole = whole and len(found) == len(pairs)
        return found

    return json.loads(value, object_pairs_hook=members, parse_float=Decimal), whole


def _clean(node: Any) -> Any:
    match node:
        case dict():
            # `{"name": "CardSecurityCode", "value": ...}`: which member it names is not known.
            if any(isinstance(value, str) and _names_a_field(value) for value in node.values()):
                return {scrub(name): _hidden(value) for name, value in node.items()}
            return {scrub(name): _member(name, value) for name, value in node.items()}
        case list():
            return [_clean(item) for item in node]
        case str():
            return _text(node)
        case int() | Decimal() if not isinstance(node, bool):
            return HIDDEN if _is_card(node) else node
        case _:
            return node


def _is_card(number: int | Decimal) -> bool:
    # A number has a card's digits whatever its exponent, and may have zeros behind them.
    digits = "".join(map(str, Decimal(number).as_tuple().digits))
    written = (str(number).partition(".")[0], digits, digits.rstrip("0"))
    return any(_text(text) != text for text in written)


def _member(name: str, value: Any) -> Any:
    if _names_a_field(name):
        return _hidden(value)
    if name == "data_base64" and isinstance(value, str):
        return _wrapped(value)
    return _clean(value)


def _hidden(value: Any) -> Any:
    return value if value in (None, "") else HIDDEN


def _names_a_field(text: str) -> bool:
    return _NAMES.search(text.encode(errors="replace")) is not None


def _text(text: str) -> str:
    if _TIMESTAMP.fullmatch(text):
        return text
    if _names_a_field(text):
        return HIDDEN
    # JSON within JSON, in which names and digits may be escaped or wrapped once more.
    if ("\\u" in text or "data_base64" in text) and masked(text.encode(errors="replace"))[1]:
        return HIDDEN
    return scrub(text)


def _wrapped(text: str) -> str:
    """The data of a CloudEvents envelope; its padding and its lines are as they may be."""
    bare = "".join(text.split()).rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    try:
        data, hidden = masked(base64.b64decode(bare + "=" * (-len(bare) % 4)))
    except (binascii.Error, ValueError):
        return _text(text)
    return base64.b64encode(data or b"").decode() if hidden else text


def _betrays(value: bytes) -> bool:
    """Whether bytes that were not read as JSON may hold card data, as they stand or disguised."""
    # UTF-16 has a zero byte beside each digit.
    bare = value.replace(b"\x00", b"")
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), bare)
    return b"data_base64" in plain.lower() or any(
        _NAMES.search(text) or scrub(each := text.decode("latin-1")) != each
        for text in (value, bare, plain)
    )
