"""How many requests of a service may be under way: as many as it bears. Pure.

Warm start: a quarter of the ceiling, doubled by each round trip without a sign of overload,
until the first cut; then one more for each round trip. A cut halves; there is at most one a second,
since the requests of one moment tell of one overload.
"""

CUT_SECONDS = 1.0
"""Between two cuts."""


class Limit:
    """Between 1 and *ceiling*."""

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = 0.0
        self.value = 0
        """Requests that may be under way."""
        self._set(ceiling // 4)
        self._warming = True
        self._last_cut = float("-inf")

    def __repr__(self) -> str:
        return f"<Limit: {self.value} of {self._ceiling}>"

    def rose(self) -> None:
        """A request came back clean: a round trip is as many of them as the limit has."""
        if self.value < self._ceiling:
            self._set(self._limit + (1.0 if self._warming else 1.0 / self._limit))

    def cut(self, now: float) -> None:
        """A request met a sign of overload: 429, 503, or a time-out."""
        if now - self._last_cut >= CUT_SECONDS:
            self._last_cut = now
            self._warming = False
            self._set(self._limit / 2)

    def restart(self) -> None:
        """After an outage: begin small, and double."""
        self._warming = True
        self._set(1.0)

    def _set(self, limit: float) -> None:
        self._limit = max(1.0, min(float(self._ceiling), limit))
        self.value = int(self._limit)
