"""How a process stands at one moment, as somebody sees it who looks at it. Pure."""

from typing import NamedTuple

from bridge.model import Kind, Service
from bridge.status import Counts, ServiceStatus, Status, Totals


class Hand(NamedTuple):
    """What a service has of all the partitions that this process owns."""

    records: int
    lag: int | None
    """None until each partition's is known."""
    oldest_unsettled: float | None


class Sight(NamedTuple):
    """The status and the counters, both of the time *at*."""

    at: float
    status: Status
    totals: Totals

    def counts(self, service: Service) -> Counts:
        """What was counted of *service*."""
        return self.totals.services[service]

    def hand(self, service: Service) -> Hand:
        """What *service* has in hand and before it."""
        own = [each for each in self.status.partitions if (each.brand, each.kind) == service]
        lags = [each.lag for each in own if each.lag is not None]
        oldest = (each.oldest_unsettled for each in own if each.oldest_unsettled is not None)
        return Hand(
            sum(each.records for each in own),
            sum(lags) if len(lags) == len(own) else None,
            min(oldest, default=None),
        )


def service_of(status: ServiceStatus) -> Service:
    """Whose *status* it is."""
    return Service(status.brand, Kind(status.kind))
