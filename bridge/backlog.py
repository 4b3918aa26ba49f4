"""How much may be in hand: each partition's share, and when it pauses and resumes. Pure."""

from bridge.completion import ROOM
from bridge.ledger import Book
from bridge.model import Partition

LEAST_RECORDS = 16
"""No share is smaller, however many partitions there are."""

MOST_SPAN = 10_000
"""Entries between a partition's lowest unsettled record and its newest: one stuck lane must
not let millions settle above it, which a restart would have to skip one by one."""

MOST_MAP = ROOM * 3 // 4
"""Characters of completion map above which a partition takes in nothing more."""


class Backlog:
    """Shares out the room for records in hand over the owned partitions.

    There is no pause for all: a partition that is full stops itself and no other.
    """

    def __init__(self, *, high: int, low: int, size: int) -> None:
        self._high = high
        self._low = low
        self._size = size
        self._paused: set[Partition] = set()

    def __repr__(self) -> str:
        return f"<Backlog: {len(self._paused)} partitions paused>"

    def open_to(self, book: Book, *, owned: int) -> bool:
        """Whether the partition of *book* may take in records, as one of *owned*."""
        if book.partition in self._paused:
            if self._relieved(book, owned):
                self._paused.discard(book.partition)
        elif self._full(book, owned):
            self._paused.add(book.partition)
        return book.partition not in self._paused

    def fits(self, size: int, book: Book, *, owned: int) -> bool:
        """Whether a record of *size* bytes may join *book*; the first one always may."""
        return not book.records or book.bytes + size <= self._size // owned

    def pause(self, partition: Partition) -> None:
        """Take in nothing more of *partition* until it is relieved."""
        self._paused.add(partition)

    def is_paused(self, partition: Partition) -> bool:
        """Whether *partition* waits for relief."""
        return partition in self._paused

    def forget(self) -> None:
        """The partitions are another's."""
        self._paused.clear()

    def _full(self, book: Book, owned: int) -> bool:
        return (
            book.records >= max(LEAST_RECORDS, self._high // owned)
            or book.bytes >= self._size // owned
            or book.span >= MOST_SPAN
            or book.map_length >= MOST_MAP
        )

    def _relieved(self, book: Book, owned: int) -> bool:
        return (
            book.records <= max(LEAST_RECORDS // 2, self._low // owned)
            and book.bytes <= self._size // owned // 2
            and book.span <= MOST_SPAN // 2
            and book.map_length <= MOST_MAP // 2
        )
