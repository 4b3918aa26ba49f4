"""What the flow tells about itself. The edges decide what becomes of it."""

from collections.abc import Sequence
from typing import Protocol

from bridge.contexts import SpanId
from bridge.model import Partition, Reason, Service


class Observer(Protocol):
    """Duties: never blocks, never raises, keeps no reference to what it is given."""

    def consumed(self, service: Service, partition: Partition, records: int) -> None:
        """*records* were read from *partition*."""

    def skipped(self, service: Service, records: int) -> None:
        """*records* were read that an earlier owner had settled."""

    def lost(self, service: Service, offsets: int) -> None:
        """*offsets* are gone from Kafka, or were passed over, before they were delivered."""

    def delivered(
        self, service: Service, delays_seconds: Sequence[float], span: SpanId | None = None
    ) -> None:
        """Records were accepted by one request, each so many seconds after its timestamp.

        *span* is that of the request, where one is recorded.
        """

    def rejected(self, service: Service, reason: Reason) -> None:
        """A record ended in the dead-letter topic."""

    def dead_letter_failed(self, service: Service) -> None:
        """A dead letter was not acknowledged and will be written again."""

    def receipts_written(self, service: Service, receipts: int) -> None:
        """*receipts* were acknowledged."""

    def receipts_failed(self, service: Service, receipts: int) -> None:
        """*receipts* were not acknowledged and will be written again, if there is room for them."""

    def receipts_lost(self, service: Service, receipts: int) -> None:
        """Records ended, and of *receipts* none will stand in the topic, or may not."""

    def order_not_followed(self, service: Service) -> None:
        """What became of an accepted order will not be asked: there are too many."""

    def order_looked_up(self, service: Service, progress: str | None) -> None:
        """Omeda was asked what became of an order; None where it said nothing."""

    def order_ended(self, service: Service, outcome: str, seconds: float) -> None:
        """*outcome* was seen so long after the acceptance."""

    def rule_broken(self, service: Service, rule: str, strictness: str) -> None:
        """An event broke *rule*, which then rejects it (`reject`) or only warns (`warn`)."""

    def requested(
        self, service: Service, outcome: str, status: int | None, seconds: float, events: int
    ) -> None:
        """One request ended as *outcome* after *seconds*; *status* is None without an answer."""

    def refused(self, service: Service, errors: Sequence[str]) -> None:
        """An answer named *errors*, each of them one of few words."""

    def outcome_unknown(self, service: Service) -> None:
        """A request was sent, and whether Omeda accepted it is not known."""

    def backed_off(self, service: Service, reason: str, seconds: float) -> None:
        """A record waits *seconds* for its next attempt."""

    def merge_followed(self, service: Service) -> None:
        """An event is sent again for the customer that its own was merged into."""

    def parted(self, service: Service, events: int) -> None:
        """A request of *events* was refused; they are sent again in smaller ones."""

    def rate_limited(self, service: Service, seconds: float) -> None:
        """A request waited *seconds* for `requests_per_second`."""

    def rebalanced(self) -> None:
        """Partitions were taken away or given."""

    def committed(self, outcome: str, seconds: float) -> None:
        """One commit ended as *outcome* (`ok`, `failed`) after *seconds*."""

    def overflowed(self, maps: int) -> None:
        """*maps* completion maps did not fit into their commit."""
