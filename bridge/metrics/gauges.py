"""Gauges: what is true at the moment somebody asks."""

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.metrics.catalogue import FAMILY
from bridge.status import PartitionStatus, ServiceStatus, Status


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
    yield _single("backlog_records", status.backlog_records)
    yield _single("backlog_bytes", status.backlog_bytes)
    yield _single("backlog_high_records", status.backlog_high)
    yield _single("assigned_partitions", len(status.partitions))


def _services(services: list[ServiceStatus]) -> Iterator[Metric]:
    yield _of_each("in_flight", services, lambda each: each.in_flight)
    yield _of_each("concurrency_limit", services, lambda each: each.limit)
    yield _of_each("breaker_state", services, lambda each: each.breaker)
    yield _of_each("halted", services, lambda each: each.halted is not None)


def _partitions(partitions: list[PartitionStatus]) -> Iterator[Metric]:
    yield _each("partition_paused", partitions, lambda each: each.paused)
    yield _each("consumer_lag_records", partitions, lambda each: each.lag)
    yield _each("committed_offset", partitions, lambda each: each.committed)
    yield _each(
        "oldest_unsettled_timestamp_seconds", partitions, lambda each: each.oldest_unsettled
    )
    yield _each("completion_map_bytes", partitions, lambda each: each.map_characters)


def _single(name: str, value: float) -> Metric:
    return GaugeMetricFamily(FAMILY[name].exposed, FAMILY[name].help, value=value)


def _family(name: str) -> GaugeMetricFamily:
    one = FAMILY[name]
    return GaugeMetricFamily(one.exposed, one.help, labels=one.labels)


def _of_each(
    name: str, services: list[ServiceStatus], value: Callable[[ServiceStatus], float]
) -> Metric:
    family = _family(name)
    for service in services:
        family.add_metric((service.brand, service.kind), float(value(service)))
    return family


def _each(
    name: str,
    partitions: list[PartitionStatus],
    value: Callable[[PartitionStatus], float | None],
) -> Metric:
    family = _family(name)
    for partition in partitions:
        number = value(partition)
        if number is not None:
            labels = (partition.brand, partition.kind, partition.topic, str(partition.number))
            family.add_metric(labels, float(number))
    return family
