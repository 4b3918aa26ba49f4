"""A member of a group as tests of the client keep it, and what it leaves behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from bridge.errors import PollFailed
from bridge.kafka.source import KafkaSource
from bridge.model import Partition

JOIN_SECONDS = 30
CLOSE_SECONDS = 2
AHEAD_BYTES = 1 << 26
SLACK_SECONDS = 2
"""For a machine that is busy with a broker, too."""


class Membership:
    """What the group gave."""

    def __init__(self) -> None:
        self.partitions: set[Partition] = set()
        self.revocations = 0

    async def assigned(self, partitions: set[Partition]) -> None:
        self.partitions = partitions

    async def revoked(self) -> None:
        self.revocations += 1
        self.partitions = set()


@asynccontextmanager
async def polled(source: KafkaSource) -> AsyncIterator[None]:
    """The membership is kept while the block runs."""

    async def poll() -> None:
        while True:
            with suppress(PollFailed):
                await source.wait(seconds=0.1)

    polling = asyncio.create_task(poll())
    try:
        yield
    finally:
        polling.cancel()
        await asyncio.wait({polling})


async def until(happened: Callable[[], bool], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - the group announces nothing
            await asyncio.sleep(0.05)


async def none_left(before: "set[asyncio.Task[Any]]") -> None:
    """None but the tasks that there were before."""
    with suppress(TimeoutError):
        await until(lambda: asyncio.all_tasks() <= before, seconds=SLACK_SECONDS)
    left = asyncio.all_tasks() - before
    assert not left, left
