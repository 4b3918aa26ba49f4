"""Mistakes, each planted into an otherwise right pipeline by a small broken part."""

import asyncio
from collections.abc import Callable

from bridge.backlog import Backlog
from bridge.completion import Completed, decode
from bridge.delivery import Delivery
from bridge.event import Request
from bridge.intake import MOST_RECORDS
from bridge.job import Job
from bridge.lanes import Lanes
from bridge.ledger import Book, Entry, Ledger
from bridge.model import Commit, LaneKey, Partition, TryAgain, Verdict
from bridge.pipeline import Pipeline

Plant = Callable[[Pipeline], None]


class _LatestBook(Book):
    """Commits what was read last, settled or not."""

    def due(self) -> Commit | None:
        return Commit(self.next_offset)


class _GapBook(Book):
    """Counts on every offset to come: one that was compacted away is waited for."""

    def __init__(self, partition: Partition, start: Commit, completed: Completed) -> None:
        super().__init__(partition, start, completed)
        self._stands = start.offset
        self._done: set[int] = set()

    def settle(self, entry: Entry) -> None:
        super().settle(entry)
        self._done.add(entry.offset)
        while self._stands in self._done:
            self._stands += 1

    def due(self) -> Commit | None:
        return Commit(self._stands)


class _ForgetfulBook(Book):
    """Takes a commit's confirmation for news of everything that settled meanwhile."""

    def acknowledge(self, commit: Commit) -> None:
        super().acknowledge(commit)
        self._changed = False


class _PlantedLedger(Ledger):
    book: type[Book]

    def open(self, partition: Partition, start: Commit) -> Book:
        completed = decode(partition, start.offset, start.metadata)
        book = self._books[partition] = self.book(partition, start, completed)
        return book


class _LatestLedger(_PlantedLedger):
    book = _LatestBook


class _GapLedger(_PlantedLedger):
    book = _GapBook


class _ForgetfulLedger(_PlantedLedger):
    book = _ForgetfulBook


class _NoLanes(Lanes[Job]):
    """Every record is a lane of its own."""

    def add(self, key: LaneKey, partition: Partition, job: Job) -> None:
        alone = f"{key.customer} {partition}@{job.record.offset}"
        super().add(LaneKey(key.brand, alone), partition, job)


class _ClingingLanes(Lanes[Job]):
    """Forgets nothing when the partitions go."""

    def drop(self) -> None:
        pass


class _WaitingDelivery(Delivery):
    """Sleeps through the back-off in the slot."""

    async def attempt(self, request: Request) -> Verdict:
        delay = 0.5
        while isinstance(outcome := await super().attempt(request), TryAgain):
            await asyncio.sleep(delay)
            delay *= 2
        return outcome


class _EndlessBacklog(Backlog):
    """Never pauses."""

    def room(self, book: Book, *, owned: int) -> int:
        del book, owned
        return MOST_RECORDS


def commits_the_latest(pipeline: Pipeline) -> None:
    pipeline._ledger.__class__ = _LatestLedger


def waits_for_gaps(pipeline: Pipeline) -> None:
    pipeline._ledger.__class__ = _GapLedger


def loses_a_settlement_during_a_commit(pipeline: Pipeline) -> None:
    pipeline._ledger.__class__ = _ForgetfulLedger


def has_no_lanes(pipeline: Pipeline) -> None:
    pipeline._lanes.__class__ = _NoLanes


def forgets_nothing_on_revoke(pipeline: Pipeline) -> None:
    pipeline._lanes.__class__ = _ClingingLanes


def holds_the_slot_in_back_off(pipeline: Pipeline) -> None:
    pipeline._delivery.__class__ = _WaitingDelivery


def never_pauses(pipeline: Pipeline) -> None:
    pipeline._backlog.__class__ = _EndlessBacklog
