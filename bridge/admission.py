"""The entry of the line: what was read is admitted, decoded, and put into its lane."""

import logging
from collections.abc import Callable, Mapping
from itertools import count

from bridge.backlog import Backlog
from bridge.event import Event
from bridge.job import Job
from bridge.lanes import Lanes
from bridge.ledger import Book, Entry, Ledger
from bridge.model import Partition, Route, Service
from bridge.observer import Observer
from bridge.reading import Reader
from bridge.record import Read, Record
from bridge.routing import request_for

log = logging.getLogger(__name__)


class Admission:
    """Takes records in the order read; from the first that does not fit on, they are read again.

    *seek* sends the consumer back; *wall_clock* tells readers what day it is.
    """

    def __init__(
        self,
        routes: Mapping[str, Route],
        ledger: Ledger,
        lanes: Lanes[Job],
        backlog: Backlog,
        observer: Observer,
        *,
        seek: Callable[[Partition, int], object],
        wall_clock: Callable[[], float],
    ) -> None:
        self._routes = routes
        self._readers = {
            topic: Reader(route, wall_clock=wall_clock) for topic, route in routes.items()
        }
        self._ledger = ledger
        self._lanes = lanes
        self._backlog = backlog
        self._observer = observer
        self._seek = seek
        self._numbers = count()

    def admit(self, book: Book, read: Read) -> int:
        """Admit what was *read* of the partition of *book*; how many records that were."""
        if read.records:
            self._admit_all(book, read.records)
        # Not where some found no room: the consumer was sent back to the first of them.
        if read.position is not None and (
            not read.records or book.next_offset > read.records[-1].offset
        ):
            book.reach(read.position)
        return len(read.records)

    def _admit_all(self, book: Book, records: list[Record]) -> None:
        route = self._routes[book.partition.topic]
        fits = self._backlog.bytes_of(owned=len(self._ledger))
        skipped = admitted = 0
        for record in records:
            if record.offset < book.next_offset:
                # Handed over twice; admitting it again would deliver it out of order.
                continue
            size = record.size
            # The first one always may.
            if book.records and book.bytes + size > fits:
                # What does not fit is read again later, from here.
                self._backlog.pause(book.partition, size)
                self._seek(book.partition, record.offset)
                break
            admitted += 1
            entry = book.admit(record, size)
            if entry is None:
                skipped += 1
            else:
                self._begin(record, entry, route)
        self._observer.consumed(route.service, book.partition, admitted)
        self._observer.skipped(route.service, skipped)

    def _begin(self, record: Record, entry: Entry, route: Route) -> None:
        """Read what is in the ledger by now, and put it into its lane."""
        service, partition = route.service, record.partition
        event = self._readers[partition.topic].read(record)
        job = Job(record, entry, event.lane, service, next(self._numbers))
        if isinstance(event, Event):
            job.request = request_for(event, route)
            if event.warnings:
                self._warn(service, record, event)
        else:
            job.rejected = event.rejected
            for rule in event.rejected.rules:
                self._observer.rule_broken(service, rule, "reject")
        self._lanes.add(event.lane, partition, job)

    def _warn(self, service: Service, record: Record, event: Event) -> None:
        for rule in {rule for rule, _ in event.warnings}:
            self._observer.rule_broken(service, rule, "warn")
        # One line for a record, however much is wrong with it.
        why = "; ".join(f"{sentence} (rule {rule})" for rule, sentence in event.warnings)
        log.warning("%s@%d is sent although %s", record.partition, record.offset, why)
