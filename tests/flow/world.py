"""A publisher's topics, an Omeda, and the bridge in between: everything but the edges."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, Self

import msgspec

from bridge.config.confirm import Confirm
from bridge.config.delivery import Delivery, LetterLimit, Retry
from bridge.config.kafka import LostOffsets, StartFrom
from bridge.confirming import Confirming
from bridge.delivery import Endpoint
from bridge.errors import BridgeError, NotSent, OutcomeUnknown
from bridge.event import Request
from bridge.model import Answer, Kind, LaneKey, Partition, Route, Service
from bridge.pipeline import Pipeline
from bridge.receipts import Receipts
from bridge.record import Record
from bridge.retry import Backoff
from bridge.spans import Tracing
from tests.fakes import MemoryDeadLetters, MemoryEndpoint, MemoryReceipts, Recorder, Reply
from tests.flow.witness import Guarantor
from tests.memory_source import MemorySource

Headers = tuple[tuple[str, bytes | None], ...]
DATE = "2026-03-02 09:30:00"
P0, P1, P2 = (Partition("behaviors", number) for number in range(3))
ORDERS = Partition("orders", 0)
ROUTES = {
    topic: Route(topic, Service("DEMO", kind))
    for topic, kind in (("behaviors", Kind.BEHAVIOR), ("orders", Kind.ORDER))
}
LIMIT = LetterLimit()
SETTINGS = Delivery(
    concurrency=4,
    coalesce=False,
    retry=Retry(initial_seconds=1, max_seconds=60),
    drain_seconds=25,
)

JOINING = msgspec.structs.replace(SETTINGS, coalesce=True)
"""A customer's waiting behaviors leave in one request."""

MANY_SLOTS = msgspec.structs.replace(SETTINGS, concurrency=16)
"""Of which a quarter may be used from the start."""

ACCEPTED = Reply(Answer(200, b'{"ResponseInfo": [{}]}'), accepted=True)
REFUSED = Reply(Answer(400, b'{"Errors": [{"Error": "no such customer"}]}'))
FORBIDDEN = Reply(Answer(403, b""))
UNAVAILABLE = Reply(Answer(503, b""))
UNREACHABLE = Reply(NotSent("refused", "connection refused"))
ANSWER_LOST = Reply(OutcomeUnknown("timeout", "no answer"), accepted=True)


def throttled(retry_after: str) -> Reply:
    return Reply(Answer(429, b"", retry_after=retry_after))


def accepting(_request: Request) -> Reply:
    return ACCEPTED


def unplanted(_pipeline: Pipeline) -> None:
    """No mistake is planted."""


