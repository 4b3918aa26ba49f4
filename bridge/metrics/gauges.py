"""Gauges: what is true at the moment somebody asks."""

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.status import PartitionStatus, Status

_PARTITION = ("brand", "kind", "topic", "partition")


class Gauges(Collector):
    """Reads every gauge off one status, so that they agree with each other."""

    def __init__(self, status: Callable[[], Status]) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        """All gauge families as of now."""
        status = self._status()
        yield from _backlog(status)
        yield from _services(status)
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
    yield _single("concurrency_limit", "Requests in flight at most.", status.concurrency)


def _services(status: Status) -> Iterator[Metric]:
    in_flight = GaugeMetricFamily(
        "omeda_bridge_in_flight", "Requests under way.", labels=("brand", "kind")
    )
    for service in status.services:
        in_flight.add_metric((service.brand, service.kind), service.in_flight)
    yield in_flight


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
