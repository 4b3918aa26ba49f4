"""One timer for all answers that are awaited: each ends at its own time."""

import asyncio

import pytest

from bridge.http.deadlines import Deadlines
from bridge.http.heads import Heads
from bridge.http.wire import Wire

pytestmark = pytest.mark.looptime


class Watched(Wire):
    """Notes when it first gave up: whoever waits for it ends the exchange then."""

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop(), Heads())
        self.at: float | None = None

    def give_up(self) -> None:
        if self.at is None:
            self.at = asyncio.get_running_loop().time()


async def test_each_gives_up_at_its_own_time_in_whatever_order_they_began() -> None:
    deadlines, now = Deadlines(), asyncio.get_running_loop().time()
    wanted = [now + 20, now + 5, now + 10]
    wires = [Watched() for _ in wanted]
    for wire, ends in zip(wires, wanted, strict=True):
        deadlines.begin(wire, ends)

    await asyncio.sleep(30)

    assert [wire.at for wire in wires] == wanted


async def test_whoever_has_ended_is_not_given_up() -> None:
    deadlines, now = Deadlines(), asyncio.get_running_loop().time()
    early, late = Watched(), Watched()
    deadlines.begin(early, now + 5)
    deadlines.begin(late, now + 6)
    deadlines.end(early)

    await asyncio.sleep(30)

    assert early.at is None
    assert late.at == now + 6


async def test_one_that_begins_after_all_have_ended_has_its_time_too() -> None:
    deadlines, now = Deadlines(), asyncio.get_running_loop().time()
    first, second = Watched(), Watched()
    deadlines.begin(first, now + 5)
    deadlines.end(first)
    await asyncio.sleep(10)
    deadlines.begin(second, now + 15)

    await asyncio.sleep(30)

    assert second.at == now + 15
