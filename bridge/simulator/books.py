"""The books: what Omeda has accepted, and how the requests came.

They are the ground truth for every guarantee of a client: nothing lost, order kept for each
customer, never two requests of one customer under way at once.
"""

from collections import Counter, deque
from typing import Protocol

import msgspec

from bridge.simulator.submission import Service, Submission

_REMEMBERED = 1_000
"""How many of the latest entries are remembered where bodies are not kept."""


class Connection(Protocol):
    """What the books must know of a client's connection."""

    def is_closing(self) -> bool:
        """Whether either side has ended it. Must be true as soon as the client's end is known."""


class Accepted(msgspec.Struct, frozen=True):
    """One accepted request. Times are `time.monotonic()`'s, which is the event loop's clock."""

    service: Service
    brand: str
    customer: str | None
    body: bytes
    """As it came; empty where bodies are not kept."""
    events: int
    arrived: float
    accepted: float


class Overlap(msgspec.Struct, frozen=True):
    """A request that came while another of the same customer was still under way."""

    service: Service
    brand: str
    customer: str
    arrived: float


class Counts(msgspec.Struct, frozen=True):
    """The books in numbers."""

    requests: int
    """Ended requests; those in flight come on top."""
    requests_by_status: dict[int, int]
    unanswered: int
    """Ended without a whole answer, by a fault or by the client's leaving."""
    accepted_requests: int
    accepted_events: int
    in_flight: int
    max_in_flight: int
    overlaps: int


class Visit:
    """One request, from its arrival until its answer leaves or its client does."""

    def __init__(self, arrived: float, connection: Connection | None) -> None:
        self.arrived = arrived
        self.customer: tuple[str, str] | None = None
        self._connection = connection

    @property
    def left(self) -> bool:
        """Whether the client has cut the connection: to the client, the request has ended."""
        return self._connection is None or self._connection.is_closing()


class Books:
    """Keeps the accepted requests in order of arrival, and counts the rest."""

    def __init__(self, *, keep_bodies: bool = True) -> None:
        remembered = None if keep_bodies else _REMEMBERED
        self._keep_bodies = keep_bodies
        self._under_way: dict[tuple[str, str], list[Visit]] = {}
        self.accepted: deque[Accepted] = deque(maxlen=remembered)
        self.overlaps: deque[Overlap] = deque(maxlen=remembered)
        self.in_flight = 0
        self.clear()

    def __repr__(self) -> str:
        return (
            f"<Books: {self.accepted_requests} requests with {self.accepted_events} events "
            f"accepted, {self.in_flight} in flight, {self.overlap_count} overlaps>"
        )

    def clear(self) -> None:
        """Begin new books. Requests in flight stay in flight."""
        self.accepted.clear()
        self.overlaps.clear()
        self.requests_by_status: Counter[int] = Counter()
        self.unanswered = 0
        self.accepted_requests = 0
        self.accepted_events = 0
        self.overlap_count = 0
        self.max_in_flight = self.in_flight

    def open(self, now: float, connection: Connection | None) -> Visit:
        """Enter a request that has begun to arrive. Each must be closed once."""
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        return Visit(now, connection)

    def identify(self, visit: Visit, submission: Submission) -> None:
        """Note whose request it is, and whether it overlaps with another of theirs."""
        customer = submission.customer
        if customer is None:
            return
        visit.customer = (submission.target.brand, customer)
        present = self._under_way.setdefault(visit.customer, [])
        if not all(other.left for other in present):
            self.overlap_count += 1
            target = submission.target
            self.overlaps.append(Overlap(target.service, target.brand, customer, visit.arrived))
        present.append(visit)

    def accept(self, visit: Visit, submission: Submission, now: float) -> None:
        """Enter an accepted request."""
        events = submission.events
        self.accepted_requests += 1
        self.accepted_events += events
        self.accepted.append(
            Accepted(
                service=submission.target.service,
                brand=submission.target.brand,
                customer=submission.customer,
                body=submission.body if self._keep_bodies else b"",
                events=events,
                arrived=visit.arrived,
                accepted=now,
            )
        )

    def close(self, visit: Visit, status: int | None) -> None:
        """Enter the end of a request: answered whole with *status*, or None."""
        self.in_flight -= 1
        if status is None:
            self.unanswered += 1
        else:
            self.requests_by_status[status] += 1
        if visit.customer is not None:
            self._depart(visit, visit.customer)

    def counts(self) -> Counts:
        """The books in numbers, as they are now."""
        return Counts(
            requests=self.requests_by_status.total() + self.unanswered,
            requests_by_status=dict(self.requests_by_status),
            unanswered=self.unanswered,
            accepted_requests=self.accepted_requests,
            accepted_events=self.accepted_events,
            in_flight=self.in_flight,
            max_in_flight=self.max_in_flight,
            overlaps=self.overlap_count,
        )

    def _depart(self, visit: Visit, customer: tuple[str, str]) -> None:
        present = self._under_way[customer]
        present.remove(visit)
        if not present:
            del self._under_way[customer]
