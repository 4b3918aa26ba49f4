"""Kafka in, in memory: topics, a group's offsets, and the one consumer of that group."""

import asyncio
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from enum import Enum, auto

from bridge.errors import KafkaFault, NotCommitted, OffsetsLost, PollFailed
from bridge.model import Commit, Partition
from bridge.ownership import Ownership
from bridge.record import Read, Record
from tests.fakes import Witness


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
        """Each makes one read fail that had passed over so many records."""
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
        """Reads and waits."""
        self.breath_seconds = 0.001
        """Of each wait: a reader that asks in a tight loop must cost time here too."""
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

    def read(self, partition: Partition, *, limit: int) -> Read:
        self.polls += 1
        if partition not in self.positions.keys() - self.deaf:
            return Read([], None)
        self._fail_if_due(partition)
        records = self._waiting(partition, limit)
        if records:
            self.positions[partition] = records[-1].offset + 1
        if len(records) < limit:
            # Whoever has read all that was fetched stands behind what holds no records.
            self.positions[partition] = max(self.positions[partition], self.ends[partition])
        return Read(records, self.positions[partition])

    async def wait(self, *, seconds: float) -> None:
        self.polls += 1
        if self.breath_seconds:
            await asyncio.sleep(self.breath_seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

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

    def _fail_if_due(self, partition: Partition) -> None:
        if self.poll_failures:
            passed = self._waiting(partition, self.poll_failures.popleft())
            if passed:
                self.positions[partition] = passed[-1].offset + 1
            raise PollFailed("a batch could not be read")
        if partition in self.unreadable:
            raise PollFailed("corrupt batch")
        if not self.first[partition] <= self.positions[partition] <= self.ends[partition]:
            raise OffsetsLost("out of range")

    def _waiting(self, partition: Partition, limit: int) -> list[Record]:
        log = self.logs[partition]
        start = bisect_left(log, self.positions[partition], key=lambda record: record.offset)
        return log[start : start + limit]
