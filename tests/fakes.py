"""Stand-ins that behave: Kafka, Omeda, the dead-letter topic and the metrics, in memory.

All of them live in the loop's own time. What happens in them is told to a `Witness`.
"""

import asyncio
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from enum import Enum, auto
from typing import NamedTuple, Protocol

import msgspec

from bridge.errors import KafkaFault, NoAnswer, NotCommitted, NotWritten, OffsetsLost, PollFailed
from bridge.event import Request
from bridge.model import Answer, Commit, Partition
from bridge.ownership import Ownership
from bridge.receipt import Receipt, Slip
from bridge.record import Letter, Poll, Record
from tests.flow.recorder import Recorder as Recorder  # noqa: PLC0414 - one place for the fakes


class Witness(Protocol):
    """Who is told what the world saw."""

    def begun(self, body: bytes) -> None: ...
    def ended(self, body: bytes) -> None: ...
    def accepted(self, body: bytes) -> None: ...
    def buried(self, record: Record) -> None: ...
    def committed(self, partition: Partition, offset: int) -> None: ...
    def revoked(self, partition: Partition) -> None: ...


class CommitEnding(Enum):
    """What becomes of a commit."""

    STORED = auto()
    LOST = auto()
    """Not stored, and reported as failed."""
    UNCONFIRMED = auto()
    """Stored, and reported as failed."""


