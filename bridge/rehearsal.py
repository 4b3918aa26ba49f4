"""What the line would make of records, without Omeda: how many requests, and when it would halt.

The rules are the line's own (`ledger`, `backlog`, `lanes`, `desk`, `loading`); what is assumed is
that all of it waits already, that one process reads this topic alone, and that Omeda takes whatever
it is sent. So this is what catching up costs: an idle bridge waits for nothing, and joins nothing.
"""

from itertools import count

import msgspec

from bridge.backlog import Backlog
from bridge.config.delivery import Delivery, LetterLimit
from bridge.desk import Desk
from bridge.desks import desks_of
from bridge.event import Event
from bridge.job import Job
from bridge.joining import Joining
from bridge.lanes import Strand
from bridge.ledger import Book, Ledger
from bridge.letter_limit import LetterLimit as Letters
from bridge.loading import Loading
from bridge.model import Commit, Route, Unreadable
from bridge.observer import Observer
from bridge.record import Record
from bridge.routing import request_for

_ANY_NUMBER = LetterLimit(consecutive=10_000_000, ratio=1.0)
"""Rehearsed to its end, also where the line would halt."""


class Rehearsal:
    """Takes records in as the line does, and sends nothing."""

    def __init__(
        self,
        route: Route,
        delivery: Delivery,
        limit: LetterLimit,
        observer: Observer,
        *,
        partitions: int,
    ) -> None:
        self._route = route
        self._partitions = partitions
        unpaced = msgspec.structs.replace(delivery, requests_per_second=None)
        self._desks = desks_of(
            [route.service], unpaced, _ANY_NUMBER, observer, lambda: True, lambda: 0.0
        )
        self._loading = Loading(
            self._desks.lanes,
            Joining(delivery.max_behaviors_per_request if delivery.coalesce else 1),
        )
        self._backlog = Backlog(
            high=delivery.backlog_high, low=delivery.backlog_low, size=delivery.backlog_bytes
        )
        self._ledger = Ledger()
        self._letters = Letters(
            consecutive=limit.consecutive, ratio=limit.ratio, window=limit.window
        )
        self._numbers = count()
        self.requests = 0
        self.halted: str | None = None
        """Where the service would be halted, and why, for its dead letters."""

    def __repr__(self) -> str:
        return f"<Rehearsal: {self.requests} requests, {self._ledger.records} records in hand>"

    def take(self, record: Record, event: Event | Unreadable) -> None:
        """Take in *record*, read as *event*; what is full is emptied first, as far as it would be.

        In the order of each partition.
        """
        book = self._book(record)
        if not self._backlog.fits(record.size, book, owned=self._partitions):
            self._backlog.pause(record.partition, record.size)
        while not self._backlog.room(book, owned=self._partitions):
            self._step()
        number = next(self._numbers)
        self._note(record, event, number)
        entry = self._ledger.admit(record)
        if entry is None:
            return
        job = Job(record, entry, event.lane, self._route.service, number=number)
        if isinstance(event, Unreadable):
            job.rejected = event.rejected
        else:
            job.request = request_for(event, self._route)
        self._desks.lanes.add(event.lane, record.partition, job)

    def end(self) -> None:
        """No record follows."""
        while self._ledger.records:
            self._step()

    def _book(self, record: Record) -> Book:
        if record.partition not in self._ledger:
            self._ledger.open(record.partition, Commit(record.offset))
        return self._ledger[record.partition]

    def _step(self) -> None:
        """One request, or one dead letter."""
        desk = self._desks[self._route.service]
        if strand := desk.next_burial():
            self._ended(strand)
        elif strand := desk.next_request(0.0):
            self._deliver(desk, strand)

    def _deliver(self, desk: Desk, strand: Strand[Job]) -> None:
        loads = self._loading.of(desk, strand)
        self.requests += 1
        desk.accepted(loads[0].jobs[0], 0.0)
        for load in loads:
            self._ended(load.strand)

    def _ended(self, strand: Strand[Job]) -> None:
        for _, job in zip(range(strand.at_work), strand.jobs, strict=False):
            self._ledger.settle(job.entry)
        self._desks.lanes.ended(strand)

    def _note(self, record: Record, event: Event | Unreadable, number: int) -> None:
        if isinstance(event, Event):
            self._letters.delivered(number)
            return
        if self.halted is None and (why := self._letters.exceeded(number)):
            self.halted = f"{record.partition}@{record.offset}: {why}"
        self._letters.begin(number)
        self._letters.buried()
