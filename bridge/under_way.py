"""The requests of one service that are under way, and which of them still count. Pure.

After an outage a service begins small. Requests that began before, and hang, must not keep it
from beginning at all: they occupy their slots, and no room within the new limit.
"""

from bridge.job import Job


class UnderWay:
    """Each request by the first of its jobs."""

    __slots__ = ("_all", "_stale")

    def __init__(self) -> None:
        self._all: set[Job] = set()
        self._stale: set[Job] = set()

    def __repr__(self) -> str:
        return f"<UnderWay: {len(self._all)} requests, {self.fresh} of them fresh>"

    def __len__(self) -> int:
        return len(self._all)

    @property
    def fresh(self) -> int:
        """Those that began since the last `restart`."""
        return len(self._all) - len(self._stale)

    def begin(self, job: Job) -> None:
        """A request of *job* begins."""
        self._all.add(job)

    def end(self, job: Job) -> None:
        """It ended, in whatever way."""
        self._all.discard(job)
        self._stale.discard(job)

    def restart(self) -> None:
        """What is under way now no longer counts."""
        self._stale = set(self._all)
