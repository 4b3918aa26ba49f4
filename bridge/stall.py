"""Partitions that have more to read, are asked for it, and bring nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from bridge.ledger import Book, Ledger
from bridge.model import Partition

LOOKS = 12
"""In a row without a record; with `lag.PERIOD_SECONDS` between two that is longer than a frozen
broker can hold up a fetch. Counted, not timed: a process that slept has not looked."""


class _Standing(NamedTuple):
    book: Book
    offset: int
    looks: int


class Stall:
    """Looks, time after time, at where each partition stands."""

    def __init__(self, ledger: Ledger, asked: Callable[[], Iterable[Partition]]) -> None:
        self._ledger = ledger
        self._asked = asked
        self._standing: dict[Partition, _Standing] = {}

    def look(self, ends: Mapping[Partition, int]) -> None:
        """*ends* is what Kafka says just now."""
        before, self._standing = self._standing, {}
        for partition in self._asked():
            book = self._ledger[partition]
            if ends.get(partition, 0) > _offset(book):
                stood = before.get(partition)
                looks = stood.looks if stood and self._still(stood) else 0
                self._standing[partition] = _Standing(book, _offset(book), looks + 1)

    def __call__(self) -> str | None:
        """The partition that has stalled, in words."""
        for partition, stood in self._standing.items():
            if stood.looks > LOOKS and self._still(stood):
                return (
                    f"nothing comes of {partition} from offset {stood.offset} on,"
                    " although Kafka says that there is more"
                )
        return None

    def _still(self, stood: _Standing) -> bool:
        """It is the same ownership, and has not moved."""
        partition = stood.book.partition
        return (
            partition in self._ledger
            and self._ledger[partition] is stood.book
            and _offset(stood.book) == stood.offset
        )


def _offset(book: Book) -> int:
    return max(book.next_offset, book.position)
