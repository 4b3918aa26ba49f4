"""Lanes with one worker's queue behind them, and no desk."""

import asyncio
from typing import Generic, TypeVar

from bridge.lanes import Lanes, Strand

Job = TypeVar("Job")


class QueuedLanes(Generic[Job]):
    """Turns are given in the order in which they were offered."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Strand[Job]] = asyncio.Queue()
        self.lanes: Lanes[Job] = Lanes(self)
        # They may be compiled, and then nothing can inherit from them.
        self.add, self.take, self.drop = self.lanes.add, self.lanes.take, self.lanes.drop
        self.ended, self.again, self.idle = self.lanes.ended, self.lanes.again, self.lanes.idle

    def __repr__(self) -> str:
        return repr(self.lanes)

    @property
    def at_work(self) -> int:
        return self.lanes.at_work

    def offer(self, strand: Strand[Job]) -> None:
        self._queue.put_nowait(strand)

    def prune(self) -> None:
        pass

    async def turn(self) -> Strand[Job]:
        """Wait for a strand that can be taken."""
        while not self.take(strand := await self._queue.get()):
            pass
        return strand