class World:
    """Use as a context manager; `start` begins the bridge, and may be called again after
    `crash` or `stop`."""

    def __init__(
        self,
        *partitions: Partition,
        settings: Delivery = SETTINGS,
        letter_limit: LetterLimit = LIMIT,
        start_from: StartFrom = StartFrom.EARLIEST,
        on_lost_offsets: LostOffsets = LostOffsets.HALT,
        receipts: Literal["none", "kept", "required"] = "none",
        confirm: Confirm | None = None,
        omeda: Endpoint | None = None,
        tracing: Tracing | None = None,
        plant: Callable[[Pipeline], None] = unplanted,
    ) -> None:
        self.partitions = partitions
        self._settings = settings
        self._letter_limit = letter_limit
        self._start_from = start_from
        self._on_lost_offsets = on_lost_offsets
        self._receipts = receipts
        self._plant = plant
        self.witness = Guarantor()
        self.source = MemorySource(self.witness, partitions)
        self.endpoint = MemoryEndpoint(self.witness, accepting)
        self.letters = MemoryDeadLetters(self.witness)
        self.receipts = MemoryReceipts()
        self.observer = Recorder()
        self._confirm = confirm
        self._omeda: Endpoint = omeda or self.endpoint
        self._tracing = tracing
        self._confirming: Confirming | None = None
        self.faults: list[BridgeError] = []
        self.pipeline = self._build()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running is not None:
            await self.crash()

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    @property
    def committed(self) -> dict[Partition, int]:
        return {partition: commit.offset for partition, commit in self.source.offsets.items()}

    @property
    def in_hand(self) -> dict[Partition, int]:
        books = self.pipeline.status().partitions
        return {Partition(book.topic, book.number): book.records for book in books}

    def produce(
        self, partition: Partition, customer: int, *, padding: int = 0, headers: Headers = ()
    ) -> bytes:
        """One event of *customer*; returns its body, by which Omeda knows it."""
        offset = self.source.ends[partition]
        name = f"{partition}@{offset}{'.' * padding}"
        event: dict[str, object] = {"OmedaCustomerId": customer}
        if partition.topic == "behaviors":
            done = {"BehaviorId": 7, "BehaviorDate": DATE, "BehaviorPromoCode": name}
            event["CustomerBehaviors"] = [done]
        else:
            event["ClientOrderId"] = name
        # In canonical form, so that Omeda gets the same bytes.
        body = msgspec.json.encode(event)
        self._append(partition, customer, body, headers)
        return body

    def produce_unreadable(
        self, partition: Partition, customer: int, *, headers: Headers = ()
    ) -> Record:
        value = f"{partition}@{self.source.ends[partition]}".encode()
        return self._append(partition, customer, value, headers)

    async def start(self) -> None:
        self.pipeline = self._build()
        self._running = asyncio.create_task(self._run(), name="line")
        self.source.subscribe(self.pipeline.members)
        await self.source.assign(self.partitions)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.pipeline.run(), name="line")
            if self._confirming is not None:
                services = [route.service for route in ROUTES.values()]
                spare, owned = self.pipeline.spare.take, self.pipeline.owned
                tasks.create_task(self._confirming.run(services, spare=spare, owned=owned))

    async def rebalance(self, *partitions: Partition) -> None:
        await self.source.revoke()
        await self.source.assign(partitions or self.partitions)

    @asynccontextmanager
    async def revoking(self) -> AsyncIterator[None]:
        """A revocation is under way."""
        revocation = asyncio.create_task(self.source.revoke(), name="revocation")
        await asyncio.sleep(0.01)
        yield
        await revocation

    async def crash(self) -> None:
        """As kill -9: nothing is finished, and nobody is told."""
        opening = self.pipeline.members._opening
        if opening is not None:
            opening.cancel()
            await asyncio.wait({opening})
        await self._end()

    async def stop(self) -> None:
        """As SIGTERM."""
        await self.pipeline.drain()
        await self._end()

    async def pass_time(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def quiet(self, *, within: float = 300) -> None:
        """Wait until everything that was produced is committed."""
        deadline = self.now + within
        while self.committed != self.source.ends:
            assert self.now < deadline, (
                f"after {within} s {self.committed} is committed of {self.source.ends}; "
                f"{self.pipeline!r}"
            )
            await asyncio.sleep(0.1)

    async def until(self, claim: Callable[[], bool], *, within: float = 300) -> None:
        deadline = self.now + within
        while not claim():
            assert self.now < deadline, f"did not come true within {within} s: {self.pipeline!r}"
            await asyncio.sleep(0.01)

    async def _end(self) -> None:
        assert self._running is not None
        running, self._running = self._running, None
        running.cancel()
        await asyncio.wait({running})
        self.source.leave()
        if not running.cancelled():
            running.result()

    def _append(
        self, partition: Partition, customer: int, value: bytes, headers: Headers = ()
    ) -> Record:
        offset = self.source.ends[partition]
        record = Record(partition, offset, 0, str(customer).encode(), value, headers)
        self.witness.produced(LaneKey("DEMO", str(customer)), record)
        self.source.append(record)
        return record

    def _built_receipts(self) -> Receipts | None:
        if self._receipts == "none":
            return None
        backoff = Backoff(initial_seconds=1, max_seconds=60, jitter=lambda: 1.0)
        required = self._receipts == "required"
        receipts = Receipts(self.receipts, backoff, self.observer, required=required)
        if self._confirm is not None:
            self._confirming = Confirming(
                self._confirm,
                self._omeda,
                self.receipts,
                receipts,
                self.observer,
                wall_clock=asyncio.get_running_loop().time,
            )
            receipts.watch(self._confirming.follow)
        return receipts

    def _build(self) -> Pipeline:
        pipeline = Pipeline(
            routes=ROUTES,
            settings=self._settings,
            letter_limit=self._letter_limit,
            start_from=self._start_from,
            on_lost_offsets=self._on_lost_offsets,
            source=self.source,
            endpoint=self._omeda,
            letters=self.letters,
            receipts=self._built_receipts(),
            observer=self.observer,
            fault=self.faults.append,
            jitter=lambda: 1.0,
            clock=asyncio.get_running_loop().time,
            wall_clock=asyncio.get_running_loop().time,
            tracing=self._tracing,
        )
        self._plant(pipeline)
        return pipeline
