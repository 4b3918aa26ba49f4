"""The reading side of the line: which partition is polled, and when; what comes is admitted.

Nothing is awaited from a read to the admission of all that it brought, so a record is either
in the ledger or will be read again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bridge.admission import Admission
from bridge.backlog import Backlog
from bridge.errors import GroupTrouble, OffsetsLost, PollFailed
from bridge.ledger import Book, Ledger
from bridge.losses import Losses
from bridge.model import Kind, Partition, Route, Service
from bridge.record import Read

log = logging.getLogger(__name__)

MOST_RECORDS = 500
"""Records of one poll: a bound for how long decoding keeps the event loop from its heartbeats."""

SPELL_BYTES = 2 << 20
"""The same in bytes, where records are large."""

SPELL_RECORDS = {Kind.BEHAVIOR: 2000, Kind.ORDER: 500}
"""Records that are taken in, of whichever partitions, before answers and heartbeats get their turn.
Behaviors are joined by what is in hand: of a backlog more leaves in one request for it."""

POLL_SECONDS = 0.2
"""Longest wait of one poll. What was fetched ends it, and a paused partition whose records have
ended; any other reason to go on is seen after it."""

GATHER_SECONDS = 20e-6
"""For each partition that was looked at last: so long reliefs are gathered. The next look costs a
microsecond for each as well: a small part of the time, however many there are."""

FAILED_SECONDS = 1.0
"""After a poll that failed: an error that stays must not be asked for in a tight loop."""

HOLD_SECONDS = 2.0
"""A partition whose batch cannot be read is left alone this long before it is tried again."""


class Source(Protocol):
    """Where records come from."""

    def read(self, partition: Partition, *, limit: int) -> Read:
        """Take what was fetched of *partition*, at most *limit* records.

        Raises PollFailed, and then records may have been passed over: `seek` back.
        """

    async def wait(self, *, seconds: float) -> None:
        """Wait for news, as a poll by which the membership is kept. Raises PollFailed."""

    def fetched(self) -> Sequence[Partition]:
        """Those of which something was fetched, records or an error, that was not read yet."""

    def wake(self) -> None:
        """Let `wait` come back now, where it waits."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from *offset*. Does nothing where the partition is no longer assigned."""


class Intake:
    """Polls whatever happens, so that Kafka keeps the membership, and takes in what has room."""

    def __init__(
        self,
        routes: Mapping[str, Route],
        source: Source,
        ledger: Ledger,
        admission: Admission,
        backlog: Backlog,
        losses: Losses,
        *,
        held: Callable[[Service], bool],
        clock: Callable[[], float],
    ) -> None:
        self._routes = routes
        self._source = source
        self._ledger = ledger
        self._admission = admission
        self._backlog = backlog
        self._losses = losses
        self._held_service = held
        self._clock = clock
        self._admitting = False
        self._waits = False
        """A poll waits, and nobody has asked it yet to come back."""
        self._looked_at = 0
        """Partitions of the last sweep."""
        self._spell = 0.0
        self._held_until: dict[Partition, float] = {}
        self.last_poll = clock()
        """When a poll last came back: the beat that `/livez` listens to."""

    def open(self) -> None:
        """Take in records of every partition that the ledger knows."""
        self._admitting = True

    def shut(self) -> None:
        """Take in nothing; polling goes on."""
        self._admitting = False
        self._held_until.clear()
        self._backlog.forget()
        self._losses.forget()

    def rooms(self) -> dict[Partition, int]:
        """What each partition may take in: so many records, and none that is held or full."""
        rooms = ((book.partition, self._room(book)) for book in self._ledger.books)
        return {partition: room for partition, room in rooms if room > 0}

    def _room(self, book: Book) -> int:
        if not self._admitting or self._held(book):
            return 0
        return self._backlog.room(book, owned=len(self._ledger))

    def settled(self, book: Book) -> None:
        """A record of *book* has ended: where that lets its partition go on, it does so soon.

        Also where the poll that is under way waits for others, which may have nothing for long.
        """
        if self._waits and self._backlog.relieve(book, owned=len(self._ledger)):
            self._waits = False
            gather = self._looked_at * GATHER_SECONDS
            asyncio.get_running_loop().call_later(gather, self._source.wake)

    async def run(self) -> None:
        """Poll for ever."""
        while True:
            await self._round()
            self.last_poll = self._clock()

    async def _round(self) -> None:
        """One sweep; where that takes nothing, wait for news."""
        if not await self._sweep():
            await self._wait()

    async def _sweep(self) -> int:
        """Each partition alone, for what it has room for; how many records were taken."""
        fetched = self._source.fetched()
        self._looked_at = len(fetched)
        taken = 0
        for partition in fetched:
            # It may be taken away while others are read.
            if partition not in self._ledger:
                continue
            book = self._ledger[partition]
            if (room := self._room(book)) <= 0:
                continue
            before = book.bytes
            try:
                records = self._read(book, room)
            except GroupTrouble as error:
                # No partition is to blame, and none is read.
                log.warning("the consumer group is in trouble: %s", error)
                break
            if records:
                taken += records
                await self._breathe(partition, records, book.bytes - before)
        return taken

    async def _breathe(self, partition: Partition, records: int, size: int) -> None:
        """A full buffer is read without waiting: after a spell of that others get their turn."""
        most = SPELL_RECORDS[self._routes[partition.topic].service.kind]
        self._spell += max(records / most, size / SPELL_BYTES)
        if self._spell >= 1:
            self._spell = 0.0
            await asyncio.sleep(0)

    def _read(self, book: Book, room: int) -> int:
        """Take what was fetched; a partition that cannot be read hides no neighbour.

        Raises GroupTrouble.
        """
        partition = book.partition
        try:
            read = self._source.read(partition, limit=min(room, MOST_RECORDS))
        except GroupTrouble:
            raise
        except PollFailed as error:
            # Before anything is awaited: the consumer may stand behind records that it never
            # handed over, and that position must not be committed.
            self._source.seek(partition, book.next_offset)
            self._hold(book, error)
            return 0
        return self._admission.admit(book, read)

    async def _wait(self) -> None:
        """Wait for news, or for room; either way Kafka sees a poll. It brings nothing."""
        self._waits = True
        try:
            await self._source.wait(seconds=POLL_SECONDS)
        except PollFailed as error:
            log.warning("a poll failed and is made again: %s", error)
        else:
            return
        # Not within the handler: see "Compiled" in docs/architecture.md.
        await asyncio.sleep(FAILED_SECONDS)

    def _held(self, book: Book) -> bool:
        if book.partition in self._losses:
            return True
        if self._held_until.get(book.partition, 0.0) > self._clock():
            return True
        # With nothing in hand there would be nothing to probe a held service with.
        return book.records > 0 and self._held_service(self._routes[book.partition.topic].service)

    def _hold(self, book: Book, error: PollFailed) -> None:
        if isinstance(error, OffsetsLost):
            # At once: by the next poll other records may stand there.
            self._losses.found(book)
            return
        log.error("%s cannot be read for now: %s", book.partition, error)
        self._held_until[book.partition] = self._clock() + HOLD_SECONDS
