"""Server-sent events: how things stand, again and again, to as many as may watch at once."""

import asyncio
from typing import Protocol

import msgspec
from aiohttp import web

from bridge.report import HistoryReport, Report

MOST_VIEWERS = 16
UNREAD_SECONDS = 10.0
"""Who takes nothing off the wire for so long is cut off."""

SHARED_SECONDS = 0.5
"""For so long a telling is everybody's: all who watch wait for the same news."""

HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
"""The second asks proxies to hold nothing back."""

OPENING = b"retry: 2000\n\n"


class Board(Protocol):
    """What there is to be shown."""

    @property
    def steps(self) -> int:
        """How many steps the history ever had."""

    def report(self) -> Report:
        """Everything but the history, as of now."""

    def history(self, *, steps: int = ...) -> HistoryReport:
        """The last *steps* of the history, or all of it."""

    async def news(self) -> None:
        """Wait until there is something new, a second or so."""


class Feed:
    """Holds nothing for anybody: who is slow misses what came meanwhile, and gets what is now."""

    def __init__(
        self, board: Board, *, most: int = MOST_VIEWERS, unread_seconds: float = UNREAD_SECONDS
    ) -> None:
        self._board = board
        self._most = most
        self._unread_seconds = unread_seconds
        self._viewers: set[asyncio.Timeout] = set()
        self._closed = False
        self._status = b""
        self._status_at = float("-inf")

    def __repr__(self) -> str:
        return f"<Feed: {len(self._viewers)} viewers>"

    def close(self) -> None:
        """Send everybody away at once, whatever they have not read."""
        self._closed = True
        now = asyncio.get_running_loop().time()
        for patience in self._viewers:
            if not patience.expired():
                patience.reschedule(now)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One viewer, for as long as it reads."""
        if request.method == "HEAD":
            return web.Response(headers=HEADERS)
        if self._closed or len(self._viewers) >= self._most:
            headers = {"Retry-After": "30"}
            return web.Response(status=503, text="too many are watching\n", headers=headers)
        response = web.StreamResponse(headers=HEADERS)
        patience = asyncio.timeout(self._unread_seconds)
        self._viewers.add(patience)
        try:
            async with patience:
                await response.prepare(request)
                await response.write(OPENING)
                await self._tell(response, patience)
        except (TimeoutError, ConnectionError):
            pass
        finally:
            self._viewers.discard(patience)
            # Whatever is still unread would only hold up the end.
            if request.transport is not None:
                request.transport.abort()
        return response

    async def _tell(self, response: web.StreamResponse, patience: asyncio.Timeout) -> None:
        """Write what there is, again and again; each time it must be read within its time."""
        told = 0
        clock = asyncio.get_running_loop().time
        # Looked at without an await before the new deadline, or that would undo `close`.
        while not self._closed:
            patience.reschedule(clock() + self._unread_seconds)
            await response.write(self._shared(clock()))
            if self._board.steps > told:
                missed, told = self._board.steps - told, self._board.steps
                await response.write(_frame("history", self._board.history(steps=missed)))
            await self._board.news()

    def _shared(self, now: float) -> bytes:
        if now - self._status_at >= SHARED_SECONDS:
            self._status, self._status_at = _frame("status", self._board.report()), now
        return self._status


def _frame(event: str, content: Report | HistoryReport) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event.encode(), msgspec.json.encode(content))
