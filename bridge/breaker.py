"""When a service is given a rest, and when it is tried again. Pure: the clock comes in.

Failures are counted over distinct lanes, each lane once: one customer whose record always
fails says nothing of the service, and many who fail in a row say all. An acceptance or refusal
begins the count anew, unless its request began before the first of those failures: what was under
way when an outage began says nothing of the time since. An open breaker hears of its probe alone.
"""

from collections.abc import Hashable
from enum import IntEnum


class State(IntEnum):
    """The value of the gauge `breaker_state`."""

    CLOSED = 0
    HALF_OPEN = 1
    """One request, the probe, is under way."""
    OPEN = 2


class Breaker:
    """Opens at *failures* in a row; then for *open_seconds*, doubling up to *max_open_seconds*."""

    def __init__(self, *, failures: int, open_seconds: float, max_open_seconds: float) -> None:
        self._most = failures
        self._first = open_seconds
        self.longest = max_open_seconds
        """Seconds of the longest rest."""
        self._failed: dict[Hashable, int] = {}
        """What each lane that failed counts."""
        self._failed_since = 0.0
        """When the first of them did."""
        self._rest = open_seconds
        self._probe_at = 0.0
        self.state = State.CLOSED

    def __repr__(self) -> str:
        return f"<Breaker: {self.state.name}, {sum(self._failed.values())} failures>"

    @property
    def at_ease(self) -> bool:
        """Closed, and no failure stands against the service: an answer changes nothing."""
        return self.state is State.CLOSED and not self._failed

    @property
    def probe_at(self) -> float:
        """When an open breaker lets a probe through."""
        return self._probe_at

    def admits(self, now: float) -> bool:
        """Whether a request may begin: any while closed, one once an open one's rest is over."""
        return self.state == State.CLOSED or (self.state == State.OPEN and now >= self._probe_at)

    def begin(self) -> None:
        """A request begins that was admitted."""
        if self.state == State.OPEN:
            self.state = State.HALF_OPEN

    def answered(self, began: float, *, probe: bool = False) -> bool:
        """Omeda accepted or refused a request that *began* then; whether that says it is there."""
        if not probe and (self.state != State.CLOSED or began < self._failed_since):
            return False
        self.close()
        return True

    def close(self) -> None:
        """Whatever was, the service is to be tried again."""
        if self._failed or self.state != State.CLOSED:
            self._failed.clear()
            self._failed_since = 0.0
            self._rest = self._first
            self.state = State.CLOSED

    def failed(
        self,
        lane: Hashable,
        now: float,
        *,
        probe: bool = False,
        weight: int = 1,
        asked: float = 0.0,
    ) -> None:
        """A request of *lane* failed; *asked* is what a `Retry-After` wants, in seconds.

        A *weight* of 2 is a 500's: Omeda asks not to go on submitting then.
        """
        if self.state == State.HALF_OPEN:
            # What was under way before says nothing new; the probe decides.
            if not probe:
                return
            self._open(min(self._rest * 2, self.longest), now, asked)
            return
        if not self._failed:
            self._failed_since = now
        self._failed[lane] = max(weight, self._failed.get(lane, 0))
        if self.state == State.CLOSED and sum(self._failed.values()) >= self._most:
            self._open(self._first, now, asked)
        elif self.state == State.OPEN:
            # What was under way when it opened; it may still ask for more time.
            self._probe_at = max(self._probe_at, now + min(asked, self.longest))

    def _open(self, rest: float, now: float, asked: float) -> None:
        self.state = State.OPEN
        self._rest = rest
        self._failed.clear()
        self._probe_at = now + max(rest, min(asked, self.longest))
