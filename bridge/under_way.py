"""The requests of one service that are under way, and which of them still count. Pure.

After an outage a service begins small. Requests that began before, and hang, must not keep it
from beginning at all: they occupy their slots, and no room within the new limit.
"""

from bridge.job import Job


class UnderWay(set[Job]):
    """Each request by the first of its jobs, from when it begins (`add`) until its `end`."""

    __slots__ = ("_stale",)

    def __init__(self) -> None:
        super().__init__()
        self._stale: set[Job] = set()

    def __repr__(self) -> str:
        return f"<UnderWay: {len(self)} requests, {self.fresh} of them fresh>"

    @property
    def fresh(self) -> int:
        """Those that began since the last `restart`."""
        return len(self) - len(self._stale)

    def end(self, job: Job) -> None:
        """It ended, in whatever way."""
        self.discard(job)
        self._stale.discard(job)

    def restart(self) -> None:
        """What is under way now no longer counts."""
        self._stale = set(self)
