"""When each answer's time is over. One timer for all: nearly every answer comes long before.

To begin and to end costs a twentieth of what a timer of its own does.
"""

import asyncio
import math

from bridge.http.wire import Wire


class Deadlines:
    """Has each `Wire` give up at its time, on the loop's clock."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._under_way: dict[Wire, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._next = math.inf
        """When the timer rings: never later than the first of what is under way."""

    def __repr__(self) -> str:
        return f"<Deadlines: {len(self._under_way)} answers awaited>"

    def begin(self, wire: Wire, ends: float) -> None:
        """*wire* gives up at *ends*, unless `end` comes before."""
        self._under_way[wire] = ends
        if ends < self._next:
            self._set(ends)

    def end(self, wire: Wire) -> None:
        """Its exchange is over."""
        del self._under_way[wire]

    def close(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._next = None, math.inf

    def _set(self, at: float) -> None:
        self.close()
        self._next = at
        self._timer = self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer, self._next = None, math.inf
        now = self._loop.time()
        for wire, ends in self._under_way.items():
            if ends <= now:
                wire.give_up()
        later = [ends for ends in self._under_way.values() if ends > now]
        if later:
            self._set(min(later))
