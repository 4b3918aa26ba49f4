"""Which offset is safe to commit.

A record enters once (`admit`) and leaves once (`settle`). Nothing else may move an offset.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from bridge.completion import ROOM, Completed, Span, decode, encode
from bridge.model import Commit, Partition
from bridge.record import Record


class Entry:
    """The handle of one admitted record; only its book knows what it means."""

    __slots__ = ("book", "offset", "settled", "size", "timestamp_ms")

    def __init__(self, book: "Book", record: Record, size: int, *, settled: bool) -> None:
        self.book = book
        self.offset = record.offset
        self.size = size
        self.timestamp_ms = record.timestamp_ms
        self.settled = settled

    def __repr__(self) -> str:
        return f"<Entry {self.offset}{' settled' if self.settled else ''}>"


class Book:
    """One ownership of one partition: what was read and not yet passed by the offset.

    Entries stand in the order they were read, so gaps left by compaction or transaction
    markers need no care: an offset that was never read is never waited for. The first
    entry is unsettled, or there is none.

    A book that was closed by a revocation is still written to by late settlements, and
    nobody reads it any more: that is how they are ignored.
    """

    def __init__(self, partition: Partition, start: Commit, completed: Completed) -> None:
        self.partition = partition
        self.next_offset = start.offset
        """The offset after the last admitted record: where reading goes on after an error."""
        self.position = start.offset
        """Where the consumer stands; behind `next_offset` only transaction markers are left."""
        self.records = 0
        self.bytes = 0
        self.map_length = 0
        """Characters of the completion map when it was last asked for."""
        self._entries: deque[Entry] = deque()
        self._completed = completed
        self._inherits = bool(completed)
        self._highest_settled = -1
        self._acknowledged = start
        self._changed = False

    def __repr__(self) -> str:
        return f"<Book {self.partition}: {self.records} unsettled, next {self.next_offset}>"

    @property
    def span(self) -> int:
        """Entries from the lowest unsettled one to the newest."""
        return len(self._entries)

    @property
    def lowest(self) -> int:
        """The offset that is safe to commit: of the lowest unsettled record, else the position."""
        return self._entries[0].offset if self._entries else max(self.next_offset, self.position)

    @property
    def oldest_timestamp_ms(self) -> int | None:
        """Timestamp of the lowest unsettled record."""
        return self._entries[0].timestamp_ms if self._entries else None

    @property
    def acknowledged(self) -> Commit:
        """What Kafka is known to hold for this partition."""
        return self._acknowledged

    def admit(self, record: Record, size: int) -> Entry | None:
        """Take in the next record, of *size* bytes; None where an earlier owner has settled it."""
        offset = record.offset
        settled = self._inherits and offset in self._completed
        entry = Entry(self, record, size, settled=settled)
        self.next_offset = self.position = offset + 1
        if settled:
            self._changed = True
            if self._entries:
                # Stays in the map of every commit until the offset passes it.
                self._entries.append(entry)
                self._highest_settled = offset
            return None
        self._entries.append(entry)
        self.records += 1
        self.bytes += size
        return entry

    def settle(self, entry: Entry) -> None:
        """Mark *entry* done. Doing so twice changes nothing."""
        if entry.settled:
            return
        entry.settled = self._changed = True
        self.records -= 1
        self.bytes -= entry.size
        self._highest_settled = max(self._highest_settled, entry.offset)
        entries = self._entries
        while entries and entries[0].settled:
            entries.popleft()

    def reach(self, position: int) -> None:
        """The consumer stands at *position* and has handed over everything below it."""
        if position > self.position:
            self.position = position
            self._changed = True

    def restart(self, offset: int) -> None:
        """Read on from *offset*, wherever that lies: what stood there before is gone.

        Only while nothing is in hand. The next commit says so, backwards as well.
        """
        if self._entries:
            raise ValueError(f"{self!r} cannot begin anew: it has records in hand")
        if offset < self.next_offset:
            # The map names offsets of records that are no longer the same.
            self._completed = Completed()
        self.next_offset = self.position = offset
        self._changed = True

    def due(self) -> Commit | None:
        """What to commit, or None where the last acknowledged commit says the same."""
        if not self._changed:
            return None
        # Settlements that come while the commit is under way mark the book again.
        self._changed = False
        commit = self._committable()
        return None if commit == self._acknowledged else commit

    def acknowledge(self, commit: Commit) -> None:
        """Kafka confirmed *commit*."""
        self._acknowledged = commit

    def owe(self) -> None:
        """A commit of this book failed, or may have: it is due again."""
        self._changed = True

    def _committable(self) -> Commit:
        # With nothing in hand also behind transaction markers and compacted tails:
        # committed = end when idle.
        base = self.lowest
        metadata = encode(self.partition, base, [*self._settled_spans(), *self._inherited_spans()])
        self.map_length = len(metadata)
        if self.map_length > ROOM:
            return Commit(base, cut=True)
        return Commit(base, metadata)

    def _settled_spans(self) -> Iterator[Span]:
        """Runs of settled entries above the first unsettled one.

        A gap belongs to the run before it: what was not read between two records that
        were read does not exist, and never will.
        """
        start: int | None = None
        for entry in self._entries:
            if entry.offset > self._highest_settled:
                break
            if entry.settled and start is None:
                start = entry.offset
            elif not entry.settled and start is not None:
                yield Span(start, entry.offset)
                start = None
        if start is not None:
            yield Span(start, self._highest_settled + 1)

    def _inherited_spans(self) -> Iterator[Span]:
        """What an earlier owner settled and this one has not read yet: it must not forget it."""
        return self._completed.above(max(self.next_offset, self.position))


class Ledger:
    """Turns settlements, in any order, into offsets that are safe to commit."""

    def __init__(self) -> None:
        self._books: dict[Partition, Book] = {}

    def __repr__(self) -> str:
        return f"<Ledger: {len(self._books)} partitions, {self.records} unsettled>"

    @property
    def books(self) -> Iterable[Book]:
        """One for each owned partition."""
        return self._books.values()

    @property
    def records(self) -> int:
        """Records in hand: admitted and not settled."""
        return sum(book.records for book in self._books.values())

    @property
    def bytes(self) -> int:
        """Payload of the records in hand."""
        return sum(book.bytes for book in self._books.values())

    def __len__(self) -> int:
        return len(self._books)

    def __contains__(self, partition: Partition) -> bool:
        return partition in self._books

    def __getitem__(self, partition: Partition) -> Book:
        return self._books[partition]

    def open(self, partition: Partition, start: Commit) -> Book:
        """Begin an ownership where *start*, the group's commit, says."""
        completed = decode(partition, start.offset, start.metadata)
        book = self._books[partition] = Book(partition, start, completed)
        return book

    def admit(self, record: Record) -> Entry | None:
        """Take in *record*; None where it was settled by an earlier owner."""
        return self._books[record.partition].admit(record, record.size)

    def settle(self, entry: Entry) -> None:
        """Mark *entry* done. Late news from a partition since revoked is ignored."""
        entry.book.settle(entry)

    def owns(self, entry: Entry) -> bool:
        """Whether settling *entry* would still move anything: its ownership has not ended."""
        return self._books.get(entry.book.partition) is entry.book

    def forget(self) -> None:
        """End every ownership: the partitions are another's to commit."""
        self._books.clear()

    def due(self) -> dict[Partition, Commit]:
        """What to commit now, with completion maps where they fit."""
        dues = ((book.partition, book.due()) for book in self._books.values())
        return {partition: commit for partition, commit in dues if commit is not None}

    def acknowledge(self, commits: dict[Partition, Commit]) -> None:
        """Kafka confirmed *commits*."""
        for partition, commit in commits.items():
            if partition in self._books:
                self._books[partition].acknowledge(commit)

    def owe(self, commits: dict[Partition, Commit]) -> None:
        """*commits* failed, or may have: they are due again."""
        for partition in commits:
            if partition in self._books:
                self._books[partition].owe()
