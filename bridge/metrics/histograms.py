"""Histograms that cost little: several values at once, and no lock, since one thread observes.

Exposed through the library's own families, so that a scrape shows no difference.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from bridge.metrics.catalogue import Family


class Tally:
    """What was observed under one set of labels."""

    __slots__ = ("_bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count *value* in its bucket, whose bound it may equal."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    def observe_all(self, values: Iterable[float]) -> None:
        """Count each of *values*."""
        for value in values:
            self.observe(value)


class Histogram(Collector):
    """One family, and its tallies by their label values."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._tallies: dict[tuple[str, ...], Tally] = {}
        if not family.labels:
            self.labelled()

    def labelled(self, *values: str) -> Tally:
        """The tally under *values*; new ones begin at 0, and are shown from then on."""
        tally = self._tallies.get(values)
        if tally is None:
            tally = self._tallies[values] = Tally(self._family.buckets)
        return tally

    def collect(self) -> Iterator[Metric]:
        """The family as of now."""
        one = self._family
        shown = HistogramMetricFamily(one.exposed, one.help, labels=one.labels)
        bounds = [*map(floatToGoString, one.buckets), "+Inf"]
        for values, tally in self._tallies.items():
            counts = accumulate(tally.counts)
            shown.add_metric(values, [*zip(bounds, counts, strict=True)], tally.sum)
        yield shown
