"""In order within a lane, side by side between lanes.

A lane is one customer of one brand. Its records from one partition form a strand, in the
order read. Two promises are kept here and nowhere else:

* at most one turn of a lane is taken at a time, so never two of its requests are under way;
* the head of a strand keeps its place until it has ended, so nothing overtakes it. A head
  that waits for its next attempt holds up its own strand, not the lane's other ones.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from bridge.model import LaneKey, Partition

Job = TypeVar("Job")


class Strand(Generic[Job]):
    """The waiting records of one lane from one partition."""

    __slots__ = ("at_work", "dropped", "jobs", "lane", "partition", "timer")

    def __init__(self, lane: "Lane[Job]", partition: Partition) -> None:
        self.lane = lane
        self.partition = partition
        self.jobs: deque[Job] = deque()
        self.timer: asyncio.TimerHandle | None = None
        self.at_work = 0
        """Of its records, how many the turn is of: they stay at the front."""
        self.dropped = False

    @property
    def head(self) -> Job:
        """The record whose turn it is."""
        return self.jobs[0]

    def __repr__(self) -> str:
        return f"<Strand {self.lane.key} {self.partition}: {len(self.jobs)} records>"


class Lane(Generic[Job]):
    """The strands of one customer, of which one at a time has the turn."""

    __slots__ = ("busy", "key", "strands", "waiting")

    def __init__(self, key: LaneKey) -> None:
        self.key = key
        self.busy = False
        self.strands: dict[Partition, Strand[Job]] = {}
        self.waiting: list[Strand[Job]] = []


class Turns(Protocol[Job]):
    """Who decides whose turn is next."""

    def offer(self, strand: Strand[Job]) -> None:
        """The head of *strand* is due; who works on it takes it from the lanes first."""

    def prune(self) -> None:
        """Strands were dropped; those among what was offered have no jobs left."""


class Lanes(Generic[Job]):
    """Every record in hand, and whose turn is next."""

    def __init__(self, turns: Turns[Job]) -> None:
        self._lanes: dict[LaneKey, Lane[Job]] = {}
        self._turns = turns
        self._at_work = 0
        self.records_at_work = 0
        """Those of the turns that are taken and not ended."""
        self._idle = asyncio.Event()
        self._idle.set()

    def __repr__(self) -> str:
        waiting = sum(len(strand.jobs) for strand in self._strands())
        return f"<Lanes: {len(self._lanes)} lanes, {waiting} records, {self._at_work} at work>"

    @property
    def at_work(self) -> int:
        """Turns that are taken and not ended."""
        return self._at_work

    def add(self, key: LaneKey, partition: Partition, job: Job) -> None:
        """Put *job* behind everything its lane holds of its partition."""
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane(key)
        strand = lane.strands.get(partition)
        if strand is None:
            strand = lane.strands[partition] = Strand(lane, partition)
        strand.jobs.append(job)
        if len(strand.jobs) == 1:
            self._turns.offer(strand)

    def take(self, strand: Strand[Job]) -> bool:
        """Take the turn of *strand*, which was offered; false where there is none to take.

        Give it back with `ended` or `again`: until then no other record of its lane moves. Where
        another strand of the lane has the turn, this one is offered again after it.
        """
        if not strand.jobs:
            return False
        if strand.lane.busy:
            strand.lane.waiting.append(strand)
            return False
        strand.lane.busy = True
        strand.at_work = 1
        self._at_work += 1
        self.records_at_work += 1
        self._idle.clear()
        return True

    def widen(self, strand: Strand[Job], records: int) -> None:
        """The turn that was taken is of the first *records* of *strand*, of one at least."""
        self.records_at_work += records - strand.at_work
        strand.at_work = records

    def narrow(self, strand: Strand[Job]) -> None:
        """The turn is of the head alone: the others stay where they are."""
        self.records_at_work -= strand.at_work - 1
        strand.at_work = 1
        if strand.dropped:
            self._forget(strand)

    def pass_head(self, strand: Strand[Job]) -> None:
        """The head of *strand* is settled; the turn is that of the others that have it."""
        strand.jobs.popleft()
        strand.at_work -= 1
        self.records_at_work -= 1

    def ended(self, strand: Strand[Job]) -> None:
        """What of *strand* had the turn is settled; the next record comes up."""
        jobs = strand.jobs
        for _ in range(strand.at_work):
            jobs.popleft()
        self._give_back(strand)
        self._pass_turn(strand)
        if jobs:
            self._turns.offer(strand)

    def again(self, strand: Strand[Job], delay: float) -> None:
        """The head of *strand* keeps its place and is due again in *delay* seconds."""
        self._give_back(strand)
        if strand.dropped:
            strand.jobs.clear()
        else:
            loop = asyncio.get_running_loop()
            strand.timer = loop.call_later(delay, self._due, strand)
        self._pass_turn(strand)

    def drop(self) -> None:
        """Forget everything that is not at work, at once; what is at work gets no second try."""
        for strand in list(self._strands()):
            self._drop(strand)
        self._turns.prune()

    def has_waiting(self, wanted: Callable[[Job], bool]) -> bool:
        """Whether one of the heads that are due and wait for the turn of their lane is *wanted*."""
        waiting = (strand for lane in self._lanes.values() for strand in lane.waiting)
        return any(strand.jobs and wanted(strand.head) for strand in waiting)

    async def idle(self) -> None:
        """Wait until no turn is taken."""
        await self._idle.wait()

    def _strands(self) -> Iterator[Strand[Job]]:
        return (strand for lane in self._lanes.values() for strand in lane.strands.values())

    def _due(self, strand: Strand[Job]) -> None:
        strand.timer = None
        self._turns.offer(strand)

    def _give_back(self, strand: Strand[Job]) -> None:
        self.records_at_work -= strand.at_work
        strand.at_work = 0
        strand.lane.busy = False
        self._at_work -= 1
        if not self._at_work:
            self._idle.set()

    def _pass_turn(self, strand: Strand[Job]) -> None:
        lane = strand.lane
        if not strand.jobs:
            self._leave(strand)
        if lane.waiting:
            waiting, lane.waiting = lane.waiting, []
            for other in waiting:
                # One that was dropped meanwhile has nothing left.
                if other.jobs:
                    self._turns.offer(other)
        if not lane.strands:
            self._close_if_empty(lane)

    def _drop(self, strand: Strand[Job]) -> None:
        # A later owner of the partition may be this process again: its records must find
        # a strand of their own, behind the lane's turn that is still out.
        self._leave(strand)
        strand.dropped = True
        if strand.timer is not None:
            strand.timer.cancel()
        self._forget(strand)
        self._close_if_empty(strand.lane)

    @staticmethod
    def _forget(strand: Strand[Job]) -> None:
        """All but what is at work."""
        while len(strand.jobs) > strand.at_work:
            strand.jobs.pop()

    @staticmethod
    def _leave(strand: Strand[Job]) -> None:
        if strand.lane.strands.get(strand.partition) is strand:
            del strand.lane.strands[strand.partition]

    def _close_if_empty(self, lane: Lane[Job]) -> None:
        if not lane.busy and not lane.strands:
            del self._lanes[lane.key]
