"""Dates as Omeda writes them: no zone, no `T`.

Omeda names no zone; its e-mail pages and its users read Central time, which is why a brand has a
`time_zone`. A producer's date with a zone is written as the clock of that zone shows it, cut
to the form of its column. Where the clocks go back, two instants of the repeated hour get the
same text: Omeda's form has no room for the difference.
"""

from datetime import UTC, datetime, tzinfo
from typing import ClassVar


class Dated(str):
    """A date in one of the forms of its column, or whatever a producer wrote instead."""

    __slots__ = ()

    forms: ClassVar[tuple[str, ...]] = ()
    """Omeda's forms, shortest first, by the letters of its pages."""
    lengths: ClassVar[frozenset[int]] = frozenset()
    """Of the forms, in characters."""

    def __init_subclass__(cls) -> None:
        cls.lengths = frozenset(map(len, cls.forms))

    @classmethod
    def read(cls, text: str, zone: tzinfo) -> "Dated":
        """*text* in Omeda's form; as it stands where it is no date that can be told."""
        text = text.strip()
        date = cls(text)
        return date if date.well_formed else cls(_localised(text, zone, cls.longest()))

    @classmethod
    def longest(cls) -> int:
        """Characters of the most precise form."""
        return len(cls.forms[-1])

    @property
    def well_formed(self) -> bool:
        """Whether this is a day of the calendar, in one of the forms."""
        return len(self) in self.lengths and _is_omedas(self)


class Moment(Dated):
    """`yyyy-MM-dd HH:mm:ss`."""

    __slots__ = ()
    forms = ("yyyy-MM-dd HH:mm:ss",)


class Minute(Dated):
    """`yyyy-MM-dd`, or `yyyy-MM-dd HH:mm`."""

    __slots__ = ()
    forms = ("yyyy-MM-dd", "yyyy-MM-dd HH:mm")


class Day(Dated):
    """`yyyy-MM-dd`."""

    __slots__ = ()
    forms = ("yyyy-MM-dd",)


def at(timestamp_ms: int, zone: tzinfo) -> Minute:
    """The minute of *timestamp_ms* (since the epoch) on the clock of *zone*.

    Raises OverflowError, OSError or ValueError where no calendar has it.
    """
    local = datetime.fromtimestamp(timestamp_ms / 1000, UTC).astimezone(zone)
    return Minute(_written(local)[: Minute.longest()])


def _is_omedas(text: str) -> bool:
    """A day of the calendar, the parts where Omeda's forms have them; its length is known."""
    # Python from 3.13 on reads 24:00 as the next day.
    if not text.isascii() or text[11:13] == "24" or text[4] != "-" or text[7] != "-" or "T" in text:
        return False
    if len(text) > len("yyyy-MM-dd") and (text[10] != " " or text[13] != ":"):
        return False
    if len(text) > len("yyyy-MM-dd HH:mm") and text[16] != ":":
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _localised(text: str, zone: tzinfo, length: int) -> str:
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            return text
        return _written(moment.astimezone(zone))[:length]
    # The last: the first and the last hours of all years have no other zone's date.
    except (ValueError, OverflowError):
        return text


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
