"""When offsets are committed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bridge.committer import Committer
from bridge.ledger import Entry, Ledger
from bridge.model import Commit
from bridge.record import Record
from tests.fakes import Recorder
from tests.flow.witness import Guarantor
from tests.flow.world import P0
from tests.memory_source import CommitEnding, MemorySource

pytestmark = pytest.mark.looptime


class Desk:
    """A ledger with records in hand, and its committer."""

    def __init__(self, records: int, *, in_flight: int = 4) -> None:
        self.source = MemorySource(Guarantor(), [P0])
        self.source.assigned = {P0}
        self.ledger = Ledger()
        self.ledger.open(P0, Commit(0))
        entries = [
            self.ledger.admit(Record(P0, offset, 0, None, b"v")) for offset in range(records)
        ]
        self.entries = [entry for entry in entries if isinstance(entry, Entry)]
        self.observer = Recorder()
        clock = asyncio.get_running_loop().time
        self.committer = Committer(
            self.ledger, self.source, self.observer, in_flight=lambda: in_flight, clock=clock
        )
        self.committer.open()

    def settle(self, *offsets: int) -> None:
        for offset in offsets:
            self.ledger.settle(self.entries[offset])
            self.committer.settled(self.entries[offset])

    @property
    def commits(self) -> list[tuple[float, int]]:
        """After how many seconds which offset arrived."""
        return [(round(time, 3), commits[P0].offset) for time, commits in self.source.commits]


@asynccontextmanager
async def at_work(desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.committer.run(), name="committer")
    # The first tick is behind us: `in_flight` is known to the pace.
    await asyncio.sleep(0.26)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def now() -> float:
    return round(asyncio.get_running_loop().time(), 3)


async def test_a_settled_record_is_committed_within_a_quarter_of_a_second() -> None:
    desk = Desk(10)
    async with at_work(desk):
        settled = now()
        desk.settle(0)
        await asyncio.sleep(1)

    assert [offset for _, offset in desk.commits] == [1]
    assert desk.commits[0][0] - settled <= 0.25


async def test_a_commit_starts_at_once_when_as_many_settled_as_were_in_flight() -> None:
    desk = Desk(10, in_flight=4)
    async with at_work(desk):
        settled = now()
        desk.settle(0, 1, 2)
        await asyncio.sleep(0.01)
        assert desk.commits == []
        desk.settle(3)
        await asyncio.sleep(0.01)

    assert desk.commits == [(settled + 0.01, 4)]


async def test_a_commit_starts_at_once_when_the_backlog_drains() -> None:
    desk = Desk(2, in_flight=4)
    async with at_work(desk):
        settled = now()
        desk.settle(0, 1)
        await asyncio.sleep(0.01)

    assert desk.commits == [(settled, 2)]


async def test_a_change_of_the_completion_map_alone_is_committed_too() -> None:
    desk = Desk(10)
    async with at_work(desk):
        desk.settle(5)
        await asyncio.sleep(0.3)

    assert desk.source.offsets[P0].offset == 0
    assert desk.source.offsets[P0].metadata


async def test_a_map_that_kafka_has_no_room_for_is_counted_and_not_held_to_be_stored() -> None:
    desk = Desk(10)
    desk.source.room = 1
    async with at_work(desk):
        desk.settle(5)
        await asyncio.sleep(0.3)

    assert desk.source.offsets[P0] == desk.ledger[P0].acknowledged == Commit(0, cut=True)
    assert desk.observer.counts["overflowed"] == 1


async def test_nothing_is_committed_where_nothing_has_changed() -> None:
    desk = Desk(10)
    async with at_work(desk):
        desk.settle(0)
        await asyncio.sleep(60)

    assert len(desk.commits) == 1


async def test_one_commit_is_in_flight_and_a_settlement_meanwhile_is_in_the_next() -> None:
    desk = Desk(10, in_flight=1)
    desk.source.commit_seconds = 5
    async with at_work(desk):
        begun = now()
        desk.settle(0)
        await asyncio.sleep(1)
        desk.settle(1, 2)
        await asyncio.sleep(20)

    assert desk.source.most_commits_at_once == 1
    assert desk.commits == [(begun, 1), (begun + 5, 3)]


@pytest.mark.parametrize("ending", [CommitEnding.LOST, CommitEnding.UNCONFIRMED])
async def test_a_commit_that_failed_is_made_again(ending: CommitEnding) -> None:
    desk = Desk(10)
    desk.source.commit_endings.append(ending)
    async with at_work(desk):
        desk.settle(0)
        await asyncio.sleep(2)

    assert [offset for _, offset in desk.commits] == [1, 1]
    assert desk.source.offsets[P0].offset == 1
    assert desk.ledger[P0].acknowledged.offset == 1
    assert desk.observer.counts["committed: failed"] == 1


async def test_commits_that_keep_failing_are_not_made_in_a_storm() -> None:
    desk = Desk(1)
    desk.source.commit_endings.extend([CommitEnding.LOST] * 1000)
    async with at_work(desk):
        desk.settle(0)
        await asyncio.sleep(10)

    assert len(desk.commits) <= 21


async def test_no_commit_begins_behind_the_shut_gate() -> None:
    desk = Desk(2)
    async with at_work(desk):
        await desk.committer.shut()
        desk.settle(0, 1)
        await asyncio.sleep(60)

        assert desk.commits == []


async def test_the_gate_opens_to_what_settled_behind_it() -> None:
    desk = Desk(2)
    async with at_work(desk):
        await desk.committer.shut()
        desk.settle(0, 1)
        await asyncio.sleep(1)
        desk.committer.open()
        await asyncio.sleep(0.5)

    assert desk.source.offsets[P0].offset == 2


async def test_shutting_the_gate_waits_for_the_commit_under_way_and_lets_none_follow() -> None:
    desk = Desk(10, in_flight=1)
    desk.source.commit_seconds = 5
    async with at_work(desk):
        begun = now()
        desk.settle(0)
        await asyncio.sleep(1)
        desk.settle(1)
        await desk.committer.shut()
        assert now() == begun + 5
        await asyncio.sleep(60)

    assert desk.commits == [(begun, 1)]


async def test_the_last_commit_is_made_behind_the_shut_gate() -> None:
    desk = Desk(10)
    async with at_work(desk):
        await desk.committer.shut()
        desk.settle(0, 1)
        confirmed = await desk.committer.last()

    assert confirmed
    assert desk.source.offsets[P0].offset == 2


async def test_a_last_commit_that_failed_says_so() -> None:
    desk = Desk(10)
    desk.source.commit_endings.append(CommitEnding.LOST)
    desk.settle(0)

    assert not await desk.committer.last()
