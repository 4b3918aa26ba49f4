"""The line a record travels, put together.

    source -> intake -> lanes -> dispatcher -> ledger -> committer

It decides nothing: each question has one answer, in the module of that name.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from bridge import intake, ownership
from bridge.admission import Admission
from bridge.backlog import Backlog
from bridge.burials import Burials, LetterBox
from bridge.committer import Committer
from bridge.config.delivery import Delivery as DeliverySettings
from bridge.config.delivery import LetterLimit
from bridge.config.kafka import LostOffsets, StartFrom
from bridge.delivery import Delivery, Endpoint
from bridge.desks import desks_of
from bridge.dispatcher import Dispatcher
from bridge.ending import endings_of
from bridge.errors import BridgeError
from bridge.joining import Joining
from bridge.lag import Lag
from bridge.ledger import Book, Ledger
from bridge.loading import Loading
from bridge.losses import Losses
from bridge.model import Partition, Route, Service
from bridge.observer import Observer
from bridge.receipts import Receipts
from bridge.retry import Backoff, Jitter
from bridge.settling import Settling
from bridge.spans import Tracing
from bridge.spare import Spare
from bridge.stall import Stall
from bridge.status import PartitionStatus, ServiceStatus, Status


class Source(intake.Source, ownership.Offsets, Protocol):
    """Everything that the line asks of Kafka."""

    def is_member(self) -> bool:
        """Whether the group must still count this process in, also if it was frozen meanwhile."""


class Pipeline:
    """Everything between Kafka and Omeda. Runs until its task is cancelled; `drain` before that.

    *fault* is called, once or more often, where the process cannot go on: it must come back
    at once, and see to it that the pipeline is drained and ended.
    """

    def __init__(
        self,
        *,
        routes: Mapping[str, Route],
        settings: DeliverySettings,
        letter_limit: LetterLimit,
        start_from: StartFrom,
        on_lost_offsets: LostOffsets,
        source: Source,
        endpoint: Endpoint,
        letters: LetterBox,
        receipts: Receipts | None = None,
        observer: Observer,
        fault: Callable[[BridgeError], None],
        jitter: Jitter,
        clock: Callable[[], float],
        wall_clock: Callable[[], float] = time.time,
        tracing: Tracing | None = None,
    ) -> None:
        self._routes = routes
        self._settings = settings
        self._ledger = Ledger()
        self._desks = desks_of(
            {route.service for route in routes.values()},
            settings,
            letter_limit,
            observer,
            may_act=source.is_member if receipts is None else receipts.gate(source.is_member),
            clock=clock,
        )
        self._lanes = self._desks.lanes
        self._backlog = Backlog(
            high=settings.backlog_high,
            low=settings.backlog_low,
            size=settings.backlog_bytes,
            under_way=lambda: self._lanes.records_at_work,
        )
        self._delivery = Delivery(endpoint, observer, clock)
        self._committer = Committer(
            self._ledger,
            source,
            observer,
            in_flight=lambda: max(settings.concurrency, self._lanes.records_at_work),
            clock=clock,
        )
        self._losses = Losses(source, self._ledger, routes, observer, policy=on_lost_offsets)
        admission = Admission(
            routes,
            self._ledger,
            self._lanes,
            self._backlog,
            observer,
            seek=source.seek,
            wall_clock=wall_clock,
        )
        self._intake = intake.Intake(
            routes,
            source,
            self._ledger,
            admission,
            self._backlog,
            self._losses,
            held=lambda service: self._desks[service].sated,
            clock=clock,
        )
        self._settling = Settling(
            self._lanes,
            self._ledger,
            self._committer,
            receipts,
            observer,
            wake=self._desks.wake,
            settled=self._intake.settled,
            wall_clock=wall_clock,
            tracing=tracing,
        )
        backoff = Backoff(
            initial_seconds=settings.retry.initial_seconds,
            max_seconds=settings.retry.max_seconds,
            jitter=jitter,
        )
        self._dispatcher = Dispatcher(
            self._lanes,
            self._desks,
            self._settling,
            self._delivery,
            Burials(
                self._lanes,
                self._desks,
                self._settling,
                letters,
                backoff,
                observer,
                wall_clock=wall_clock,
            ),
            Loading(
                self._lanes,
                Joining(settings.max_behaviors_per_request if settings.coalesce else 1),
            ),
            backoff,
            endings_of(settings),
            observer,
            clock=clock,
            wall_clock=wall_clock,
            tracing=tracing,
        )
        self.members = ownership.Ownership(
            source,
            self._ledger,
            self._lanes,
            self._intake,
            self._committer,
            observer,
            start_from=start_from,
            drain_seconds=settings.drain_seconds,
            fault=fault,
        )
        """What the group's news is told to."""
        self.stalled = Stall(self._ledger, self._intake.rooms)
        """Says which partition does not bring what it has; None where all do."""
        self.spare = Spare(self._desks, clock)
        self.owned = lambda: {book.partition: book for book in self._ledger.books}
        """The partitions that are owned now; another book is another ownership."""
        self._lag = Lag(source, self._ledger, self.stalled)
        self._draining = False

    def __repr__(self) -> str:
        return f"<Pipeline: {self._lanes!r}, {self._ledger!r}>"

    @property
    def last_poll(self) -> float:
        """When the poll loop last came round, on the injected clock."""
        return self._intake.last_poll

    @property
    def ready(self) -> bool:
        """The group was joined, and no stop has begun."""
        return self.members.joined and not self._draining

    async def run(self) -> None:
        """Move records until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._intake.run(), name="intake")
            tasks.create_task(self._dispatcher.run(self._settings.concurrency), name="dispatcher")
            tasks.create_task(self._committer.run(), name="committer")
            tasks.create_task(self._lag.run(), name="lag")
            tasks.create_task(self._losses.run(), name="losses")
            tasks.create_task(self._settling.run(), name="settling")

    async def drain(self) -> None:
        """Finish what is under way, forget what waits, commit once. Polling goes on meanwhile."""
        self._draining = True
        began = asyncio.get_running_loop().time()
        await self.members.close()
        await self._settling.flush(deadline=began + self._settings.drain_seconds)

    def resume(self, why: str) -> None:
        """Something has changed that may let halted services go on."""
        self._desks.resume(why)

    def status(self) -> Status:
        """What is going on now."""
        return Status(
            state=self._state(),
            backlog_records=self._ledger.records,
            backlog_bytes=self._ledger.bytes,
            backlog_high=self._settings.backlog_high,
            backlog_low=self._settings.backlog_low,
            backlog_bytes_high=self._settings.backlog_bytes,
            concurrency=self._settings.concurrency,
            partitions=[self._partition(book) for book in self._ledger.books],
            services=[self._service(service) for service in self._services()],
        )

    def _state(self) -> Literal["starting", "running", "draining"]:
        if self._draining:
            return "draining"
        return "running" if self.members.joined else "starting"

    def _services(self) -> list[Service]:
        return sorted({route.service for route in self._routes.values()})

    def _service(self, service: Service) -> ServiceStatus:
        desk = self._desks[service]
        return ServiceStatus(
            brand=service.brand,
            kind=service.kind,
            in_flight=desk.in_flight,
            limit=desk.limit.value,
            breaker=desk.breaker.state,
            halted=desk.halts.why,
        )

    def _partition(self, book: Book) -> PartitionStatus:
        partition: Partition = book.partition
        service = self._routes[partition.topic].service
        oldest = book.oldest_timestamp_ms
        lost = partition in self._losses
        return PartitionStatus(
            topic=partition.topic,
            number=partition.number,
            brand=service.brand,
            kind=service.kind,
            paused=self._backlog.is_paused(partition) or lost or self._desks[service].sated,
            records=book.records,
            committed=book.acknowledged.offset,
            lag=self._lag.of(book),
            oldest_unsettled=None if oldest is None else oldest / 1000,
            map_characters=book.map_length,
            lost=lost,
        )
