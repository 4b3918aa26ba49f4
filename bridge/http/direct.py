"""The short way: prepared bytes on a connection of aiohttp's pool, the answer by its parser.

What must stay true: a connection is kept only behind a whole answer that came after its request was
written whole; whatever else ends an exchange closes it. This uses private parts of
one aiohttp version, so any other is refused.
"""

import asyncio
import math
from functools import partial
from http import HTTPStatus

import aiohttp
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from bridge.errors import ConfigError
from bridge.http.deadlines import Deadlines
from bridge.http.exchange import Begun, Gate, Head, Reply, taken, whole
from bridge.http.heads import Heads
from bridge.http.kept import Kept
from bridge.http.target import Target
from bridge.http.wire import Wire

CHECKED_VERSION = "3.14.5"

SOON_SENT_BYTES = 1 << 16
"""What is no more than this leaves at once: the smallest buffers of a socket hold it."""


class DirectClient:
    """Leaves connections, TLS, DNS and proxy to aiohttp, and writes the request itself."""

    def __init__(
        self,
        connector: aiohttp.TCPConnector,
        *,
        base_url: str,
        keepalive_seconds: float,
        seconds: float,
        connect_seconds: float,
        proxy: str | None,
    ) -> None:
        if aiohttp.__version__ != CHECKED_VERSION:
            raise ConfigError(
                f"omeda.client: direct was checked with aiohttp {CHECKED_VERSION} only, and"
                f" {aiohttp.__version__} is installed: choose session"
            )
        vars(connector)["_factory"] = partial(Wire, asyncio.get_running_loop(), Heads())
        self._connector = connector
        self._kept = Kept(keepalive_seconds)
        self._deadlines = Deadlines()
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        # To the moment: aiohttp would round longer ones up.
        self._timeout = aiohttp.ClientTimeout(
            connect=min(seconds, connect_seconds), ceil_threshold=math.inf
        )
        base = URL(base_url, encoded=True)
        self._target = Target(base, None if proxy is None else URL(proxy))
        self._secure = base.scheme == "https"
        # Without TLS a proxy is no tunnel: it reads the request, and wants its whole address.
        in_clear = proxy is not None and base.scheme == "http"
        self._address = str if in_clear else _path
        self._more = _proxy_authorization(URL(proxy)) if proxy and in_clear else ""

    async def exchange(self, head: Head, body: bytes, gate: Gate) -> Reply:
        """See `exchange.Client`."""
        ends = self._loop.time() + self._seconds
        connection = self._kept.take() or await self._connect()
        wire = connection.protocol
        if not isinstance(wire, Wire):
            raise aiohttp.ServerDisconnectedError
        # No await from here until it is written: nothing can come in between.
        lines = head.lines(self._address, self._more)
        self._deadlines.begin(wire, ends)
        try:
            gate.pass_through(stale=not wire.fit)
            reply = await _whole(await wire.ask(_written(head.method, lines, body)), ends)
        except BaseException as error:
            if wire.unsent:
                # To close alone would send the rest, whenever the server reads on.
                wire.abort()
            connection.close()
            if isinstance(error, HttpProcessingError):
                raise aiohttp.ClientPayloadError(type(error).__name__) from error
            raise
        finally:
            self._deadlines.end(wire)
        # Answered before all of it was sent, the rest would be taken for the next request.
        if wire.fit and wire.at_rest and self._sent(wire, reply.status, body):
            self._kept.put(connection)
        else:
            connection.close()
        return reply

    def _sent(self, wire: Wire, status: int, body: bytes) -> bool:
        """Whether the server has surely read all of the request."""
        if wire.unsent:
            return False
        # What waits below TLS is not told.
        return not self._secure or status == HTTPStatus.OK or len(body) <= SOON_SENT_BYTES

    async def _connect(self) -> Connection:
        return await self._connector.connect(self._target, [], self._timeout)

    async def close(self) -> None:
        """Close every connection."""
        self._kept.close()
        self._deadlines.close()
        await self._connector.close()


async def _whole(answer: Reply | Begun, ends: float) -> Reply:
    if isinstance(answer, Reply):
        return answer
    stream = answer.stream
    body = taken(stream) if stream.is_eof() else await _rest(stream, ends)
    return Reply(answer.status, answer.headers, body)


async def _rest(stream: aiohttp.StreamReader, ends: float) -> bytes:
    """What comes later.

    The protocol forgets a stream that it could not go on with, without a word to its reader: so no
    timer of the protocol's would end this.
    """
    async with asyncio.timeout_at(ends):
        return await whole(stream)


def _path(url: URL) -> str:
    return url.raw_path_qs


def _written(method: str, lines: bytes, body: bytes) -> bytes:
    if method == "GET":
        return lines + b"\r\n"
    return b"%bContent-Length: %d\r\n\r\n%b" % (lines, len(body), body)


def _proxy_authorization(proxy: URL) -> str:
    known = aiohttp.BasicAuth.from_url(proxy)
    return f"Proxy-Authorization: {known.encode()}\r\n" if known else ""
