"""How a family of the catalogue comes into a registry."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Info

from bridge.metrics.catalogue import FAMILY, PREFIX
from bridge.metrics.tallies import Count, Counter, Histogram, Tally


class Declaring:
    """A registry of its own, and ways to declare families in it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

    def _counter(self, name: str) -> Callable[..., Count]:
        """What counts in the family, by label values."""
        counter = Counter(FAMILY[name])
        self.registry.register(counter)
        return counter.labelled

    def _histogram(self, name: str) -> Callable[..., Tally]:
        """What observes in the family, by label values."""
        histogram = Histogram(FAMILY[name])
        self.registry.register(histogram)
        return histogram.labelled

    def _info(self, name: str) -> Info:
        return Info(name, FAMILY[name].help, namespace=PREFIX, registry=self.registry)
