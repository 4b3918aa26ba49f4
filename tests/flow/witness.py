"""Turns what the fakes saw into the terms of the guarantees."""

from bridge.model import LaneKey, Partition
from bridge.record import Record
from tests.guarantees import (
    AtLeastOnce,
    KeyOrder,
    LastWord,
    NeverAheadOfSettled,
    OneAtATimePerKey,
    Repeats,
)


class Guarantor:
    """Feeds the guarantees while the bridge runs. Every body it is told of is unique."""

    def __init__(self) -> None:
        self.at_least_once = AtLeastOnce()
        self.order = KeyOrder()
        self.last_word = LastWord()
        self.one_at_a_time = OneAtATimePerKey()
        self.never_ahead = NeverAheadOfSettled()
        self.repeats = Repeats(at_most=0)
        self._bodies: dict[bytes, tuple[LaneKey, Record]] = {}
        self._buried: set[tuple[Partition, int]] = set()

    def produced(self, lane: LaneKey, record: Record) -> None:
        self._bodies[record.value or b""] = lane, record
        self.at_least_once.produced((record.partition, record.offset))
        # Owed from its production on, not from its admission: what was lost on the way to
        # the ledger must not be passed either.
        self.never_ahead.admitted(record.partition, record.offset)

    def begun(self, body: bytes) -> None:
        self.one_at_a_time.begun(self._bodies[body][0], body)

    def ended(self, body: bytes) -> None:
        self.one_at_a_time.ended(self._bodies[body][0], body)

    def accepted(self, body: bytes) -> None:
        lane, record = self._bodies[body]
        self.at_least_once.accepted((record.partition, record.offset))
        # A dead letter left the order, also where a crash brings its record once more.
        if (record.partition, record.offset) not in self._buried:
            self.order.accepted(lane, record.partition, record.offset)
            self.last_word.accepted(lane, record.partition, record.offset)
        self.never_ahead.settled(record.partition, record.offset)
        self.repeats.accepted((record.partition, record.offset))

    def buried(self, record: Record) -> None:
        self._buried.add((record.partition, record.offset))
        self.last_word.dead_lettered(record.partition, record.offset)
        self.at_least_once.dead_lettered((record.partition, record.offset))
        self.never_ahead.settled(record.partition, record.offset)

    def committed(self, partition: Partition, offset: int) -> None:
        self.never_ahead.committed(partition, offset)

    def revoked(self, partition: Partition) -> None:
        self.never_ahead.revoked(partition)

    def check(self) -> None:
        """At the end, with nothing left to be done."""
        self.at_least_once.check()
        self.last_word.check()
        self.check_so_far()

    def check_so_far(self) -> None:
        self.order.check()
        self.one_at_a_time.check()
        self.never_ahead.check()
