"""Counters and histograms that cost little: no lock, since one thread tells all that is counted.

Exposed through the library's own families, so that a scrape shows no difference.
"""

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from math import inf
from typing import Generic, TypeVar

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar
from prometheus_client.utils import floatToGoString

from bridge.contexts import SpanId
from bridge.metrics.catalogue import Family

T = TypeVar("T")


class Count:
    """What was counted under one set of labels."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0

    def inc(self, amount: float = 1) -> None:
        """Count *amount* more, which is not negative."""
        self.value += amount


class Tally:
    """What was observed under one set of labels."""

    __slots__ = ("_bounds", "counts", "exemplars", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0
        self.exemplars: dict[int, Exemplar] = {}
        """The latest of each bucket that has one."""

    def observe(self, value: float) -> None:
        """Count *value* in its bucket, whose bound it may equal."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    def observe_all(self, values: Iterable[float]) -> None:
        """Count each of *values*."""
        bounds, counts = self._bounds, self.counts
        below, bucket, upto = 0.0, -1, 0.0
        for value in values:
            # Those of one request nearly always share a bucket.
            if bucket < 0 or not below < value <= upto:
                bucket = bisect_left(bounds, value)
                below = bounds[bucket - 1] if bucket else -inf
                upto = bounds[bucket] if bucket < len(bounds) else inf
            counts[bucket] += 1
            self.sum += value

    def observe_traced(self, values: Iterable[float], span: SpanId, *, at: float) -> None:
        """Count each of *values*, which *span* tells of, *at* some seconds since the epoch."""
        for value in values:
            self.observe(value)
            bucket = bisect_left(self._bounds, value)
            self.exemplars[bucket] = Exemplar(span._asdict(), value, at)


class _Labelled(Collector, Generic[T]):
    """One family, and what it has under each set of label values."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._children: dict[tuple[str, ...], T] = {}
        if not family.labels:
            self.labelled()

    @abstractmethod
    def _new(self) -> T:
        """What is under labels that nothing was told of yet."""

    @abstractmethod
    def _shown(self, children: Iterable[tuple[tuple[str, ...], T]]) -> Metric:
        """As a scrape shows them."""

    def labelled(self, *values: str) -> T:
        """What is under *values*; new ones begin at 0, and are shown from then on."""
        child = self._children.get(values)
        if child is None:
            child = self._children[values] = self._new()
        return child

    def collect(self) -> Iterator[Metric]:
        """The family as of now."""
        yield self._shown(self._children.items())


class Counter(_Labelled[Count]):
    """A family of counters."""

    def _new(self) -> Count:
        return Count()

    def _shown(self, children: Iterable[tuple[tuple[str, ...], Count]]) -> Metric:
        one = self._family
        shown = CounterMetricFamily(one.exposed, one.help, labels=one.labels)
        for values, count in children:
            shown.add_metric(values, count.value)
        return shown


class Histogram(_Labelled[Tally]):
    """A family of histograms."""

    def _new(self) -> Tally:
        return Tally(self._family.buckets)

    def _shown(self, children: Iterable[tuple[tuple[str, ...], Tally]]) -> Metric:
        one = self._family
        shown = HistogramMetricFamily(one.exposed, one.help, labels=one.labels)
        bounds = [*map(floatToGoString, one.buckets), "+Inf"]
        for values, tally in children:
            shown.add_metric(values, _buckets(bounds, tally), tally.sum)
        return shown


def _buckets(
    bounds: Iterable[str], tally: Tally
) -> list[tuple[str, float] | tuple[str, float, Exemplar]]:
    counted = zip(bounds, accumulate(tally.counts), strict=True)
    if not tally.exemplars:
        return [*counted]
    found = map(tally.exemplars.get, range(len(tally.counts)))
    return [
        pair if exemplar is None else (*pair, exemplar)
        for pair, exemplar in zip(counted, found, strict=True)
    ]
