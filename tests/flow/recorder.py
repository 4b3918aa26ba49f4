"""An Observer for tests."""

from collections import Counter
from collections.abc import Sequence

from bridge.contexts import SpanId
from bridge.model import Partition, Reason, Service


class Recorder:
    """An Observer that adds up."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.waits: list[tuple[str, float]] = []
        self.exemplars: list[SpanId] = []

    def consumed(self, service: Service, partition: Partition, records: int) -> None:
        del service, partition
        self.counts["consumed"] += records

    def skipped(self, service: Service, records: int) -> None:
        del service
        self.counts["skipped"] += records

    def lost(self, service: Service, offsets: int) -> None:
        del service
        self.counts["lost"] += offsets

    def delivered(
        self, service: Service, delays_seconds: Sequence[float], span: SpanId | None = None
    ) -> None:
        del service
        if span is not None:
            self.exemplars.append(span)
        self.counts["delivered"] += len(delays_seconds)

    def rejected(self, service: Service, reason: Reason) -> None:
        del service
        self.counts["rejected"] += 1
        self.counts[f"rejected: {reason}"] += 1

    def dead_letter_failed(self, service: Service) -> None:
        del service
        self.counts["dead letters failed"] += 1

    def receipts_written(self, service: Service, receipts: int) -> None:
        del service
        self.counts["receipts written"] += receipts

    def receipts_failed(self, service: Service, receipts: int) -> None:
        del service
        self.counts["receipts failed"] += receipts

    def receipts_lost(self, service: Service, receipts: int) -> None:
        del service
        self.counts["receipts lost"] += receipts

    def order_not_followed(self, service: Service) -> None:
        del service
        self.counts["orders not followed"] += 1

    def order_looked_up(self, service: Service, progress: str | None) -> None:
        del service
        self.counts[f"looked up: {progress or 'no answer'}"] += 1

    def order_ended(self, service: Service, outcome: str, seconds: float) -> None:
        del service
        self.counts[f"order: {outcome}"] += 1
        self.waits.append((outcome, seconds))

    def rule_broken(self, service: Service, rule: str, strictness: str) -> None:
        del service
        self.counts[f"{strictness}: {rule}"] += 1

    def requested(
        self, service: Service, outcome: str, status: int | None, seconds: float, events: int
    ) -> None:
        del service, status, seconds, events
        self.counts[f"requested: {outcome}"] += 1

    def refused(self, service: Service, errors: Sequence[str]) -> None:
        del service
        self.counts.update(f"error: {error}" for error in errors)

    def outcome_unknown(self, service: Service) -> None:
        del service
        self.counts["outcome unknown"] += 1

    def backed_off(self, service: Service, reason: str, seconds: float) -> None:
        del service
        self.waits.append((reason, seconds))

    def merge_followed(self, service: Service) -> None:
        del service
        self.counts["merges followed"] += 1

    def parted(self, service: Service, events: int) -> None:
        del service
        self.counts["parted"] += events

    def rate_limited(self, service: Service, seconds: float) -> None:
        del service
        self.waits.append(("rate limited", seconds))

    def rebalanced(self) -> None:
        self.counts["rebalanced"] += 1

    def committed(self, outcome: str, seconds: float) -> None:
        del seconds
        self.counts[f"committed: {outcome}"] += 1

    def overflowed(self, maps: int) -> None:
        self.counts["overflowed"] += maps
