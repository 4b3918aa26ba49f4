"""Bytes to an Event, or to the reason why never. Pure.

The body that Omeda gets is the record's own value, byte for byte, unless the customer id
has to be brought into its canonical form.
"""

from typing import Any

import msgspec

from bridge.errors import Undecodable
from bridge.events import Behaviors, Order
from bridge.identity import lane_of
from bridge.model import Event, Kind, Record, Rejected, Route, Unreadable

MESSAGE_CHARACTERS = 500
"""A decoder's message can quote the value; it is cut to this length."""

_DECODERS: dict[Kind, msgspec.json.Decoder[Behaviors] | msgspec.json.Decoder[Order]] = {
    Kind.BEHAVIOR: msgspec.json.Decoder(Behaviors),
    Kind.ORDER: msgspec.json.Decoder(Order),
}
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_anything = msgspec.json.Decoder(dict[str, Any])


def decode(record: Record, route: Route) -> Event | Unreadable:
    """Read *record* as its route's kind of event. Never raises, whatever the bytes."""
    try:
        text = _utf8(record.value)
        event = _decoded(route.service.kind, text)
    except Undecodable as error:
        lane = lane_of(record, route.service.brand, _salvaged(record))
        return Unreadable(lane, _rejected(error))
    lane = lane_of(record, route.service.brand, msgspec.structs.asdict(event))
    return Event(lane, _body(record, text, event), _count(event))


def _utf8(value: bytes | None) -> str:
    if not value:
        raise Undecodable("empty", "the record has no value")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Undecodable("not_json", f"the value is not UTF-8: {error.reason}") from error


def _decoded(kind: Kind, text: str) -> Behaviors | Order:
    try:
        return _DECODERS[kind].decode(text)
    except msgspec.ValidationError:
        return _decoded_with_last_members(kind, text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Undecodable("not_json", str(error)) from error


def _decoded_with_last_members(kind: Kind, text: str) -> Behaviors | Order:
    """Decode once more, with the last of each member: an earlier one of wrong type is void.

    Also tells what is not JSON at all: the decoder stops at the first wrong type, whatever
    follows.
    """
    try:
        members = _members.decode(text)
    except msgspec.ValidationError as error:
        raise Undecodable("wrong_type" if _is_json(text) else "not_json", str(error)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Undecodable("not_json", str(error)) from error
    try:
        return _DECODERS[kind].decode(msgspec.json.encode(members))
    except msgspec.ValidationError as error:
        raise Undecodable("wrong_type", str(error)) from error


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _salvaged(record: Record) -> dict[str, Any]:
    """The members of a value that is an object at least, so that its lane can be told."""
    try:
        return _anything.decode(record.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _body(record: Record, text: str, event: Behaviors | Order) -> bytes:
    customer = event.OmedaCustomerId
    if not isinstance(customer, str):
        return record.value or b""
    members = _members.decode(text)
    # Not by way of int(): that refuses long runs of digits, leading zeros among them.
    members["OmedaCustomerId"] = msgspec.Raw(customer.lstrip("0").encode())
    return msgspec.json.encode(members)


def _count(event: Behaviors | Order) -> int:
    return len(event.CustomerBehaviors) if isinstance(event, Behaviors) else 1


def _rejected(error: Undecodable) -> Rejected:
    return Rejected(error.reason, "decode", type(error).__name__, str(error)[:MESSAGE_CHARACTERS])
