"""What a dead letter says, read back: which record it is of, and what is sent again. Pure.

A letter is named by its place in the dead-letter topic. A marker is no letter: it stands in the
same topic and names a letter that was replayed.
"""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from bridge.masking import masked
from bridge.model import Partition
from bridge.record import Record

Header = tuple[str, bytes | None]

REPLAYS = "bridge.replays"
"""Of a replayed record, and of its later letters: how often it has been replayed."""

REPLAYED = "bridge.replayed"
"""Of a marker: the letter that was replayed."""

VALUE_OMITTED = "bridge.value_omitted"
HEADERS_OMITTED = "bridge.headers_omitted"
KEY_OMITTED = "bridge.key_omitted"
"""What the topic had no room for: the record stands whole at the letter's source."""

OURS = frozenset(
    {
        "__connect.errors.topic",
        "__connect.errors.partition",
        "__connect.errors.offset",
        "__connect.errors.stage",
        "__connect.errors.exception.class.name",
        "__connect.errors.exception.message",
        "bridge.reason",
        "bridge.attempts",
        "bridge.status",
        "bridge.submission_id",
        "bridge.brand",
        "bridge.kind",
        "bridge.timestamp",
        "bridge.failed_at",
        "bridge.version",
        "bridge.masked",
        VALUE_OMITTED,
        HEADERS_OMITTED,
        KEY_OMITTED,
        REPLAYED,
    }
)
"""Every header that a letter or a marker may get. No record's own header of such a name is kept."""


class Place(NamedTuple):
    """Where a letter stands in the dead-letter topic: its name."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"


def place_named(text: str) -> Place:
    """The place that *text* names. Raises ValueError."""
    partition, colon, offset = text.partition(":")
    if not (colon and _is_number(partition) and _is_number(offset)):
        raise ValueError(f"{text!r} names no letter: partition:offset is expected, such as 0:42")
    return Place(int(partition), int(offset))


class Stored(Struct, frozen=True):
    """A letter as it stands in the dead-letter topic; what it does not say is empty."""

    record: Record
    """The letter itself, in the dead-letter topic."""
    source: Partition
    offset: int
    reason: str
    brand: str
    kind: str
    status: str
    message: str
    timestamp_ms: int | None
    """The record's own time; when the letter was written is another."""
    failed_at_ms: int | None
    masked: bool
    value_omitted: bool
    headers_omitted: bool
    key_omitted: bool
    replays: int

    @property
    def place(self) -> Place:
        """Its name."""
        return place_of(self.record)

    @property
    def whole(self) -> bool:
        """Its value and its headers are the record's, byte for byte."""
        return not (self.masked or self.value_omitted)

    @property
    def own_headers(self) -> tuple[Header, ...]:
        """Those that the record had itself."""
        return own(self.record.headers)


class Again(NamedTuple):
    """What is produced to the source topic."""

    partition: Partition
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]
    timestamp_ms: int | None


def place_of(record: Record) -> Place:
    """The name of the letter that *record* is."""
    return Place(record.partition.number, record.offset)


def replayed_by(record: Record) -> Place | None:
    """The letter that *record* marks as replayed, where it is a marker."""
    said = _said(record)
    if "__connect.errors.topic" in said or REPLAYED not in said:
        return None
    try:
        return place_named(said[REPLAYED])
    except ValueError:
        return None


def stored(record: Record) -> Stored | None:
    """The letter that *record* is; None where it does not say what it is a letter of."""
    said = _said(record)
    topic = said.get("__connect.errors.topic")
    partition = _number(said.get("__connect.errors.partition"))
    offset = _number(said.get("__connect.errors.offset"))
    if not topic or partition is None or offset is None:
        return None
    return Stored(
        record,
        Partition(topic, partition),
        offset,
        reason=said.get("bridge.reason", ""),
        brand=said.get("bridge.brand", ""),
        kind=said.get("bridge.kind", ""),
        status=said.get("bridge.status", ""),
        message=said.get("__connect.errors.exception.message", ""),
        timestamp_ms=_number(said.get("bridge.timestamp")),
        failed_at_ms=_number(said.get("bridge.failed_at")),
        masked=said.get("bridge.masked") == "true",
        value_omitted=said.get(VALUE_OMITTED) == "true",
        headers_omitted=said.get(HEADERS_OMITTED) == "true",
        key_omitted=said.get(KEY_OMITTED) == "true",
        replays=_number(said.get(REPLAYS)) or 0,
    )


def own(headers: Iterable[Header]) -> tuple[Header, ...]:
    """The headers that the record had before it became a letter."""
    return tuple(header for header in headers if header[0] not in OURS)


def is_of(letter: Stored, original: Record) -> bool:
    """Whether *original*, once masked, is what *letter* tells of it."""
    value, hidden = masked(original.value)
    had = own(original.headers)
    headers = tuple((name, masked(held)[0]) for name, held in had)
    return (
        (letter.key_omitted or letter.record.key == original.key)
        and letter.timestamp_ms in (None, original.timestamp_ms)
        and (letter.headers_omitted or letter.own_headers == headers)
        and letter.masked == (hidden or headers != had)
        and (letter.value_omitted or letter.record.value == value)
    )


def again(letter: Stored, original: Record | None = None) -> Again:
    """What a replay of *letter* produces; *original* is what it is of, where it is not whole."""
    record = letter.record if original is None else original
    told = letter.timestamp_ms if original is None else original.timestamp_ms
    kept = tuple(header for header in own(record.headers) if header[0] != REPLAYS)
    count = (REPLAYS, str(letter.replays + 1).encode())
    timestamp = None if told is None or told < 0 else told
    return Again(letter.source, record.key, record.value, (*kept, count), timestamp)


def _said(record: Record) -> dict[str, str]:
    return {name: (value or b"").decode(errors="replace") for name, value in record.headers}


def _number(text: str | None) -> int | None:
    return int(text) if text and _is_number(text) else None


def _is_number(text: str) -> bool:
    # A longer one is no offset, and int() would refuse the longest.
    return text.isascii() and text.isdigit() and len(text) <= len(str(2**63))
