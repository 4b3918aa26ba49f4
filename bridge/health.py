"""Whether a failed attempt is the record's fault or the service's. Pure.

An attempt counts against a record only if, since the record's previous attempt, the same
service accepted requests of others and refused few: so no outage uses a record's attempts up.
"""

from typing import NamedTuple

OTHERS = 10
"""Requests of other lanes that must have been accepted in between."""

SHARE = 0.8
"""Of the answers in between that must have been acceptances."""


class Mark(NamedTuple):
    """Where a service's counts stood."""

    accepted: int
    answered: int


class Health:
    """What one service has answered since the start."""

    def __init__(self) -> None:
        self._accepted = 0
        self._answered = 0
        self.newest_accepted = float("-inf")
        """When the last request to begin of those that were accepted began."""

    def __repr__(self) -> str:
        return f"<Health: {self._accepted} of {self._answered} accepted>"

    def accepted(self, *, began: float) -> None:
        """A request that *began* at that time was accepted."""
        self._answered += 1
        self._accepted += 1
        self.newest_accepted = max(self.newest_accepted, began)

    def not_accepted(self) -> None:
        """A request ended in any other way."""
        self._answered += 1

    def mark(self) -> Mark:
        """Where the counts stand now."""
        return Mark(self._accepted, self._answered)

    def well_since(self, mark: Mark) -> bool:
        """Whether the service was well between *mark* and now."""
        accepted, answered = self._accepted - mark.accepted, self._answered - mark.answered
        return accepted >= OTHERS and accepted >= SHARE * answered
