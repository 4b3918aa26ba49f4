"""Requests that delay no event: of what the brand's pace leaves, while its service is well."""

from collections.abc import Callable

from bridge.desks import Desks
from bridge.model import Service


class Spare:
    """Gives single requests away, each once."""

    def __init__(self, desks: Desks, clock: Callable[[], float]) -> None:
        self._desks = desks
        self._clock = clock

    def take(self, service: Service) -> bool:
        """Whether one may be made now on behalf of *service*: then it must be made.

        None is while the service is held, which is left alone, nor while the pace is what an event
        of the brand may be waiting for.
        """
        desk, now = self._desks[service], self._clock()
        pace = desk.pace
        wanted = pace.bounds and any(each.ready for each in self._desks if each.pace is pace)
        if desk.held or wanted or pace.next_at > now:
            return False
        pace.begin(now)
        return True
