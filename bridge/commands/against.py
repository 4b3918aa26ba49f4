"""The same records, sent to a stand-in for Omeda: what it says beside what was foreseen.

Each goes alone, so that its answer is its own; those of a customer one after the other.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import msgspec

from bridge.cloudevents import payload_of
from bridge.config import Config, Credentials
from bridge.config.types import is_address
from bridge.delivery import Delivery
from bridge.endpoint import HttpEndpoint
from bridge.errors import ConfigError, Fault
from bridge.event import Event, Request
from bridge.model import Delivered, Halt, LaneKey, Rejected, Route, TryAgain, Unreadable, Verdict
from bridge.observer import Observer
from bridge.record import Record
from bridge.routing import request_for
from bridge.tally import Example

PRODUCTION = "omeda.com"
"""Whatever stands in this domain is Omeda itself; its staging stands in another."""

ATTEMPTS = 4
"""Of one record, where its answer says nothing of it."""

AHEAD = 4
"""Records in hand for each that may be under way: a customer's own wait for each other."""


NOT_SENT = "not sent"
UNCLEAR = "no clear answer"

_PERSONAL = re.compile(r"'[^']*'|\"[^\"]*\"|\S*@\S*|[0-9]{3,}")
"""What an answer may quote of its event: texts, addresses, numbers."""


class Comparison:
    """What was foreseen, and what the stand-in said. Build inside the loop."""

    def __init__(self, delivery: Delivery, route: Route, *, most: int, examples: int) -> None:
        self._delivery = delivery
        self._route = route
        self._examples = examples
        self._slots = asyncio.Semaphore(most)
        self._room = asyncio.Semaphore(most * AHEAD)
        self._last: dict[LaneKey, asyncio.Task[None]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None
        self.counts: Counter[tuple[str, str]] = Counter()
        """By what was foreseen (delivered, rejected) and what came."""
        self.examples: dict[tuple[str, str], list[Example]] = {}

    @property
    def differing(self) -> int:
        """Records that fared otherwise than was foreseen, as far as is known."""
        return sum(
            count
            for (foreseen, came), count in self.counts.items()
            if came not in (foreseen, NOT_SENT)
        )

    async def send(self, record: Record, event: Event | Unreadable) -> None:
        """Send it once its customer's earlier ones were answered. Raises an earlier one's Fault."""
        self._raise()
        request = self._request(record, event)
        if request is None:
            self.counts["rejected", NOT_SENT] += 1
            return
        await self._room.acquire()
        before = self._last.get(event.lane)
        task = asyncio.create_task(
            self._one(record, event, request, before), name=f"against-{record.offset}"
        )
        self._last[event.lane] = task
        self._under_way.add(task)
        task.add_done_callback(lambda done: self._done(event.lane, done))

    async def end(self) -> None:
        """Wait for every answer. Raises Fault."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        self._raise()

    async def abandon(self) -> None:
        """Ask nothing more, and wait for nothing."""
        under_way = set(self._under_way)
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)

    def _request(self, record: Record, event: Event | Unreadable) -> Request | None:
        if isinstance(event, Event):
            return request_for(event, self._route)
        if event.rejected.stage != "check":
            # Not even an event: there is nothing to send.
            return None
        return Request(self._route.service, self._route.topic, payload_of(record))

    async def _one(
        self,
        record: Record,
        event: Event | Unreadable,
        request: Request,
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait({before})
        if self._fault is None:
            async with self._slots:
                self._note(record, event, await self._answer(request))

    async def _answer(self, request: Request) -> Verdict:
        """The last of several attempts, where the others say nothing of the record."""
        outcome = await self._delivery.attempt(request)
        for attempt in range(1, ATTEMPTS):
            if not isinstance(outcome, TryAgain) or outcome.at_last is not None:
                break
            await asyncio.sleep(0.25 * 2**attempt)
            outcome = await self._delivery.attempt(request)
        return outcome

    def _note(self, record: Record, event: Event | Unreadable, outcome: Verdict) -> None:
        foreseen = "delivered" if isinstance(event, Event) else "rejected"
        match outcome:
            case Delivered():
                came, said = "delivered", "was accepted"
            case Rejected():
                came, said = "rejected", f"{outcome.status}: {_impersonal(outcome.message)}"
            case TryAgain(reason="no_connection"):
                raise Fault("--against: nothing answers there; start it, or mend the address")
            case TryAgain():
                came, said = UNCLEAR, f"{outcome.reason}, {ATTEMPTS} times"
            case Halt():
                raise Fault(
                    f"--against: it refuses the service as a whole ({outcome.status}:"
                    f" {outcome.message})"
                )
        self._count(record, foreseen, came, said)

    def _count(self, record: Record, foreseen: str, came: str, said: str) -> None:
        self.counts[foreseen, came] += 1
        kept = self.examples.setdefault((foreseen, came), [])
        if foreseen != came and len(kept) < self._examples:
            kept.append(Example(*record.partition, record.offset, said))

    def _done(self, lane: LaneKey, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and self._fault is None:
            self._fault = task.exception()
        self._under_way.discard(task)
        self._room.release()
        if self._last.get(lane) is task:
            del self._last[lane]

    def _raise(self) -> None:
        if self._fault is not None:
            raise self._fault


@asynccontextmanager
async def comparing(
    config: Config, route: Route, base_url: str, observer: Observer, *, examples: int
) -> AsyncIterator[Comparison]:
    """A comparison with what stands at *base_url*. Raises ConfigError where that is Omeda."""
    _refuse(base_url)
    local = (urlsplit(base_url).hostname or "") in {"localhost", "127.0.0.1", "::1"}
    omeda = msgspec.structs.replace(
        config.omeda, base_url=base_url, proxy=None if local else config.omeda.proxy
    )
    async with HttpEndpoint(omeda, [route], Credentials(config)) as endpoint:
        delivery = Delivery(endpoint, observer, asyncio.get_running_loop().time)
        comparison = Comparison(
            delivery, route, most=config.delivery.concurrency, examples=examples
        )
        try:
            yield comparison
        finally:
            await comparison.abandon()


def _refuse(base_url: str) -> None:
    """Where it is no address, or one of Omeda's. Raises ConfigError."""
    if not (base_url.startswith(("http://", "https://")) and is_address(base_url)):
        raise ConfigError(
            f"--against: {base_url!r} is no address such as http://localhost:8080/webservices/rest"
        )
    # As it is looked up: other scripts' letters and dots stand for the usual ones.
    host = (urlsplit(base_url).hostname or "").encode("idna").decode().lower().rstrip(".")
    if host == PRODUCTION or host.endswith(f".{PRODUCTION}"):
        raise ConfigError(
            f"--against: {host} is Omeda itself, where these events would be stored; name a"
            " stand-in, such as `omeda-bridge simulate`, or Omeda's staging"
        )


def _impersonal(text: str) -> str:
    return _PERSONAL.sub("…", text)
