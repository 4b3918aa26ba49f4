"""Lanes with one worker's queue behind them, and no desk."""

import asyncio
from typing import TypeVar

from bridge.lanes import Lanes, Strand

Job = TypeVar("Job")


class QueuedLanes(Lanes[Job]):
    """Turns are given in the order in which they were offered."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Strand[Job]] = asyncio.Queue()
        super().__init__(self)

    def offer(self, strand: Strand[Job]) -> None:
        self._queue.put_nowait(strand)

    def prune(self) -> None:
        pass

    async def turn(self) -> Strand[Job]:
        """Wait for a strand that can be taken."""
        while not self.take(strand := await self._queue.get()):
            pass
        return strand
