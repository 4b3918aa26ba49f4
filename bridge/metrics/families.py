"""Counters and histograms: what the flow tells as it goes (the flow's `Observer`)."""

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import get_args

from prometheus_client.exposition import choose_encoder
from prometheus_client.process_collector import ProcessCollector

from bridge import __version__, compiled
from bridge.contexts import SpanId
from bridge.metrics.catalogue import PREFIX
from bridge.metrics.gauges import Gauges
from bridge.metrics.receipts import ReceiptMetrics
from bridge.metrics.tallies import Count, Tally
from bridge.model import NOT_A_MEMBER, Partition, Reason, Route, Service
from bridge.refusals import KNOWN, UNCLASSIFIED
from bridge.rules import RULES, Strictness
from bridge.status import Counts, Status, Totals

COMMIT_OUTCOMES = ("ok", "failed")
RETRY_REASONS = (
    *("throttled", "request_timeout", "server_error", "unclear", "pending"),
    *("no_connection", "timeout", "no_answer", NOT_A_MEMBER),
)


class Metrics(ReceiptMetrics):
    """The families of one process, in a registry of their own."""

    def __init__(self) -> None:
        super().__init__()
        ProcessCollector(registry=self.registry)
        self._declare_records()
        self._declare_requests()
        self._declare_kafka()
        self._info("build").info(
            {
                "version": __version__,
                "python": platform.python_version(),
                "compiled": "yes" if compiled() else "no",
            }
        )

    def _declare_records(self) -> None:
        self._consumed = self._counter("records_consumed")
        self._settled = self._counter("records_settled")
        self._rules_broken = self._counter("rules_broken")
        self._skipped = self._counter("records_skipped")
        self._lost = self._counter("lost_records")
        self._delay = self._histogram("delivery_delay_seconds")
        self._dead_letters = self._counter("dead_letters")
        self._dead_letter_failures = self._counter("dead_letter_failures")

    def _declare_requests(self) -> None:
        self._requests = self._counter("requests")
        self._duration = self._histogram("request_duration_seconds")
        self._events = self._histogram("request_events")
        # What every request tells, bound to its labels once.
        self._request = cache(self._of_request)
        self._delivery = cache(
            lambda service: (self._settled(*service, "delivered"), self._delay(*service))
        )
        self._retries = self._counter("retries")
        self._backoff = self._counter("backoff_seconds")
        self._omeda_errors = self._counter("omeda_errors")
        self._unknown = self._counter("unknown_outcomes")
        self._merges = self._counter("merges_followed")
        self._parted = self._counter("events_parted")
        self._rate_limited = self._counter("rate_limit_wait_seconds")

    def _declare_kafka(self) -> None:
        self._rebalances = self._counter("rebalances")
        self._rebuilds = self._counter("consumer_rebuilds")
        self._commits = self._counter("commits")
        self._commit_duration = self._histogram("commit_duration_seconds")
        self._overflows = self._counter("completion_map_overflows")
        self._loop_lag = self._histogram("event_loop_lag_seconds")

    def expose(self, accept: str) -> tuple[bytes, str]:
        """Every family in the format that the header *accept* asks for, and its content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def total(self, name: str, **labels: str) -> float:
        """The sum of the samples *name* (without prefix) that carry *labels*."""
        return sum(
            sample.value
            for family in self.registry.collect()
            for sample in family.samples
            if sample.name == f"{PREFIX}_{name}" and labels.items() <= sample.labels.items()
        )

    def totals(self, services: Iterable[Service]) -> Totals:
        """What was counted so far of *services*, and of the process."""
        rebalances = int(self._rebalances().value)
        return Totals({service: self._counts(service) for service in services}, rebalances)

    def _counts(self, service: Service) -> Counts:
        return Counts(
            delivered=int(self._settled(*service, "delivered").value),
            dead_letters=_counted(self._dead_letters, service, get_args(Reason)),
            retries=_counted(self._retries, service, RETRY_REASONS),
            delays=tuple(self._delay(*service).counts),
        )

    def begin(self, routes: Iterable[Route]) -> None:
        """Show each route's counters as 0 from the start, so that a first increase is seen."""
        for route in routes:
            self._consumed(*route.service, route.topic)
            self._settled(*route.service, "delivered")
            self._settled(*route.service, "rejected")
            self._settled(*route.service, "exhausted")
            self._delay(*route.service)
            for reason in get_args(Reason):
                self._dead_letters(*route.service, reason)
            self._begin_troubles(route)
            self._dead_letter_failures(*route.service)
            self._begin_receipts(route.service)
            self._unknown(*route.service)
            self._skipped(*route.service)
            self._lost(*route.service)
            self._merges(*route.service)
            self._parted(*route.service)
            self._rate_limited(*route.service)
            self._events(*route.service)
        for outcome in COMMIT_OUTCOMES:
            self._commits(outcome)
            self._commit_duration(outcome)

    def _begin_troubles(self, route: Route) -> None:
        for reason in RETRY_REASONS:
            self._retries(*route.service, reason)
            self._backoff(*route.service, reason)
        for error in {known.name for known in KNOWN} | {UNCLASSIFIED}:
            self._omeda_errors(*route.service, error)
        given = dict(route.rules)
        for rule in RULES.values():
            strictness = given.get(rule.name, rule.default)
            if strictness != Strictness.OFF:
                self._rules_broken(*route.service, rule.name, strictness)

    def describe_config(self, **facts: str) -> None:
        """Show the facts of the configuration that tell two deployments apart. No secrets."""
        self._info("config").info(facts)

    def watch(self, status: Callable[[], Status]) -> None:
        """Read the gauges off *status* whenever they are asked for."""
        self.registry.register(Gauges(status))

    def consumer_rebuilt(self) -> None:
        """A new Kafka client was put in the place of one that no longer worked."""
        self._rebuilds().inc()

    def loop_lag(self, seconds: float) -> None:
        """A timer was *seconds* late."""
        self._loop_lag().observe(seconds)

    # What the flow tells (bridge.observer.Observer).

    def consumed(self, service: Service, partition: Partition, records: int) -> None:
        self._consumed(*service, partition.topic).inc(records)

    def skipped(self, service: Service, records: int) -> None:
        self._skipped(*service).inc(records)

    def lost(self, service: Service, offsets: int) -> None:
        self._lost(*service).inc(offsets)

    def delivered(
        self, service: Service, delays_seconds: Sequence[float], span: SpanId | None = None
    ) -> None:
        settled, delay = self._delivery(service)
        settled.inc(len(delays_seconds))
        if span is None:
            delay.observe_all(delays_seconds)
        else:
            delay.observe_traced(delays_seconds, span, at=time.time())

    def rejected(self, service: Service, reason: Reason) -> None:
        outcome = "exhausted" if reason == "exhausted" else "rejected"
        self._settled(*service, outcome).inc()
        self._dead_letters(*service, reason).inc()

    def dead_letter_failed(self, service: Service) -> None:
        self._dead_letter_failures(*service).inc()

    def rule_broken(self, service: Service, rule: str, strictness: str) -> None:
        self._rules_broken(*service, rule, strictness).inc()

    def requested(
        self, service: Service, outcome: str, status: int | None, seconds: float, events: int
    ) -> None:
        requests, duration, carried = self._request(service, outcome, status)
        requests.inc()
        duration.observe(seconds)
        carried.observe(events)

    def refused(self, service: Service, errors: Sequence[str]) -> None:
        for error in errors:
            self._omeda_errors(*service, error).inc()

    def outcome_unknown(self, service: Service) -> None:
        self._unknown(*service).inc()

    def backed_off(self, service: Service, reason: str, seconds: float) -> None:
        self._retries(*service, reason).inc()
        self._backoff(*service, reason).inc(seconds)

    def merge_followed(self, service: Service) -> None:
        self._merges(*service).inc()

    def parted(self, service: Service, events: int) -> None:
        self._parted(*service).inc(events)

    def rate_limited(self, service: Service, seconds: float) -> None:
        self._rate_limited(*service).inc(seconds)

    def rebalanced(self) -> None:
        self._rebalances().inc()

    def committed(self, outcome: str, seconds: float) -> None:
        self._commits(outcome).inc()
        self._commit_duration(outcome).observe(seconds)

    def overflowed(self, maps: int) -> None:
        self._overflows().inc(maps)

    def _of_request(
        self, service: Service, outcome: str, status: int | None
    ) -> tuple[Count, Tally, Tally]:
        status_class = "none" if status is None else f"{status // 100}xx"
        return (
            self._requests(*service, outcome, status_class),
            self._duration(*service, outcome, status_class),
            self._events(*service),
        )


def _counted(
    family: Callable[..., Count], service: Service, words: Iterable[str]
) -> dict[str, int]:
    """What was counted of *service* under each of *words*, where anything was."""
    values = ((word, family(*service, word).value) for word in words)
    return {word: int(value) for word, value in values if value}
