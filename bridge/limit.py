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
        self._limit = float(max(1, ceiling // 4))
        self._warming = True
        self._last_cut = float("-inf")

    def __repr__(self) -> str:
        return f"<Limit: {self.value} of {self._ceiling}>"

    @property
    def value(self) -> int:
        """Requests that may be under way."""
        return int(self._limit)

    def rose(self) -> None:
        """A request came back clean: a round trip is as many of them as the limit has."""
        step = 1.0 if self._warming else 1.0 / self._limit
        self._limit = min(float(self._ceiling), self._limit + step)

    def cut(self, now: float) -> None:
        """A request met a sign of overload: 429, 503, or a time-out."""
        if now - self._last_cut >= CUT_SECONDS:
            self._last_cut = now
            self._warming = False
            self._limit = max(1.0, self._limit / 2)

    def restart(self) -> None:
        """After an outage: begin small, and double."""
        self._limit, self._warming = 1.0, True
