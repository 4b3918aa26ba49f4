"""At most so many requests a second: an even pace, without bursts. Pure."""

TIMERS = 0.05
"""How late a timer may be, as a share of the gap between two requests."""


class Pace:
    """One brand's. *per_second* None is no bound."""

    def __init__(self, per_second: float | None) -> None:
        self._gap = 0.0 if per_second is None else 1.0 / per_second
        self._next = float("-inf")

    def __repr__(self) -> str:
        return f"<Pace: one in {self._gap:g} s>"

    @property
    def bounds(self) -> bool:
        """Whether there is a bound at all."""
        return self._gap > 0

    @property
    def next_at(self) -> float:
        """When the next request may begin."""
        return self._next

    def begin(self, now: float) -> None:
        """A request begins at *now*, which is not before `next_at`."""
        if self._gap:
            # A late timer does not make the pace slower; but what was not used is not saved up.
            late = now - self._next
            self._next = (self._next if late < self._gap * TIMERS else now) + self._gap
