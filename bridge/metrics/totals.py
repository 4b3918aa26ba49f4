"""What was counted so far, for the status page: read off the counters, not counted twice."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry

from bridge.metrics.catalogue import FAMILY
from bridge.metrics.histograms import Tally
from bridge.model import Kind, Service
from bridge.status import Counts, Totals

_SETTLED, _LETTERS, _RETRIES, _REBALANCES = READ = tuple(
    FAMILY[name].exposed for name in ("records_settled", "dead_letters", "retries", "rebalances")
)

_By = defaultdict[Service, dict[str, int]]


def totals(
    registry: CollectorRegistry, services: Iterable[Service], delays: Callable[..., Tally]
) -> Totals:
    """The totals of *services* in *registry*; *delays* has the tally of each."""
    found, rebalances = _read(registry)
    counts = {
        service: Counts(
            found[_SETTLED][service].get("delivered", 0),
            found[_LETTERS][service],
            found[_RETRIES][service],
            tuple(delays(*service).counts),
        )
        for service in services
    }
    return Totals(counts, rebalances)


def _read(registry: CollectorRegistry) -> tuple[dict[str, _By], int]:
    """By family and service what was counted under the third label, and the rebalances."""
    found: dict[str, _By] = {name: defaultdict(dict) for name in READ}
    rebalances = 0
    for family in registry.restricted_registry(READ).collect():
        for sample in family.samples:
            if sample.name == _REBALANCES:
                rebalances = int(sample.value)
            elif sample.value:
                brand, kind, word = sample.labels.values()
                found[sample.name][Service(brand, Kind(kind))][word] = int(sample.value)
    return found, rebalances
