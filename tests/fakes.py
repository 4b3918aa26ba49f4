"""Stand-ins that behave: Omeda, the dead-letter topic, receipts and the metrics, in memory.

All of them live in the loop's own time. What happens in them is told to a `Witness`.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple, Protocol

import msgspec

from bridge.errors import NoAnswer, NotWritten
from bridge.event import Request
from bridge.model import Answer, Partition
from bridge.receipt import Receipt, Slip
from bridge.record import Letter, Record
from tests.flow.recorder import Recorder as Recorder  # noqa: PLC0414 - one place for the fakes


class Witness(Protocol):
    """Who is told what the world saw."""

    def begun(self, body: bytes) -> None: ...
    def ended(self, body: bytes) -> None: ...
    def accepted(self, body: bytes) -> None: ...
    def buried(self, record: Record) -> None: ...
    def committed(self, partition: Partition, offset: int) -> None: ...
    def revoked(self, partition: Partition) -> None: ...


class Reply(NamedTuple):
    """What one request meets. Where it is *accepted*, that is half-way through its *seconds*."""

    outcome: Answer | NoAnswer
    accepted: bool = False
    seconds: float = 0.1


def apart(body: bytes) -> list[bytes]:
    """The body of each event of a request, in canonical form."""
    return [one for part in parts(body) for one in part]


def parts(body: bytes) -> list[list[bytes]]:
    """The same, by customer where there are several."""
    event = msgspec.json.decode(body)
    if "Customers" in event:
        return [_events(msgspec.json.encode(one)) for one in event["Customers"]]
    return [_events(body)]


def _events(body: bytes) -> list[bytes]:
    event = msgspec.json.decode(body)
    if "CustomerBehaviors" not in event:
        return [body]
    return [
        msgspec.json.encode({**event, "CustomerBehaviors": [behavior]})
        for behavior in event["CustomerBehaviors"]
    ]


class MemoryEndpoint:
    """Omeda. What befalls a body is scripted in `replies`; `choose` decides for all others.

    Of a request that holds several events, the first one's script is played.
    """

    def __init__(self, witness: Witness, choose: Callable[[Request], Reply]) -> None:
        self._witness = witness
        self.choose = choose
        self.replies: defaultdict[bytes, deque[Reply]] = defaultdict(deque)
        self.accepted: list[bytes] = []
        self.attempts: list[tuple[float, bytes]] = []
        """When each event's request began."""
        self.requests: list[list[bytes]] = []
        """The events of each."""
        self.contexts: list[dict[str, str]] = []
        """Of each, what it says of its trace."""
        self.in_flight = 0
        self.most_in_flight = 0

    def times_of(self, body: bytes) -> list[float]:
        return [time for time, tried in self.attempts if tried == body]

    async def post(self, request: Request) -> Answer:
        bodies = apart(request.body)
        firsts = [part[0] for part in parts(request.body)]
        assert len(bodies) == request.events
        scripted = self.replies[bodies[0]]
        reply = scripted.popleft() if scripted else self.choose(request)
        now = asyncio.get_running_loop().time()
        self.attempts += [(now, body) for body in bodies]
        self.requests.append(bodies)
        self.contexts.append(dict(request.trace))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        for first in firsts:
            self._witness.begun(first)
        try:
            await asyncio.sleep(reply.seconds / 2)
            for body in bodies if reply.accepted else ():
                self.accepted.append(body)
                self._witness.accepted(body)
            await asyncio.sleep(reply.seconds / 2)
        finally:
            self.in_flight -= 1
            for first in firsts:
                self._witness.ended(first)
        if isinstance(reply.outcome, Answer):
            return reply.outcome
        raise reply.outcome


class MemoryDeadLetters:
    """The dead-letter topic."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self.letters: list[Letter] = []
        self.fails: Callable[[Letter], bool] = lambda _letter: False
        self.seconds = 0.05

    async def write(self, letter: Letter) -> None:
        await asyncio.sleep(self.seconds)
        if self.fails(letter):
            raise NotWritten("not acknowledged")
        self.letters.append(letter)
        self._witness.buried(letter.record)


class MemoryReceipts:
    """The receipts topic."""

    def __init__(self) -> None:
        self.slips: list[Slip] = []
        self.times: list[float] = []
        """When each was acknowledged."""
        self.writes: list[int] = []
        """How many receipts each write had."""
        self.fails: Callable[[Slip], bool] = lambda _slip: False
        self.seconds = 0.05
        self.failures: list[Exception] = []
        """What reading back meets, the last one first."""
        self.reading_seconds = 0.0

    async def since(self, ms: int) -> AsyncIterator[Slip]:
        if self.failures:
            raise self.failures.pop()
        standing = [*zip(self.slips, self.times, strict=True)]
        await asyncio.sleep(self.reading_seconds)
        for slip, at in standing:
            if at * 1000 >= ms:
                yield slip

    @property
    def receipts(self) -> list[Receipt]:
        return [slip.receipt for slip in self.slips]

    def standing_at(self, time: float) -> set[tuple[Partition, int]]:
        """The records whose receipts were acknowledged by then."""
        pairs = zip(self.receipts, self.times, strict=True)
        return {(receipt.source, receipt.offset) for receipt, at in pairs if at <= time}

    async def write(self, slips: Sequence[Slip]) -> Sequence[Slip]:
        self.writes.append(len(slips))
        await asyncio.sleep(self.seconds)
        left = [slip for slip in slips if self.fails(slip)]
        for slip in slips:
            if slip not in left:
                self.slips.append(slip)
                self.times.append(asyncio.get_running_loop().time())
        return left
