"""How much may be in hand: each partition's share, and when it pauses and resumes. Pure."""

from collections.abc import Callable

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

    There is no pause for all: a partition that is full stops itself and no other. What is
    *under_way* takes room, but does not wait: the low mark is of what waits, so that as much can
    be joined however many slots there are.
    """

    def __init__(
        self, *, high: int, low: int, size: int, under_way: Callable[[], int] = lambda: 0
    ) -> None:
        self._high = high
        self._low = low
        self._size = size
        self._under_way = under_way
        self._paused: dict[Partition, int] = {}
        """What is paused, and the bytes that wait for room there."""

    def __repr__(self) -> str:
        return f"<Backlog: {len(self._paused)} partitions paused>"

    def room(self, book: Book, *, owned: int) -> int:
        """Records that the partition of *book*, one of *owned*, may take in; 0 while it pauses."""
        if not self.relieve(book, owned=owned) and self._full(book, owned):
            self._paused.setdefault(book.partition, 0)
        if book.partition in self._paused:
            return 0
        return self._share(owned) - book.records

    def relieve(self, book: Book, *, owned: int) -> bool:
        """Let the partition of *book*, one of *owned*, go on; whether it had paused and may."""
        if book.partition not in self._paused or not self._relieved(book, owned):
            return False
        del self._paused[book.partition]
        return True

    def fits(self, size: int, book: Book, *, owned: int) -> bool:
        """Whether a record of *size* bytes may join *book*; the first one always may."""
        return not book.records or book.bytes + size <= self.bytes_of(owned=owned)

    def bytes_of(self, *, owned: int) -> int:
        """What each of *owned* partitions may have in hand, in bytes; one record always fits."""
        return self._size // owned

    def pause(self, partition: Partition, size: int) -> None:
        """Take in nothing more of *partition* until a record of *size* bytes fits."""
        self._paused[partition] = size

    def is_paused(self, partition: Partition) -> bool:
        """Whether *partition* waits for relief."""
        return partition in self._paused

    def forget(self) -> None:
        """The partitions are another's."""
        self._paused.clear()

    def _share(self, owned: int) -> int:
        return max(LEAST_RECORDS, self._high // owned)

    def _resumes_at(self, owned: int) -> int:
        """Records in hand at most."""
        waiting = max(LEAST_RECORDS // 2, self._low // owned)
        # Not so near the share that records would be read one by one.
        most = max(waiting, self._share(owned) * 7 // 8)
        return min(waiting + self._under_way() // owned, most)

    def _full(self, book: Book, owned: int) -> bool:
        return bool(
            book.records >= self._share(owned)
            or (book.records and book.bytes >= self._size // owned)
            # With nothing in hand there is nothing to wait for: what an inherited map names
            # beyond is only ever got rid of by reading on.
            or (book.records and (book.span >= MOST_SPAN or book.map_length >= MOST_MAP))
        )

    def _relieved(self, book: Book, owned: int) -> bool:
        return not book.records or (
            book.records <= self._resumes_at(owned)
            and book.bytes <= self._size // owned // 2
            and self.fits(self._paused[book.partition], book, owned=owned)
            and book.span < MOST_SPAN
            and book.map_length < MOST_MAP
        )