class MemorySource:
    """Topics, a group's offsets, and the one consumer of that group."""

    def __init__(self, witness: Witness, partitions: Iterable[Partition]) -> None:
        self._witness = witness
        self.logs: dict[Partition, list[Record]] = {partition: [] for partition in partitions}
        self.ends = dict.fromkeys(self.logs, 0)
        """Next offset to be written; behind the last record where markers follow it."""
        self.first = dict.fromkeys(self.logs, 0)
        self.offsets: dict[Partition, Commit] = {}
        """What the group holds."""
        self.assigned: set[Partition] = set()
        self.positions: dict[Partition, int] = {}
        self.poll_failures: deque[int] = deque()
        """Each makes one poll fail that had passed over so many records of each partition."""
        self.unreadable: set[Partition] = set()
        self.new: set[Partition] = set()
        """These came into being after the process had begun."""
        self.deaf: set[Partition] = set()
        """Of these nothing is handed over, and nothing is said."""
        self.commit_endings: deque[CommitEnding] = deque()
        self.commit_seconds = 0.0
        self.room = 4096
        """Characters of a completion map that are stored."""
        self.commits: list[tuple[float, dict[Partition, Commit]]] = []
        """When each commit arrived, and what it said; also those that were lost."""
        self.most_commits_at_once = 0
        self.polls = 0
        self.breath_seconds = 0.001
        """Of each poll: a reader that asks in a tight loop must cost time here too."""
        self.member = True
        self.membership_asked = 0
        self.unanswered = 0
        """So many questions for offsets get no answer."""
        self._commits_under_way = 0
        self._members: Ownership | None = None
        self._news = asyncio.Event()

    def is_member(self) -> bool:
        self.membership_asked += 1
        return self.member

    def append(self, record: Record) -> None:
        self.logs[record.partition].append(record)
        self.ends[record.partition] = record.offset + 1
        self._news.set()

    def skip(self, partition: Partition, offsets: int) -> None:
        """Leave a gap, as compaction and transaction markers do."""
        self.ends[partition] += offsets
        self._news.set()

    def lose(self, partition: Partition, first: int) -> None:
        """Retention takes whatever stands below *first*."""
        self.logs[partition] = [one for one in self.logs[partition] if one.offset >= first]
        self.first[partition] = first
        self.ends[partition] = max(self.ends[partition], first)
        self._news.set()

    def recreate(self, partition: Partition) -> None:
        """The topic is deleted and created again, empty."""
        self.logs[partition].clear()
        self.first[partition] = self.ends[partition] = 0
        self._news.set()

    def subscribe(self, members: Ownership) -> None:
        self._members = members

    async def assign(self, partitions: Iterable[Partition]) -> None:
        assert self._members is not None
        self.assigned = set(partitions)
        self.positions = {
            partition: self.offsets[partition].offset
            for partition in self.assigned & self.offsets.keys()
        }
        await self._members.assigned(set(self.assigned))
        self._news.set()

    async def revoke(self) -> None:
        assert self._members is not None
        await self._members.revoked()
        self.leave()

    def leave(self) -> None:
        """The member is gone, asked or not."""
        for partition in self.assigned:
            self._witness.revoked(partition)
        self.assigned = set()
        self.positions = {}

    async def poll(self, partitions: list[Partition], *, limit: int, seconds: float) -> Poll:
        self.polls += 1
        if self.breath_seconds:
            await asyncio.sleep(self.breath_seconds)
        if not any(self._waiting(partition, 1) for partition in set(partitions) - self.deaf):
            await self._wait_for_news(seconds)
        audible = self.positions.keys() - self.deaf
        wanted = [partition for partition in partitions if partition in audible]
        self._fail_if_due(wanted)
        records: dict[Partition, list[Record]] = {}
        for partition in wanted:
            batch = self._waiting(partition, limit)
            if batch:
                records[partition] = batch
                self.positions[partition] = batch[-1].offset + 1
            if len(batch) < limit:
                # Whoever has read all that was fetched stands behind what holds no records.
                self.positions[partition] = max(self.positions[partition], self.ends[partition])
            limit -= len(batch)
        return Poll(records, {partition: self.positions[partition] for partition in wanted})

    def fetched(self) -> list[Partition]:
        """Also where nothing but a gap is left, or the position is none that there is."""
        audible = self.positions.keys() - self.deaf
        return [one for one in sorted(audible) if self.positions[one] != self.ends[one]]

    def wake(self) -> None:
        self._news.set()

    def seek(self, partition: Partition, offset: int) -> None:
        if partition in self.assigned:
            self.positions[partition] = offset
            self._news.set()

    async def committed(self, partitions: set[Partition]) -> dict[Partition, Commit]:
        await self._answer()
        held = partitions & self.offsets.keys()
        return {partition: self.offsets[partition]._replace(cut=False) for partition in held}

    def is_new(self, partition: Partition) -> bool:
        return partition in self.new

    async def edges(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, int]:
        await self._answer()
        edges = self.ends if latest else self.first
        return {partition: edges[partition] for partition in partitions}

    async def commit(self, commits: dict[Partition, Commit]) -> dict[Partition, Commit]:
        self.commits.append((asyncio.get_running_loop().time(), commits))
        ending = self.commit_endings.popleft() if self.commit_endings else CommitEnding.STORED
        self._commits_under_way += 1
        self.most_commits_at_once = max(self.most_commits_at_once, self._commits_under_way)
        try:
            await asyncio.sleep(self.commit_seconds)
        finally:
            self._commits_under_way -= 1
        if not commits.keys() <= self.assigned:
            raise NotCommitted("the group has moved on")
        stored = {partition: self._fitted(commit) for partition, commit in commits.items()}
        if ending is not CommitEnding.LOST:
            self.offsets.update(stored)
            for partition, commit in commits.items():
                self._witness.committed(partition, commit.offset)
        if ending is not CommitEnding.STORED:
            raise NotCommitted("no answer in time")
        return stored

    def _fitted(self, commit: Commit) -> Commit:
        return commit if len(commit.metadata) <= self.room else Commit(commit.offset, cut=True)

    async def _answer(self) -> None:
        await asyncio.sleep(0.01)
        if self.unanswered:
            self.unanswered -= 1
            raise KafkaFault("the coordinator is loading")

    async def _wait_for_news(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    def _fail_if_due(self, wanted: list[Partition]) -> None:
        if wanted and self.poll_failures:
            lost = self.poll_failures.popleft()
            for partition in wanted:
                passed = self._waiting(partition, lost)
                if passed:
                    self.positions[partition] = passed[-1].offset + 1
            raise PollFailed("a batch could not be read")
        if self.unreadable.intersection(wanted):
            raise PollFailed("corrupt batch")
        if gone := [partition for partition in wanted if not self._in_range(partition)]:
            raise OffsetsLost("out of range", gone)

    def _in_range(self, partition: Partition) -> bool:
        return self.first[partition] <= self.positions[partition] <= self.ends[partition]

    def _waiting(self, partition: Partition, limit: int) -> list[Record]:
        if partition not in self.positions:
            return []
        log = self.logs[partition]
        start = bisect_left(log, self.positions[partition], key=lambda record: record.offset)
        return log[start : start + limit]


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
