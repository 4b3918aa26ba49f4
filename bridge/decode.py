"""Bytes to a typed event, or to the reason why never. Pure."""

import codecs
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import msgspec

from bridge.errors import Undecodable
from bridge.events import AssignBehavior, StoreOrder
from bridge.events.values import read, write
from bridge.members import Extra, put_back, set_aside
from bridge.model import Kind

Submission = AssignBehavior | StoreOrder

_ELEMENTS: dict[Kind, type[Submission]] = {
    Kind.BEHAVIOR: AssignBehavior,
    Kind.ORDER: StoreOrder,
}
_NOTHING = Extra({}, {})

# Numbers as they came: a float would write 1.10 as 1.1.
_encoder = msgspec.json.Encoder(enc_hook=write, decimal_format="number")


class Decoded(NamedTuple):
    """An event, and the members that Omeda's pages do not name."""

    event: Submission
    extra: Extra

    def body(self) -> bytes:
        """What Omeda gets: the canonical form, and the unnamed members as they came."""
        body = _encoder.encode(self.event)
        return put_back(body, self.extra) if self.extra else body

    def tail(self) -> bytes:
        """Of a behavior's body: what stands behind the list."""
        beyond = self.extra.members
        return b"]," + msgspec.json.encode(beyond)[1:] if beyond else b"]}"


class EventDecoder:
    """Reads one kind of event; dates with a zone are turned into the clock of *zone*."""

    def __init__(self, kind: Kind, zone: tzinfo) -> None:
        self._element = _ELEMENTS[kind]
        self._decoder = _decoder(self._element, zone)

    def decode(self, payload: bytes) -> Decoded:
        """Read *payload*. Raises Undecodable; nothing else, whatever the bytes."""
        text = _utf8(payload)
        try:
            return Decoded(self._decoder.decode(text), _NOTHING)
        except msgspec.ValidationError:
            return self._decode_known(text)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _not_json(error) from error

    def _decode_known(self, text: str) -> Decoded:
        """Once more, without what no struct names; what is wrong now is wrong."""
        try:
            known, extra = set_aside(text.encode(), self._element)
            return Decoded(self._decoder.decode(known), extra)
        except msgspec.ValidationError as error:
            # The decoder stops at the first wrong type, whatever follows.
            raise Undecodable("wrong_type" if _is_json(text) else "not_json", str(error)) from error
        except (msgspec.DecodeError, RecursionError) as error:
            raise _not_json(error) from error


def _decoder(element: type[Submission], zone: tzinfo) -> msgspec.json.Decoder[Submission]:
    def hook(wanted: type, value: Any) -> Any:
        return read(wanted, value, zone)

    return msgspec.json.Decoder(
        element,
        dec_hook=hook,
        float_hook=_number,
    )


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("Expected a number with a smaller exponent") from error


def _utf8(payload: bytes) -> str:
    try:
        return payload.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise Undecodable("not_json", f"the value is not UTF-8: {error.reason}") from error


def _not_json(error: Exception) -> Undecodable:
    if isinstance(error, RecursionError):
        return Undecodable("not_json", "the value is nested too deeply")
    return Undecodable("not_json", str(error))


def _is_json(text: str) -> bool:
    try:
        # As raw bytes: a number that is too large for any type is still JSON.
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
