"""Which dead letters are meant, which were replayed already, and in which order. Pure."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from msgspec import Struct

from bridge.letters import Place, Stored, replayed_by, stored
from bridge.model import Partition
from bridge.record import Record


class Wanted(Struct, frozen=True):
    """Which letters are meant; None is any. *since_ms* counts, *until_ms* no longer does."""

    reason: str | None = None
    brand: str | None = None
    topic: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None

    def takes(self, letter: Stored) -> bool:
        """Whether *letter* is meant. One that does not say when it failed is in no period."""
        return (
            self.reason in (None, letter.reason)
            and self.brand in (None, letter.brand)
            and self.topic in (None, letter.source.topic)
            and self._in_period(letter.failed_at_ms)
        )

    def _in_period(self, failed_at_ms: int | None) -> bool:
        if self.since_ms is None and self.until_ms is None:
            return True
        return (
            failed_at_ms is not None
            and (self.since_ms is None or self.since_ms <= failed_at_ms)
            and (self.until_ms is None or failed_at_ms < self.until_ms)
        )


class Chosen(NamedTuple):
    """A letter that is to be replayed. Their natural order is that of their sources."""

    source: Partition
    offset: int
    place: Place


class Index:
    """Which letters were replayed. `add` every record of the topic once, in any order.

    A crash of the bridge can leave two letters of one record: they share an origin, and
    replaying one of them is replaying both.
    """

    def __init__(self) -> None:
        self._origins: dict[Place, bytes] = {}
        self._marked: set[Place] = set()

    def __repr__(self) -> str:
        return f"<Index: {len(self._origins)} letters, {len(self._marked)} markers>"

    def add(self, record: Record) -> Stored | None:
        """Take *record* in; the letter that it is."""
        marked = replayed_by(record)
        if marked is not None:
            self._marked.add(marked)
            return None
        letter = stored(record)
        if letter is not None:
            self._origins[letter.place] = _origin(letter)
        return letter

    def replayed(self) -> set[Place]:
        """Every letter that was replayed, itself or as another letter of its record."""
        done = {self._origins[place] for place in self._marked if place in self._origins}
        return {place for place, origin in self._origins.items() if origin in done}

    def once_each(self, chosen: Iterable[Chosen]) -> Iterator[Chosen]:
        """*chosen* in the order of their sources, of each record one letter."""
        seen: set[bytes] = set()
        for one in sorted(chosen):
            origin = self._origins[one.place]
            if origin not in seen:
                seen.add(origin)
                yield one


def _origin(letter: Stored) -> bytes:
    digest = blake2b(repr((letter.source, letter.offset)).encode(), digest_size=16)
    for part in (letter.record.key, letter.record.value):
        digest.update(b"-" if part is None else b"%d:" % len(part) + part)
    return digest.digest()
