"""What each service is doing and since when, and what happened lately. Pure."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from bridge.model import Service
from bridge.report import Doing, Happening, What
from bridge.sight import Sight, service_of
from bridge.status import ServiceStatus

MOST_HAPPENINGS = 50

TROUBLES: dict[Doing, What] = {"outage": "outage", "halted": "halted"}
"""What is told where a service comes to do this."""


class Stay(NamedTuple):
    """What a service does, and since when."""

    doing: Doing
    since: float
    troubled_since: float | None
    """One kind of trouble may turn into the other."""


class Chronicle:
    """Told again and again how things stand, it keeps what has changed."""

    def __init__(self) -> None:
        self._stays: dict[Service, Stay] = {}
        self._state: What | None = None
        self._rebalances = 0
        self._happenings: deque[Happening] = deque(maxlen=MOST_HAPPENINGS)

    def __repr__(self) -> str:
        return f"<Chronicle: {self._state}, {len(self._happenings)} happenings>"

    def __iter__(self) -> Iterator[Happening]:
        """What happened, newest first."""
        return reversed(self._happenings)

    def doing(self, service: Service) -> Doing:
        """What *service* does; nothing, as long as it was not heard of."""
        stay = self._stays.get(service)
        return "idle" if stay is None else stay.doing

    def since(self, service: Service) -> float:
        """Since when it does."""
        return self._stays[service].since

    def follow(self, sight: Sight, moving: frozenset[Service]) -> None:
        """How things stand by now; of the services in *moving* records were delivered of late."""
        if sight.status.state != self._state:
            self._state = sight.status.state
            self._happenings.append(Happening(sight.at, self._state))
        if sight.totals.rebalances > self._rebalances:
            self._rebalances = sight.totals.rebalances
            self._happenings.append(Happening(sight.at, "rebalanced"))
        for status in sight.status.services:
            service = service_of(status)
            records = sight.hand(service).records
            self._enter(service, doing_of(status, records, moving=service in moving), sight.at)

    def _enter(self, service: Service, doing: Doing, at: float) -> None:
        stay = self._stays.get(service)
        if stay is not None and stay.doing == doing:
            return
        troubled = None if stay is None else stay.troubled_since
        if doing in TROUBLES:
            self._note(service, TROUBLES[doing], at)
            self._stays[service] = Stay(doing, at, at if troubled is None else troubled)
            return
        if troubled is not None:
            self._note(service, "recovered", at, at - troubled)
        self._stays[service] = Stay(doing, at, None)

    def _note(self, service: Service, what: What, at: float, seconds: float | None = None) -> None:
        self._happenings.append(Happening(at, what, service.brand, service.kind, seconds))


def doing_of(service: ServiceStatus, records: int, *, moving: bool) -> Doing:
    """What *service* does with *records* in hand; *moving* where some were delivered of late."""
    if service.halted is not None:
        return "halted"
    if service.breaker:
        return "outage"
    if service.in_flight or moving:
        return "delivering"
    return "waiting" if records else "idle"
