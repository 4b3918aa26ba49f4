"""PromQL from the names of the catalogue, so that no query asks for what is not there.

Gauges of a partition are taken by max over processes: during a rebalance two may show one.
"""

from typing import NamedTuple

from bridge.metrics.catalogue import FAMILY

PARTITION = ("topic", "partition")
SERVICE = ("brand", "kind")
CHOSEN = ('job=~"$job"', 'instance=~"$instance"')


class Queries(NamedTuple):
    """Questions about what was chosen at the top of a dashboard, as *matchers* say it."""

    matchers: tuple[str, ...]

    def metric(self, name: str, *more: str, part: str = "") -> str:
        """The series of the family *name*, or of a *part* of a histogram."""
        return self.foreign(FAMILY[name].exposed + part, *more)

    def foreign(self, exposed: str, *more: str) -> str:
        """The series of a metric that is not the bridge's own."""
        return f"{exposed}{{{', '.join((*self.matchers, *more))}}}"

    def rate(self, name: str, *more: str, by: tuple[str, ...] = (), part: str = "") -> str:
        """How much a second, around each moment."""
        return sum_of(f"rate({self.metric(name, *more, part=part)}[$__rate_interval])", by)

    def grown(self, name: str, *more: str, by: tuple[str, ...] = ()) -> str:
        """How much more, around each moment: for what is rare."""
        return sum_of(f"increase({self.metric(name, *more)}[$__rate_interval])", by)

    def shown(self, name: str, *more: str, by: tuple[str, ...] = (), part: str = "") -> str:
        """How much in all of the time that is shown."""
        return self.within("$__range", name, *more, by=by, part=part)

    def within(
        self, time: str, name: str, *more: str, by: tuple[str, ...] = (), part: str = ""
    ) -> str:
        """How much in the last *time*."""
        return sum_of(f"increase({self.metric(name, *more, part=part)}[{time}])", by)

    def total(self, name: str, by: tuple[str, ...] = ()) -> str:
        """A gauge that each process has for itself, added up."""
        return sum_of(self.metric(name), by)

    def highest(self, name: str, by: tuple[str, ...]) -> str:
        """A gauge that must not be added up."""
        return max_of(self.metric(name), by)

    def partitions(self, name: str) -> str:
        """A gauge of each partition."""
        return max_of(self.metric(name), PARTITION)

    def waiting(self) -> str:
        """Age of the oldest event of each partition; nothing where nothing waits."""
        since = self.metric("oldest_unsettled_timestamp_seconds")
        return max_of(f"time() - {since}", PARTITION)

    def quantile(self, share: float, name: str, by: tuple[str, ...] = ()) -> str:
        """The value that this *share* of a histogram's observations stays below."""
        buckets = self.rate(name, by=("le", *by), part="_bucket")
        return f"histogram_quantile({share}, {buckets})"


def sum_of(series: str, by: tuple[str, ...] = ()) -> str:
    """The sum, of all or by labels."""
    return _aggregated("sum", series, by)


def max_of(series: str, by: tuple[str, ...] = ()) -> str:
    """The highest, of all or by labels."""
    return _aggregated("max", series, by)


def share_of(part: str, whole: str) -> str:
    """*part* of *whole*, and nothing where there is no whole."""
    return f"{part} / ({whole} > 0)"


def _aggregated(how: str, series: str, by: tuple[str, ...]) -> str:
    return f"{how} by ({', '.join(by)}) ({series})" if by else f"{how} ({series})"


ALL = Queries(CHOSEN)
OF_BRANDS = Queries((*CHOSEN, 'brand=~"$brand"'))
