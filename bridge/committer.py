"""When offsets are committed.

One commit is in flight. The next starts once as many records have settled as were in
flight when the last one began, or some time has passed, or nothing is left in hand: so a
crash repeats at most what was in flight and about as much again.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bridge.errors import NotCommitted
from bridge.ledger import Entry, Ledger
from bridge.model import Commit, Partition
from bridge.observer import Observer

log = logging.getLogger(__name__)

PERIOD_SECONDS = 0.25
"""A settled record is committed after this long at the latest."""

FAILURE_SECONDS = 0.5
"""Pause after a commit that failed at once, so that an outage is not met with a storm."""


class Offsets(Protocol):
    """Where offsets are kept."""

    async def commit(self, commits: dict[Partition, Commit]) -> dict[Partition, Commit]:
        """Store *commits*, bounded in time. Raises NotCommitted; they may be stored yet.

        What was stored: a completion map that Kafka has no room for is cut.
        """


class Committer:
    """Commits what the ledger holds to be safe.

    The gate is shut while the group rebalances: a commit that is under way then would be
    answered after the join, with an error that makes the client join yet again, for ever.
    """

    def __init__(
        self,
        ledger: Ledger,
        offsets: Offsets,
        observer: Observer,
        *,
        in_flight: Callable[[], int],
        clock: Callable[[], float],
    ) -> None:
        self._ledger = ledger
        self._offsets = offsets
        self._observer = observer
        self._in_flight = in_flight
        self._clock = clock
        self._under_way = asyncio.Lock()
        self._open = False
        self._due = asyncio.Event()
        self._settled = 0
        self._enough = 1

    def __repr__(self) -> str:
        return f"<Committer: gate {'open' if self._open else 'shut'}, {self._settled} settled>"

    def settled(self, entry: Entry, records: int = 1) -> None:
        """So many *records* were settled, *entry* among them: a commit may be due."""
        self._settled += records
        if self._settled >= self._enough or not (entry.book.records or self._ledger.records):
            self._due.set()

    async def run(self) -> None:
        """Commit whenever it is due, while the gate is open."""
        while True:
            await self._until_due()
            if not await self._commit_if_open():
                await asyncio.sleep(FAILURE_SECONDS)

    def open(self) -> None:
        """Partitions are owned and their books stand: commits may begin."""
        self._open = True

    async def shut(self) -> None:
        """Let no further commit begin, and wait for the one under way."""
        self._open = False
        async with self._under_way:
            pass

    async def last(self) -> bool:
        """Commit once more behind the shut gate, before the ownership ends. True: it stands."""
        async with self._under_way:
            return await self._commit()

    async def _until_due(self) -> None:
        try:
            async with asyncio.timeout(PERIOD_SECONDS):
                await self._due.wait()
        except TimeoutError:
            pass

    async def _commit_if_open(self) -> bool:
        async with self._under_way:
            # Asked again behind the lock: the gate may have been shut meanwhile.
            if not self._open:
                self._due.clear()
                return True
            return await self._commit()

    async def _commit(self) -> bool:
        self._due.clear()
        self._settled = 0
        self._enough = max(1, self._in_flight())
        commits = self._ledger.due()
        return not commits or await self._store(commits)

    async def _store(self, commits: dict[Partition, Commit]) -> bool:
        started = self._clock()
        try:
            stored = await self._offsets.commit(commits)
        except NotCommitted as error:
            self._ledger.owe(commits)
            self._observer.committed("failed", self._clock() - started)
            log.warning("a commit was not confirmed and will be made again: %s", error)
            return False
        except asyncio.CancelledError:
            self._ledger.owe(commits)
            raise
        self._ledger.acknowledge(stored)
        self._observer.committed("ok", self._clock() - started)
        self._observer.overflowed(sum(commit.cut for commit in stored.values()))
        return True
