"""Partitions whose next record is gone: each stands until it was settled where reading goes on."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

from bridge.config.kafka import LostOffsets
from bridge.errors import KafkaFault
from bridge.ledger import Book, Ledger
from bridge.loss import Edges, Loss, loss_of
from bridge.model import Partition, Route
from bridge.observer import Observer

log = logging.getLogger(__name__)

PERIOD_SECONDS = 1.0
"""Between two looks at what stands."""


class Offsets(Protocol):
    """Where edges are asked for and positions are set."""

    async def edges(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, int]:
        """First, or next, offset of each partition. Bounded in time. Raises KafkaFault."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from *offset*."""


class Losses:
    """Counts what is lost, says so, and does what `kafka.on_lost_offsets` wants."""

    def __init__(
        self,
        offsets: Offsets,
        ledger: Ledger,
        routes: Mapping[str, Route],
        observer: Observer,
        *,
        policy: LostOffsets,
    ) -> None:
        self._offsets = offsets
        self._ledger = ledger
        self._routes = routes
        self._observer = observer
        self._policy = policy
        self._undecided: dict[Partition, Book] = {}
        self._standing: dict[Partition, Book] = {}

    def __contains__(self, partition: Partition) -> bool:
        """Whether *partition* stands, and is not to be read."""
        return partition in self._undecided or partition in self._standing

    def found(self, book: Book) -> None:
        """Kafka says that the next offset of *book* is out of range."""
        self._undecided[book.partition] = book

    def forget(self) -> None:
        """The partitions are another's."""
        self._undecided.clear()
        self._standing.clear()

    async def run(self) -> None:
        """Settle what was found, for ever."""
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            for book in list(self._undecided.values()):
                # What was read before the loss ends first: a book begins anew only when empty.
                if self._policy is LostOffsets.HALT or not book.records:
                    await self._decide(book)

    async def _decide(self, book: Book) -> None:
        edges = await self._edges(book.partition)
        # The partition may have been taken away meanwhile, and even be back.
        if edges is not None and self._undecided.get(book.partition) is book:
            del self._undecided[book.partition]
            self._apply(book, loss_of(book.next_offset, edges, self._policy))

    async def _edges(self, partition: Partition) -> Edges | None:
        try:
            first = await self._offsets.edges({partition}, latest=False)
            after = await self._offsets.edges({partition}, latest=True)
        except KafkaFault as error:
            log.warning("what %s has lost is not known yet, asked again: %s", partition, error)
            return None
        return Edges(first[partition], after[partition])

    def _apply(self, book: Book, loss: Loss) -> None:
        partition = book.partition
        self._observer.lost(self._routes[partition.topic].service, loss.offsets)
        if loss.start is None:
            self._standing[partition] = book
            log.error(
                "%s stands still: %s. Set the group's offset by hand, or choose"
                " kafka.on_lost_offsets, and restart",
                partition,
                loss.why,
            )
            return
        log.error("%s goes on at offset %d: %s", partition, loss.start, loss.why)
        book.restart(loss.start)
        self._offsets.seek(partition, loss.start)
