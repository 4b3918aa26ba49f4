"""How many requests are inside at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from bridge.simulator.faults import Capacity


class Gate:
    """Counts who is inside, and says who finds no room."""

    def __init__(self, capacity: Capacity | None) -> None:
        self._capacity = capacity
        self._inside = 0

    def __repr__(self) -> str:
        return f"<Gate: {self._inside} inside>"

    @contextmanager
    def entered(self) -> Iterator[Capacity | None]:
        """Take a place as long as this lasts; where there is none, yield what was exceeded."""
        capacity = self._capacity
        if capacity is not None and self._inside >= capacity.in_flight:
            yield capacity
            return
        self._inside += 1
        try:
            yield None
        finally:
            self._inside -= 1
