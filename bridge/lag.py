"""How far the bridge is behind the end of each owned partition."""

import asyncio
import logging
from typing import Protocol

from bridge.errors import KafkaFault
from bridge.ledger import Book, Ledger
from bridge.model import Partition
from bridge.stall import Stall

log = logging.getLogger(__name__)

PERIOD_SECONDS = 5.0


class Edges(Protocol):
    """Where the ends are asked for."""

    async def edges(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, int]:
        """Next offset of each partition. Bounded in time. Raises KafkaFault."""


class Lag:
    """Asks for the ends on a timer: what a fetch tells is frozen while a partition is paused."""

    def __init__(self, edges: Edges, ledger: Ledger, stall: Stall) -> None:
        self._edges = edges
        self._ledger = ledger
        self._stall = stall
        self._ends: dict[Partition, int] = {}

    def of(self, book: Book) -> int | None:
        """Offsets between the lowest unsettled record and the end; None where not yet known."""
        end = self._ends.get(book.partition)
        # What was read since the end was asked for is known to be there.
        return None if end is None else max(end, book.next_offset, book.lowest) - book.lowest

    async def run(self) -> None:
        """Ask for ever."""
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            await self._ask()

    async def _ask(self) -> None:
        owned = {book.partition for book in self._ledger.books}
        if not owned:
            self._ends.clear()
            return
        try:
            self._ends = await self._edges.edges(owned, latest=True)
        except KafkaFault as error:
            log.debug("the lag is not known for now: %s", error)
        else:
            self._stall.look(self._ends)
