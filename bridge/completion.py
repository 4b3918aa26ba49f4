"""The completion map: which records above the committed offset are already settled.

It travels in the metadata of the committed offset, so that the next owner of the
partition does not deliver those records again. Text, because Kafka's metadata is text:
a version character, a form character, and base64 of a checksum and the payload.

The checksum covers partition and committed offset as well: a map that was written for another
place, by another program, or that was damaged must read as "nothing is known". A map
that is wrongly believed would lose events; one that is wrongly ignored only repeats some.
"""

import base64
import binascii
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from bridge.model import Partition

ROOM = 4096
"""Characters that Kafka stores with an offset by default (`offset.metadata.max.bytes`)."""

_VERSION = "2"
_RUNS, _BITS = "r", "b"
_CHECKSUM_BYTES = 4
_SEVEN_BITS, _MORE = 0x7F, 0x80


class Span(NamedTuple):
    """The settled offsets from *start* up to, not including, *end*."""

    start: int
    end: int


class Completed:
    """The offsets that a completion map names as settled."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans = list(spans)
        self._edges = [edge for span in self._spans for edge in span]

    def __contains__(self, offset: int) -> bool:
        return bisect_right(self._edges, offset) % 2 == 1

    def above(self, offset: int) -> Iterator[Span]:
        """The named offsets from *offset* on."""
        for start, end in self._spans:
            if end > offset:
                yield Span(max(start, offset), end)

    def __bool__(self) -> bool:
        return bool(self._spans)

    def __repr__(self) -> str:
        return f"<Completed: {len(self._spans)} spans>"


def encode(partition: Partition, base: int, spans: list[Span]) -> str:
    """The map for *partition*'s committed offset *base*; *spans* ascend and lie above it.

    Empty where there is nothing to tell. May be longer than `ROOM`: the caller decides.
    """
    if not spans:
        return ""
    runs = _runs(base, spans)
    # A bitmap needs a bit an offset; do not build one that cannot win.
    if len(runs) * 8 <= spans[-1].end - base:
        return _text(_RUNS, partition, base, runs)
    return _text(_BITS, partition, base, _bits(base, spans))


def decode(partition: Partition, base: int, text: str) -> Completed:
    """What *text*, stored with *partition*'s committed offset *base*, tells. Never raises."""
    if not text.startswith(_VERSION) or text[1:2] not in _SPANS:
        return Completed()
    try:
        raw = base64.b64decode(text[2:].encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return Completed()
    payload, checksum = raw[:-_CHECKSUM_BYTES], raw[-_CHECKSUM_BYTES:]
    if checksum != _checksum(text[1], partition, base, payload):
        return Completed()
    return Completed(_SPANS[text[1]](base, payload))


def _text(form: str, partition: Partition, base: int, payload: bytes) -> str:
    sealed = payload + _checksum(form, partition, base, payload)
    return _VERSION + form + base64.b64encode(sealed).decode("ascii")


def _checksum(form: str, partition: Partition, base: int, payload: bytes) -> bytes:
    place = f"{form}{partition}@{base}"
    return zlib.crc32(payload, zlib.crc32(place.encode())).to_bytes(_CHECKSUM_BYTES)


def _runs(base: int, spans: list[Span]) -> bytes:
    """Lengths of alternating runs, the first one unsettled, as variable-length integers."""
    edges = [base, *(edge for span in spans for edge in span)]
    return b"".join(_varint(high - low) for low, high in pairwise(edges))


def _spans_of_runs(base: int, payload: bytes) -> Iterator[Span]:
    edge, start = base, None
    for length in _varints(payload):
        edge += length
        if start is None:
            start = edge
        else:
            yield Span(start, edge)
            start = None


def _bits(base: int, spans: list[Span]) -> bytes:
    """One bit an offset above *base*, least significant first."""
    bits = 0
    for start, end in spans:
        bits |= ((1 << (end - start)) - 1) << (start - base)
    return bits.to_bytes((spans[-1].end - base + 7) // 8, "little")


def _spans_of_bits(base: int, payload: bytes) -> Iterator[Span]:
    bits, edge = int.from_bytes(payload, "little"), base
    while bits:
        gap = _trailing_zeros(bits)
        bits >>= gap
        length = _trailing_zeros(~bits)
        bits >>= length
        yield Span(edge + gap, edge + gap + length)
        edge += gap + length


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


_SPANS = {_RUNS: _spans_of_runs, _BITS: _spans_of_bits}


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > _SEVEN_BITS:
        out.append(number & _SEVEN_BITS | _MORE)
        number >>= 7
    out.append(number)
    return bytes(out)


def _varints(payload: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in payload:
        number |= (byte & _SEVEN_BITS) << shift
        shift += 7
        if byte < _MORE:
            yield number
            number = shift = 0
