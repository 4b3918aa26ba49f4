"""Counts of what would become of records, with a few examples of each fault. Pure.

What is kept does not grow with the records: faults are few by nature, and of producers, whose names
others choose, only so many are told apart.
"""

from collections import Counter
from typing import NamedTuple

from bridge.event import Event
from bridge.model import Unreadable
from bridge.record import Record

MOST_PRODUCERS = 200
"""Told apart; whoever comes later is counted among the others."""

OTHERS = "(others)"
NOBODY = "(none)"
NAME_CHARACTERS = 80


class Fault(NamedTuple):
    """Why a record would be rejected: the reason of its dead letter, and the rule, if one."""

    reason: str
    rule: str


class Example(NamedTuple):
    """One record of a fault, by its place; nothing that it holds."""

    topic: str
    partition: int
    offset: int
    message: str

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}@{self.offset}: {self.message}"


class Tally:
    """What became of the records that were counted."""

    def __init__(self, *, examples: int, header: str | None = None) -> None:
        self._most = examples
        self._header = header
        self.delivered = 0
        self.rejected = 0
        self.events = 0
        """Behaviors and orders in what would be delivered."""
        self.reasons: Counter[str] = Counter()
        self.faults: Counter[Fault] = Counter()
        """A record that breaks several rules counts once for each."""
        self.warnings: Counter[str] = Counter()
        self.examples: dict[Fault, list[Example]] = {}
        self.producers: dict[str, Counter[str]] = {}
        """By producer: how many would be delivered, and how many rejected, by reason."""

    def __repr__(self) -> str:
        return f"<Tally: {self.delivered} delivered, {self.rejected} rejected>"

    @property
    def records(self) -> int:
        """How many were counted."""
        return self.delivered + self.rejected

    def count(self, record: Record, event: Event | Unreadable) -> None:
        """Count *record*, which was read as *event*."""
        if isinstance(event, Unreadable):
            outcome: str = event.rejected.reason
            self.rejected += 1
            self.reasons[outcome] += 1
            self._blame(record, event)
        else:
            outcome = "delivered"
            self.delivered += 1
            self.events += event.events
            self.warnings.update({rule for rule, _ in event.warnings})
        if self._header is not None:
            self._producer(record, self._header)[outcome] += 1

    def _blame(self, record: Record, event: Unreadable) -> None:
        rejected = event.rejected
        for rule in rejected.rules or ("",):
            fault = Fault(rejected.reason, rule)
            self.faults[fault] += 1
            kept = self.examples.setdefault(fault, [])
            if len(kept) < self._most:
                kept.append(Example(*record.partition, record.offset, rejected.message))

    def _producer(self, record: Record, header: str) -> Counter[str]:
        name = _header(record, header)
        if name not in self.producers and len(self.producers) >= MOST_PRODUCERS:
            name = OTHERS
        return self.producers.setdefault(name, Counter())


def _header(record: Record, wanted: str) -> str:
    """The last of that name, as Kafka's own clients take it."""
    for name, value in reversed(record.headers):
        if name == wanted and value:
            return value.decode(errors="backslashreplace")[:NAME_CHARACTERS]
    return NOBODY
