"""The strands of one service whose head is due, in the order in which they became so."""

from collections import deque

from bridge.job import Job
from bridge.lanes import Lanes, Strand

NEVER_TRIED = float("-inf")


class Due:
    """Who leaves has taken its turn in its lane."""

    def __init__(self, lanes: Lanes[Job]) -> None:
        self._lanes = lanes
        self._strands: deque[Strand[Job]] = deque()

    def __repr__(self) -> str:
        return f"<Due: {len(self._strands)} strands>"

    def __len__(self) -> int:
        return len(self._strands)

    def add(self, strand: Strand[Job]) -> None:
        """Put *strand* behind the others."""
        self._strands.append(strand)

    @property
    def has_untried(self) -> bool:
        """Whether one of them was never tried."""
        return any(
            strand.jobs and strand.head.last_attempt == NEVER_TRIED for strand in self._strands
        )

    def peek(self) -> Job | None:
        """What comes first; strands that were dropped are forgotten on the way."""
        while self._strands and not self._strands[0].jobs:
            self._strands.popleft()
        return self._strands[0].head if self._strands else None

    def take(self) -> Strand[Job] | None:
        """What comes first; None where it has no turn to take, and is offered again after it."""
        strand = self._strands.popleft()
        return strand if self._lanes.take(strand) else None

    def first(self) -> Strand[Job] | None:
        """The first that has a turn to take."""
        while self._strands:
            strand = self.take()
            if strand is not None:
                return strand
        return None

    def longest_untried(self) -> Strand[Job] | None:
        """The strand whose last attempt is oldest: no single record can fail every probe."""
        for strand in sorted(self._strands, key=_last_attempt):
            self._strands.remove(strand)
            if self._lanes.take(strand):
                return strand
        return None

    def prune(self) -> None:
        """Strands were dropped: forget them."""
        self._strands = deque(strand for strand in self._strands if strand.jobs)


def _last_attempt(strand: Strand[Job]) -> float:
    return strand.head.last_attempt if strand.jobs else float("inf")
