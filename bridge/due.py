"""The strands of one service whose head is due, in the order in which they became so."""

from collections import deque

from bridge.job import NEVER_TRIED, Job
from bridge.lanes import Lanes, Strand


class Due(deque[Strand[Job]]):
    """Those that come `append` themselves; who leaves has taken its turn in its lane."""

    def __init__(self, lanes: Lanes[Job]) -> None:
        super().__init__()
        self._lanes = lanes

    def __repr__(self) -> str:
        return f"<Due: {len(self)} strands>"

    @property
    def has_untried(self) -> bool:
        """Whether one of them was never tried."""
        return any(strand.jobs and strand.head.last_attempt == NEVER_TRIED for strand in self)

    def peek(self) -> Job | None:
        """What comes first; strands that were dropped are forgotten on the way."""
        while self and not self[0].jobs:
            self.popleft()
        return self[0].head if self else None

    def take(self) -> Strand[Job] | None:
        """What comes first; None where it has no turn to take, and is offered again after it."""
        strand = self.popleft()
        return strand if self._lanes.take(strand) else None

    def first(self) -> Strand[Job] | None:
        """The first that has a turn to take."""
        while self:
            strand = self.popleft()
            if self._lanes.take(strand):
                return strand
        return None

    def longest_untried(self) -> Strand[Job] | None:
        """The strand whose last attempt is oldest: no single record can fail every probe."""
        for strand in sorted(self, key=_last_attempt):
            self.remove(strand)
            if self._lanes.take(strand):
                return strand
        return None

    def prune(self) -> None:
        """Strands were dropped: forget them."""
        left = [strand for strand in self if strand.jobs]
        self.clear()
        self.extend(left)


def _last_attempt(strand: Strand[Job]) -> float:
    return strand.head.last_attempt if strand.jobs else float("inf")
