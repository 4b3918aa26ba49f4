"""Members that no struct names: set aside before an event is decoded, put back where it is sent.

So what Omeda has and does not document still reaches it, byte for byte and in its place.
Raises msgspec's own errors, where something is not what it must be.
"""

from typing import NamedTuple

import msgspec
from msgspec import Raw

from bridge.events import Column, Element, columns

_members = msgspec.json.Decoder(dict[str, Raw])
_items = msgspec.json.Decoder(list[Raw])
_text = msgspec.json.Decoder(str)

ALONE = -1
"""The place of an element that stands alone, not in a list."""


class Extra(NamedTuple):
    """What an element holds beyond its struct, and what the elements below it do."""

    members: dict[str, Raw]
    below: dict[str, dict[int, "Extra"]]

    def __bool__(self) -> bool:
        return bool(self.members or self.below)

    def paths(self, prefix: str = "") -> list[str]:
        """Where each of them stands: `Products[1].Filter`."""
        found = [prefix + name for name in self.members]
        for name, places in self.below.items():
            for place, extra in places.items():
                where = name if place == ALONE else f"{name}[{place}]"
                found += extra.paths(f"{prefix}{where}.")
        return found


def set_aside(raw: bytes, element: type[Element]) -> tuple[bytes, Extra]:
    """*raw* with the members of *element* alone, and the others.

    Where a member occurs twice, the last one counts.
    """
    known: dict[str, Raw] = {}
    extra = Extra({}, {})
    shape = {column.name: column for column in columns(element)}
    for name, value in _members.decode(raw).items():
        if column := shape.get(name):
            known[name] = _tidied(value, column, extra)
        else:
            extra.members[name] = value.copy()
    return msgspec.json.encode(known), extra


def put_back(body: bytes, extra: Extra) -> bytes:
    """*body* with what was set aside."""
    members: dict[str, Raw] = _members.decode(body)
    for name, places in extra.below.items():
        members[name] = Raw(_filled(bytes(members[name]), places))
    return msgspec.json.encode({**members, **extra.members})


def _tidied(value: Raw, column: Column, extra: Extra) -> Raw:
    raw = bytes(value)
    if column.integer:
        return Raw(_unquoted(raw))
    if column.element is None:
        return value
    if column.many and raw.startswith(b"["):
        items = [_element(bytes(item), place, column, extra) for place, item in _numbered(raw)]
        return Raw(msgspec.json.encode(items))
    return _element(raw, ALONE, column, extra)


def _element(raw: bytes, place: int, column: Column, extra: Extra) -> Raw:
    if column.element is None or not raw.startswith(b"{"):
        # Not an element: what decodes it will say so.
        return Raw(raw)
    tidied, beyond = set_aside(raw, column.element)
    if beyond:
        extra.below.setdefault(column.name, {})[place] = beyond
    return Raw(tidied)


def _numbered(raw: bytes) -> list[tuple[int, Raw]]:
    return list(enumerate(_items.decode(raw)))


def _unquoted(raw: bytes) -> bytes:
    """A string of digits as a number, which may not begin with zeros."""
    if not raw.startswith(b'"'):
        return raw
    # Also where some of the digits are escaped.
    digits = _text.decode(raw).encode() if b"\\" in raw else raw[1:-1]
    return digits.lstrip(b"0") or b"0" if digits.isdigit() else raw


def _filled(raw: bytes, places: dict[int, Extra]) -> bytes:
    if ALONE in places:
        return put_back(raw, places[ALONE])
    items = [
        Raw(put_back(bytes(item), places[place])) if place in places else item
        for place, item in _numbered(raw)
    ]
    return msgspec.json.encode(items)
