"""The status page's feed: what a viewer gets, and what a viewer never costs."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import aiohttp
from aiohttp import web

from bridge.admin.feed import Feed
from tests.edges.visiting import WITHIN_SECONDS, Board, Visitor, frame, open_port

EMPTY = {"step_seconds": 5.0, "backlog_records": [], "services": []}


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
