"""Order and exclusion hold whatever fails, waits and is dropped."""

import asyncio
import random
from typing import NamedTuple

import pytest

from bridge.model import LaneKey, Partition
from tests.flow.turns import QueuedLanes
from tests.flow.world import P0, P1, P2
from tests.guarantees import KeyOrder, OneAtATimePerKey

pytestmark = pytest.mark.looptime


class Job(NamedTuple):
    lane: LaneKey
    partition: Partition
    offset: int
    owner: int


class Schedule:
    """Some workers, lanes that fail at random, and owners that come and go."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lanes: QueuedLanes[Job] = QueuedLanes()
        self.exclusion = OneAtATimePerKey()
        self.owner = 0
        self.orders = [KeyOrder()]
        self.ended: list[Job] = []

    async def work(self) -> None:
        while True:
            strand = await self.lanes.turn()
            job = strand.head
            self.exclusion.begun(job.lane, job)
            await asyncio.sleep(self.random.choice([0, 0.1, 1]))
            self.exclusion.ended(job.lane, job)
            if self.random.random() < 0.3:
                self.lanes.again(strand, self.random.choice([0, 0.5, 3]))
            else:
                self.orders[job.owner].accepted(job.lane, job.partition, job.offset)
                self.ended.append(job)
                self.lanes.ended(strand)

    def own_anew(self) -> None:
        self.lanes.drop()
        self.owner += 1
        self.orders.append(KeyOrder())

    async def live(self, steps: int) -> list[Job]:
        """Returns what the last owner was given."""
        added: list[Job] = []
        for offset in range(steps):
            lane = LaneKey("DEMO", self.random.choice("abcd"))
            job = Job(lane, self.random.choice([P0, P1, P2]), offset, self.owner)
            self.lanes.add(job.lane, job.partition, job)
            added.append(job)
            await asyncio.sleep(self.random.choice([0, 0, 0.2, 1]))
            if self.random.random() < 0.05:
                self.own_anew()
                added.clear()
        return added


@pytest.mark.parametrize("seed", range(30))
async def test_order_and_exclusion_hold_in_any_schedule_and_nothing_is_forgotten(
    seed: int,
) -> None:
    schedule = Schedule(seed)
    async with asyncio.TaskGroup() as tasks:
        workers = [tasks.create_task(schedule.work(), name=f"worker-{n}") for n in range(3)]

        owed = await schedule.live(60)
        await asyncio.sleep(1000)

        for worker in workers:
            worker.cancel()
    schedule.exclusion.check()
    for order in schedule.orders:
        order.check()
    assert set(owed) <= set(schedule.ended)
    assert len(schedule.ended) == len(set(schedule.ended))
    assert repr(schedule.lanes) == "<Lanes: 0 lanes, 0 records, 0 at work>"
