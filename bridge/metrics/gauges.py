"""Gauges: what is true at the moment somebody asks."""

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.status import PartitionStatus, ServiceStatus, Status

_PARTITION = ("brand", "kind", "topic", "partition")


class Gauges(Collector):
    """Reads every gauge off one status, so that they agree with each other."""

    def __init__(self, status: Callable[[], Status]) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        """All gauge families as of now."""
        status = self._status()
        yield from _backlog(status)
        yield from _services(status.services)
        yield from _partitions(status.partitions)


def _backlog(status: Status) -> Iterator[Metric]:
    yield _single(
        "backlog_records",
        "Records in hand: read and not settled. Near the high mark: Omeda is the bottleneck.",
        status.backlog_records,
    )
    yield _single("backlog_bytes", "Payload of the records in hand.", status.backlog_bytes)
    yield _single(
        "backlog_high_records",
        "Records in hand above which partitions pause, all shares together.",
        status.backlog_high,
    )
    yield _single(
        "assigned_partitions", "Partitions that this process owns.", len(status.partitions)
    )


def _services(services: list[ServiceStatus]) -> Iterator[Metric]:
    yield _of_each("in_flight", "Requests under way.", services, lambda each: each.in_flight)
    yield _of_each(
        "concurrency_limit",
        "Requests that may be under way. Falls when Omeda throttles or times out.",
        services,
        lambda each: each.limit,
    )
    yield _of_each(
        "breaker_state",
        "0 closed, 1 half-open, 2 open: Omeda fails, and is tried from time to time.",
        services,
        lambda each: each.breaker,
    )
    yield _of_each(
        "halted",
        "1 while Omeda refuses the whole service, or too many records became dead letters."
        " The log and the status say why, and what to do.",
        services,
        lambda each: each.halted is not None,
    )


def _of_each(
    name: str,
    text: str,
    services: list[ServiceStatus],
    value: Callable[[ServiceStatus], float],
) -> Metric:
    family = GaugeMetricFamily(f"omeda_bridge_{name}", text, labels=("brand", "kind"))
    for service in services:
        family.add_metric((service.brand, service.kind), value(service))
    return family


def _partitions(partitions: list[PartitionStatus]) -> Iterator[Metric]:
    yield _each("partition_paused", "1 while the partition takes nothing in.", partitions, _paused)
    yield _each(
        "consumer_lag_records",
        "Offsets between the lowest unsettled record and the end.",
        partitions,
        lambda partition: partition.lag,
    )
    yield _each(
        "committed_offset",
        "The last confirmed offset. Stands still while records arrive: look at the oldest"
        " unsettled one.",
        partitions,
        lambda partition: partition.committed,
    )
    yield _each(
        "oldest_unsettled_timestamp_seconds",
        "Timestamp of the lowest unsettled record.",
        partitions,
        lambda partition: partition.oldest_unsettled,
    )
    yield _each(
        "completion_map_bytes",
        "Length of the completion map in the last commit; 4096 is the most that Kafka takes.",
        partitions,
        lambda partition: partition.map_characters,
    )


def _paused(partition: PartitionStatus) -> float:
    return float(partition.paused)


def _single(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"omeda_bridge_{name}", text, value=value)


def _each(
    name: str,
    text: str,
    partitions: list[PartitionStatus],
    value: Callable[[PartitionStatus], float | None],
) -> Metric:
    family = GaugeMetricFamily(f"omeda_bridge_{name}", text, labels=_PARTITION)
    for partition in partitions:
        number = value(partition)
        if number is not None:
            labels = (partition.brand, partition.kind, partition.topic, str(partition.number))
            family.add_metric(labels, number)
    return family
