"""Who looks at the admin port, and a process that has news when a test says so."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp

from bridge.admin import Admin
from bridge.config.settings import Admin as AdminSettings
from bridge.metrics import Metrics
from bridge.report import HistoryReport, Report

WITHIN_SECONDS = 10
CONFIGURATION = {"kafka": {"group_id": "a-group"}}


class Board:
    """A process that has something new whenever a test says so."""

    def __init__(self, *, version: str = "1.2.3") -> None:
        self.steps = 3
        self._version = version
        self._news = asyncio.Event()

    def tell(self, *, step: bool = False) -> None:
        self.steps += step
        self._news.set()
        self._news = asyncio.Event()

    async def news(self) -> None:
        await self._news.wait()

    def history(self, *, steps: int = 180) -> HistoryReport:
        ends = [5.0 * step for step in range(self.steps)]
        return HistoryReport(5.0, ends[max(0, len(ends) - steps) :], [], [])

    def report(self) -> Report:
        return Report(
            state="running",
            backlog_records=0,
            backlog_bytes=0,
            backlog_high=10,
            backlog_low=5,
            backlog_bytes_high=100,
            concurrency=4,
            partitions=[],
            services=[],
            time=2.0,
            started=1.0,
            version=self._version,
            rebalances=0,
            rejections=[],
            happenings=[],
        )


class Well:
    def alive(self) -> bool:
        return True

    def ready(self) -> bool:
        return True


class Visitor(NamedTuple):
    session: aiohttp.ClientSession
    url: str
    board: Board
    admin: Admin

    async def ask(self, path: str, method: str = "GET", **headers: str) -> aiohttp.ClientResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.session.request(method, self.url + path, headers=sent)
        if response.content_type != "text/event-stream" or method == "HEAD":
            await response.read()
        return response


@asynccontextmanager
async def open_port(board: Board) -> AsyncIterator[tuple[Admin, int]]:
    settings = AdminSettings(host="127.0.0.1", port=0)
    admin = Admin(settings, Well(), Metrics().expose, board, CONFIGURATION)
    port = await admin.start()
    try:
        yield admin, port
    finally:
        await admin.stop()


async def frame(response: aiohttp.ClientResponse) -> tuple[str, Any]:
    """The next event, and its data."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not (line := await response.content.readline()).startswith(b"event:"):
            assert line, "the feed has ended"
        data = await response.content.readline()
    return line.split(b":")[1].strip().decode(), json.loads(data.removeprefix(b"data: "))
