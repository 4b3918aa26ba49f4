"""The status page and its feed, asked over HTTP."""

import asyncio
import base64
import hashlib
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, NamedTuple

import aiohttp
import pytest
from aiohttp import web

from bridge.admin import Admin
from bridge.admin.feed import Feed
from bridge.config.settings import Admin as AdminSettings
from bridge.metrics import Metrics
from bridge.report import HistoryReport, Report
from tests.edges.proxied import proxied

PATHS = ("/", "/status.json", "/history.json", "/config.json", "/metrics", "/livez", "/nowhere")
CONFIGURATION = {"kafka": {"group_id": "a-group"}}
WITHIN_SECONDS = 10


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


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    board = Board()
    async with open_port(board) as (admin, port), aiohttp.ClientSession() as session:
        yield Visitor(session, f"http://127.0.0.1:{port}", board, admin)


async def frame(response: aiohttp.ClientResponse) -> tuple[str, Any]:
    """The next event, and its data."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not (line := await response.content.readline()).startswith(b"event:"):
            assert line, "the feed has ended"
        data = await response.content.readline()
    return line.split(b":")[1].strip().decode(), json.loads(data.removeprefix(b"data: "))


async def test_the_page_is_one_document_that_asks_no_other_place_for_anything(
    visitor: Visitor,
) -> None:
    response = await visitor.ask("/")
    text = await response.text()

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    links = re.findall(r'(?:src|href)="([^"#][^"]*)"', text)
    assert {link for link in links if not link.startswith("data:")} == {
        *("status.json", "history.json", "config.json", "metrics")
    }
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert "@import" not in text
    assert "url(" not in text


async def test_the_policy_allows_this_style_and_this_script_and_nothing_inline(
    visitor: Visitor,
) -> None:
    response = await visitor.ask("/")
    text = await response.text()

    policy = response.headers["Content-Security-Policy"]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", PATHS)
async def test_no_answer_may_be_read_from_another_origin(visitor: Visitor, path: str) -> None:
    response = await visitor.ask(path, Origin="https://elsewhere.example")

    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_another_sites_page_asks_for_is_refused_and_a_link_is_not(
    visitor: Visitor, site: str
) -> None:
    asked = await visitor.ask("/events", Sec_Fetch_Site=site, Sec_Fetch_Mode="cors")
    linked = await visitor.ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")
    own = await visitor.ask("/status.json", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors")

    assert (asked.status, linked.status, own.status) == (403, 200, 200)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/events", "/status.json", "/config.json", "/metrics"])
async def test_nothing_but_get_and_head_is_taken(visitor: Visitor, path: str, method: str) -> None:
    response = await visitor.ask(path, method)

    assert response.status == 405
    assert response.headers["Allow"] == "GET,HEAD"


@pytest.mark.parametrize("path", [*PATHS[:-1], "/events"])
async def test_head_answers_at_once_with_the_same_headers(visitor: Visitor, path: str) -> None:
    head, get = await visitor.ask(path, "HEAD"), await visitor.ask(path)

    assert (head.status, await head.read()) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    get.close()


async def test_history_and_configuration_are_json(visitor: Visitor) -> None:
    assert (await (await visitor.ask("/history.json")).json())["at"] == [0.0, 5.0, 10.0]
    assert await (await visitor.ask("/config.json")).json() == CONFIGURATION


async def test_a_viewer_gets_all_that_there_is_and_then_what_is_new(visitor: Visitor) -> None:
    response = await visitor.ask("/events")
    assert (await frame(response))[0] == "status"
    assert await frame(response) == ("history", {**EMPTY, "at": [0.0, 5.0, 10.0]})

    visitor.board.tell()
    assert (await frame(response))[0] == "status"
    visitor.board.tell(step=True)
    assert (await frame(response))[0] == "status"
    assert await frame(response) == ("history", {**EMPTY, "at": [15.0]})
    response.close()


EMPTY = {"step_seconds": 5.0, "backlog_records": [], "services": []}


async def test_the_feed_is_not_held_back_by_proxies_or_caches(visitor: Visitor) -> None:
    response = await visitor.ask("/events")

    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.headers["Cache-Control"] == "no-store"
    response.close()


async def test_only_so_many_may_watch_and_a_place_becomes_free_again(visitor: Visitor) -> None:
    watching = [await visitor.ask("/events") for _ in range(16)]
    for response in watching:
        await frame(response)

    refused = await visitor.ask("/events")
    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) > 0

    watching[0].close()
    async with asyncio.timeout(WITHIN_SECONDS):
        while (again := await visitor.ask("/events")).status == 503:
            visitor.board.tell()
            await asyncio.sleep(0.01)
    assert again.status == 200
    for response in (again, *watching):
        response.close()


async def ends(response: aiohttp.ClientResponse) -> bool:
    """Whether the feed comes to its end, whole or cut."""
    async with asyncio.timeout(WITHIN_SECONDS):
        with suppress(aiohttp.ClientError, ConnectionError):
            while await response.content.readline():
                pass
    response.close()
    return True


async def test_viewers_never_delay_the_end() -> None:
    board = Board()
    async with open_port(board) as (admin, port), aiohttp.ClientSession() as session:
        watching = [await session.get(f"http://127.0.0.1:{port}/events") for _ in range(5)]
        for response in watching:
            await frame(response)

        began = asyncio.get_running_loop().time()
        await admin.stop()

        # A second is what answers under way get: these got nothing of it.
        assert asyncio.get_running_loop().time() - began < 0.9
        for response in watching:
            assert await ends(response)


async def test_news_at_the_moment_of_the_end_does_not_delay_it() -> None:
    board = Board()
    async with open_port(board) as (admin, port), aiohttp.ClientSession() as session:
        response = await session.get(f"http://127.0.0.1:{port}/events")
        await frame(response)
        await frame(response)

        began = asyncio.get_running_loop().time()
        board.tell()
        await admin.stop()

        assert asyncio.get_running_loop().time() - began < 0.9
        assert await ends(response)


@contextmanager
def deaf(port: int) -> Iterator[socket.socket]:
    """Who asks for the feed and never reads a byte of it."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        yield connection


async def test_who_does_not_read_is_cut_off_and_takes_no_memory() -> None:
    """More is told than any buffer on the way holds; what is kept of it is at most one telling."""
    board, asked = Board(version="x" * 300_000), 0
    feed = Feed(board, unread_seconds=0.5)
    writing: list[web.Request] = []

    async def watched(request: web.Request) -> web.StreamResponse:
        writing.append(request)
        return await feed.serve(request)

    app = web.Application()
    app.router.add_get("/events", watched)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    most = 0
    with deaf(runner.addresses[0][1]):
        async with asyncio.timeout(WITHIN_SECONDS):
            while not writing:  # noqa: ASYNC110 - a request is announced to nobody
                await asyncio.sleep(0.01)
            while "1 viewers" in repr(feed):
                asked += 1
                board.tell()
                if (transport := writing[0].transport) is not None:
                    most = max(most, transport.get_write_buffer_size())
                await asyncio.sleep(0.005)
    await runner.cleanup()

    assert asked > 20
    assert 0 < most < 3 * 300_000


async def test_below_a_prefix_every_path_answers(visitor: Visitor) -> None:
    async with proxied(visitor.url, "/ops/bridge") as origin:
        for path in ("/", "", "/status.json", "/history.json", "/config.json", "/metrics"):
            async with visitor.session.get(f"{origin}/ops/bridge{path}") as response:
                assert response.status == 200
        response = await visitor.session.get(f"{origin}/ops/bridge/events")
        assert (await frame(response))[0] == "status"
        response.close()
