"""The books: what Omeda has accepted, and how the requests came.

They are the ground truth for every guarantee of a client: nothing lost, little repeated, order
kept for each customer, never two requests of one customer under way at once.
"""

import hashlib
from collections import Counter, deque
from typing import Protocol

import msgspec

from bridge.simulator.deposits import Deposit
from bridge.simulator.fields import Fields
from bridge.simulator.latest import Latest
from bridge.simulator.submission import Service, Submission, Target

_REMEMBERED = 1_000
"""How many of the latest entries are remembered where bodies are not kept."""
_COMPARED = 100_000
"""With how many of the latest events a new one is then compared."""


class Connection(Protocol):
    """What the books must know of a client's connection."""

    def is_closing(self) -> bool:
        """Whether either side has ended it. Must be true as soon as the client's end is known."""


class Accepted(msgspec.Struct, frozen=True):
    """What one request has left of one customer; a bulk request leaves one entry for each.

    Times are `time.monotonic()`'s, which is the event loop's clock.
    """

    service: Service
    brand: str
    customer: str | None
    body: bytes
    """As it came; of a bulk request, the customer's part; of a refused one, what was saved.

    Empty where bodies are not kept.
    """
    events: int
    arrived: float
    accepted: float
    submission_id: str
    transaction_id: int | None = None
    """An order's."""
    repeats: int = 0
    """How many of the events had been accepted before."""
    refused: bool = False
    """Whether the answer was a refusal, and a part of it was saved all the same."""


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
    repeats: int
    """Accepted events that had been accepted before, for the same customer."""
    saved_of_refused: int
    """Events that were saved though the answer was a refusal; part of `accepted_events`."""


class Acceptance(msgspec.Struct, frozen=True):
    """When something was accepted, and under which of Omeda's ids."""

    accepted: float
    submission_id: str
    transaction_id: int | None = None
    refused: bool = False


class Visit:
    """One request, from its arrival until its answer leaves or its client does."""

    def __init__(self, arrived: float, connection: Connection | None) -> None:
        self.arrived = arrived
        self.customers: set[tuple[str, str]] = set()
        self._connection = connection

    @property
    def left(self) -> bool:
        """Whether the client has cut the connection: to the client, the request has ended."""
        return self._connection is None or self._connection.is_closing()


class Books:
    """Keeps what was accepted in order of its acceptance, and counts the rest."""

    def __init__(self, *, keep_bodies: bool = True) -> None:
        remembered = None if keep_bodies else _REMEMBERED
        self._keep_bodies = keep_bodies
        self._under_way: dict[tuple[str, str], list[Visit]] = {}
        self._seen: Latest[bytes, None] = Latest(None if keep_bodies else _COMPARED)
        self.accepted: deque[Accepted] = deque(maxlen=remembered)
        self.overlaps: deque[Overlap] = deque(maxlen=remembered)
        self.in_flight = 0
        self.clear()

    def __repr__(self) -> str:
        return (
            f"<Books: {self.accepted_requests} requests with {self.accepted_events} events "
            f"accepted, {self.in_flight} in flight, {self.overlap_count} overlaps, "
            f"{self.repeat_count} repeats>"
        )

    def clear(self) -> None:
        """Begin new books. Requests in flight stay in flight."""
        self.accepted.clear()
        self.overlaps.clear()
        self._seen.clear()
        self.requests_by_status: Counter[int] = Counter()
        self.unanswered = 0
        self.accepted_requests = 0
        self.accepted_events = 0
        self.overlap_count = 0
        self.repeat_count = 0
        self.saved_of_refused = 0
        self.max_in_flight = self.in_flight

    def open(self, now: float, connection: Connection | None) -> Visit:
        """Enter a request that has begun to arrive. Each must be closed once."""
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        return Visit(now, connection)

    def identify(self, visit: Visit, submission: Submission) -> None:
        """Note whose request it is, and whether it overlaps with others of theirs."""
        target = submission.target
        for customer in submission.customers:
            whose = (target.brand, customer)
            present = self._under_way.setdefault(whose, [])
            if not all(other.left for other in present):
                self.overlap_count += 1
                entry = Overlap(target.service, target.brand, customer, visit.arrived)
                self.overlaps.append(entry)
            present.append(visit)
            visit.customers.add(whose)

    def accept(
        self, visit: Visit, target: Target, acceptance: Acceptance, *deposits: Deposit
    ) -> None:
        """Enter what a request has left, as a whole or, where it was refused, in part."""
        self.accepted_requests += not acceptance.refused
        for deposit in deposits:
            self._enter(visit, target, acceptance, deposit)

    def close(self, visit: Visit, status: int | None) -> None:
        """Enter the end of a request: answered whole with *status*, or None."""
        self.in_flight -= 1
        if status is None:
            self.unanswered += 1
        else:
            self.requests_by_status[status] += 1
        for customer in visit.customers:
            self._depart(visit, customer)

    def of(self, customer: str, *, brand: str | None = None) -> list[Accepted]:
        """What was accepted of *customer*, in the order in which it was."""
        return [
            entry
            for entry in self.accepted
            if entry.customer == customer and brand in {None, entry.brand}
        ]

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
            repeats=self.repeat_count,
            saved_of_refused=self.saved_of_refused,
        )

    def _enter(
        self, visit: Visit, target: Target, acceptance: Acceptance, deposit: Deposit
    ) -> None:
        events = len(deposit.events)
        repeats = sum(self._was_seen(target.brand, deposit, event) for event in deposit.events)
        self.accepted_events += events
        self.repeat_count += repeats
        self.saved_of_refused += events if acceptance.refused else 0
        self.accepted.append(
            Accepted(
                service=target.service,
                brand=target.brand,
                customer=deposit.customer,
                body=deposit.body if self._keep_bodies else b"",
                events=events,
                arrived=visit.arrived,
                accepted=acceptance.accepted,
                submission_id=acceptance.submission_id,
                transaction_id=acceptance.transaction_id,
                repeats=repeats,
                refused=acceptance.refused,
            )
        )

    def _was_seen(self, brand: str, deposit: Deposit, event: Fields) -> bool:
        """Whether this customer's *event* was accepted before, alone or among others."""
        content = msgspec.json.encode((brand, deposit.customer, event), order="deterministic")
        digest = hashlib.blake2b(content, digest_size=16).digest()
        seen = digest in self._seen
        self._seen.put(digest, None)
        return seen

    def _depart(self, visit: Visit, customer: tuple[str, str]) -> None:
        present = self._under_way[customer]
        present.remove(visit)
        if not present:
            del self._under_way[customer]
