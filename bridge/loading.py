"""What leaves in one request: what waits in one lane, or in several through the bulk service.

Nothing is waited for: what is joined is due anyway when a slot is free.
"""

from collections.abc import Sequence

from bridge.bulk import LEAST, bulk, may_join
from bridge.desk import Desk
from bridge.event import Request
from bridge.job import Job
from bridge.joining import Joining, joined
from bridge.lanes import Lanes, Strand

MOST_BYTES = 1 << 20
"""Of the body of a bulk request, about."""


class Load:
    """What one lane has in a request."""

    __slots__ = ("jobs", "request", "strand")

    def __init__(self, strand: Strand[Job], jobs: Sequence[Job], request: Request) -> None:
        self.strand = strand
        self.jobs = jobs
        self.request = request
        """As it would be alone."""


class Loading:
    """Fills a request, whose first strand has the turn of its lane."""

    def __init__(self, lanes: Lanes[Job], joining: Joining) -> None:
        self._lanes = lanes
        self._joining = joining

    def of(self, desk: Desk, strand: Strand[Job]) -> list[Load]:
        """The load of *strand*, and of others that are due and may travel with it."""
        loads = [self._load(strand)]
        if desk.crowd.size < LEAST or desk.held:
            # No others; and a held service is tried with one record.
            return loads
        room = MOST_BYTES - len(loads[0].request.body)
        while room > 0 and (companion := _companion(desk, loads)) is not None:
            load = self._load(companion)
            loads.append(load)
            room -= len(load.request.body)
        return loads

    def _load(self, strand: Strand[Job]) -> Load:
        jobs = self._joining.at_once(strand.jobs)
        if len(jobs) > 1:
            self._lanes.widen(strand, len(jobs))
        return Load(strand, jobs, joined(jobs))


def request_of(loads: Sequence[Load]) -> Request:
    """The one request of *loads*."""
    return loads[0].request if len(loads) == 1 else bulk([load.request for load in loads])


def _companion(desk: Desk, loads: Sequence[Load]) -> Strand[Job] | None:
    """The next that is due and may join *loads*, its turn taken."""
    customers = len(loads) + 1
    while customers <= desk.crowd.size and (head := desk.ready.peek()) is not None:
        if not may_join(head, loads[0].jobs[0], customers=customers):
            return None
        if strand := desk.ready.take():
            strand.head.last_attempt = desk.last_began
            return strand
    return None
