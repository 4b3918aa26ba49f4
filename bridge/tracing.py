"""Where an event is, from what Kafka holds: the group's offset, dead letters, receipts. Pure.

Nothing is guessed. Without a receipt, a record that is settled and has no letter where letters were
looked for was accepted by Omeda: but under which ids, only a receipt says.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from bridge.completion import decode
from bridge.letters import Place
from bridge.model import Commit, Partition
from bridge.receipt import Receipt

SAYS: dict[str, str] = {
    "waiting": "not settled yet: it is in hand, or was not read yet",
    "delivered": "accepted by Omeda",
    "rejected": "it can never be delivered, and stands in the dead-letter topic",
    "exhausted": "given up after its attempts, and stands in the dead-letter topic",
    "landed": "accepted by Omeda, and processed there",
    "landed_with_loss": "accepted by Omeda and processed there, but not all of it was taken over",
    "failed": "accepted by Omeda, and failed when it was processed there",
    "held": "accepted by Omeda, where it is on hold, or waits for a person's review",
    "unknown": "accepted by Omeda; whether it was processed could not be learned within"
    " confirm.end_seconds",
    "settled": "accepted by Omeda, or stored as a dead letter outside of what was searched;"
    " no receipt says which",
    "nothing_there": "no record stands there: it was compacted away, or is a transaction's marker,"
    " or was aborted",
    "not_yet_there": "the partition does not reach that offset yet",
    "lost": "no longer in the topic, and the group has not passed it: retention took it before it"
    " was delivered",
}

FINDINGS = frozenset(
    {
        *("rejected", "exhausted", "nothing_there", "not_yet_there", "lost"),
        *("landed_with_loss", "failed", "held", "unknown"),
    }
)
"""States that somebody must look at."""


class Holding(NamedTuple):
    """What Kafka holds of a partition: its records from *first* up to *end*, the group's commit."""

    first: int
    end: int
    commit: Commit | None

    def settled(self, partition: Partition, offset: int) -> bool:
        """Whether the group is done with *offset*."""
        if self.commit is None:
            return False
        base, metadata, _ = self.commit
        return offset < base or offset in decode(partition, base, metadata)


class Seen(NamedTuple):
    """A record of a source topic."""

    customer: str
    timestamp_ms: int | None


class Found(NamedTuple):
    """A dead letter of the event."""

    place: Place
    reason: str
    replayed: bool


class Trace(Struct, frozen=True):
    """One event, and all that is known of it."""

    partition: Partition
    offset: int
    state: str
    """One of `SAYS`."""
    seen: Seen | None
    committed: int | None
    settled: bool
    """Whether the group is done with it."""
    letters: Sequence[Found]
    receipts: Sequence[Receipt]

    @property
    def last(self) -> Receipt | None:
        """What was told of it last."""
        return self.receipts[-1] if self.receipts else None

    @property
    def produced_at_ms(self) -> int | None:
        """The record's own time."""
        told = [one.record_timestamp_ms for one in self.receipts]
        return self.seen.timestamp_ms if self.seen else next(iter(told), None)

    @property
    def submission_id(self) -> str | None:
        """Omeda's reference, for its support."""
        return next((one.submission_id for one in self.receipts if one.submission_id), None)

    @property
    def transaction_id(self) -> int | None:
        """Omeda's, of an order."""
        return next((one.transaction_id for one in self.receipts if one.transaction_id), None)

    @property
    def reason(self) -> str:
        """Why it is a dead letter, or Omeda's status of an order that was followed; else empty."""
        last = self.last
        if last is None or last.outcome == "delivered":
            return self.letters[-1].reason if self.letters and last is None else ""
        if last.reason:
            return last.reason
        return "" if last.transaction_status is None else f"status {last.transaction_status}"


def trace(
    partition: Partition,
    offset: int,
    holding: Holding,
    seen: Seen | None,
    letters: Sequence[Found],
    receipts: Sequence[Receipt],
) -> Trace:
    """Say what became of the record at *offset*."""
    receipts = sorted(receipts, key=lambda one: one.settled_at_ms)
    state = _state(partition, offset, holding, seen, letters, receipts)
    commit = holding.commit
    committed = None if commit is None else commit.offset
    settled = holding.settled(partition, offset)
    return Trace(partition, offset, state, seen, committed, settled, letters, receipts)


def _state(
    partition: Partition,
    offset: int,
    holding: Holding,
    seen: Seen | None,
    letters: Sequence[Found],
    receipts: Sequence[Receipt],
) -> str:
    if receipts:
        return receipts[-1].outcome
    if letters:
        return "exhausted" if letters[-1].reason == "exhausted" else "rejected"
    if offset >= holding.end:
        return "not_yet_there"
    if seen is None and offset >= holding.first:
        return "nothing_there"
    if holding.settled(partition, offset):
        return "settled"
    return "waiting" if seen is not None else "lost"
