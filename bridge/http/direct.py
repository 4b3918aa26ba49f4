"""The short way: prepared bytes on a connection of aiohttp's pool, the answer by its parser.

What must stay true: a connection is kept only behind a whole answer that came after its request was
written whole; whatever else ends an exchange closes it. This uses private parts of
one aiohttp version, so any other is refused.
"""

import asyncio
import math
from functools import cached_property

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest, ConnectionKey
from aiohttp.connector import Connection
from aiohttp.helpers import TimerNoop
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from bridge.errors import ConfigError
from bridge.http.exchange import Gate, Head, Reply, whole
from bridge.http.kept import Kept

CHECKED_VERSION = "3.14.5"

_INFORMATION = range(100, 200)
_SWITCHING = 101

_NO_TIMER = TimerNoop()


class _Target(ClientRequest):
    """Names server, TLS and proxy to the connector; itself it is never sent."""

    @cached_property
    def connection_key(self) -> ConnectionKey:
        return super().connection_key


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
        self._connector = connector
        self._kept = Kept(keepalive_seconds)
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        # To the moment: aiohttp would round longer ones up.
        self._timeout = aiohttp.ClientTimeout(
            connect=min(seconds, connect_seconds), ceil_threshold=math.inf
        )
        base = URL(base_url, encoded=True)
        self._target = _target(base, None if proxy is None else URL(proxy))
        # Without TLS a proxy is no tunnel: it reads the request, and wants its whole address.
        in_clear = proxy is not None and base.scheme == "http"
        self._address = str if in_clear else _path
        self._more = _proxy_authorization(URL(proxy)) if proxy and in_clear else ""

    async def exchange(self, head: Head, body: bytes, gate: Gate) -> Reply:
        """See `exchange.Client`."""
        ends = self._loop.time() + self._seconds
        connection = self._kept.take() or await self._connect()
        protocol = connection.protocol
        if protocol is None:
            raise aiohttp.ServerDisconnectedError
        # Until an answer begins: a timer costs a fifth of what `asyncio.timeout` does.
        timer = self._loop.call_at(ends, protocol._on_read_timeout)  # noqa: SLF001 - the pinned aiohttp's
        try:
            return await self._ask(connection, protocol, head, body, gate, ends)
        except HttpProcessingError as error:
            connection.close()
            raise aiohttp.ClientPayloadError(type(error).__name__) from error
        except BaseException:
            connection.close()
            raise
        finally:
            timer.cancel()

    async def _connect(self) -> Connection:
        return await self._connector.connect(self._target, [], self._timeout)

    async def _ask(
        self,
        connection: Connection,
        protocol: ResponseHandler,
        head: Head,
        body: bytes,
        gate: Gate,
        ends: float,
    ) -> Reply:
        transport = protocol.transport
        # No await from here until it is written: nothing can come in between.
        if transport is None or not protocol.is_connected():
            raise aiohttp.ServerDisconnectedError
        stale = protocol.should_close
        protocol.set_response_params(timer=_NO_TIMER, read_until_eof=True)
        # Written at once: uvloop would collect small writes until its next round.
        transport.set_write_buffer_limits(high=0)
        lines = head.lines(self._address, self._more)
        gate.pass_through(stale=stale)
        transport.write(b"%b%b\r\n%b" % (lines, _length(head, body), body))
        message, stream = await protocol.read()
        while message.code in _INFORMATION and message.code != _SWITCHING:
            message, stream = await protocol.read()
        answer = await (whole(stream) if stream.is_eof() else _rest(stream, ends))
        if protocol.should_close or transport.get_write_buffer_size():
            # Answered before all of it was sent: the rest would be taken for the next request.
            connection.close()
        else:
            self._kept.put(connection)
        return Reply(message.code, message.headers, answer)

    async def close(self) -> None:
        """Close every connection."""
        self._kept.close()
        await self._connector.close()


async def _rest(stream: aiohttp.StreamReader, ends: float) -> bytes:
    """What comes later.

    The protocol forgets a stream that it could not go on with, without a word to its reader: so no
    timer of the protocol's would end this.
    """
    async with asyncio.timeout_at(ends):
        return await whole(stream)


def _target(base: URL, proxy: URL | None) -> ClientRequest:
    return _Target("POST", base, loop=asyncio.get_running_loop(), proxy=proxy)


def _path(url: URL) -> str:
    return url.raw_path_qs


def _length(head: Head, body: bytes) -> bytes:
    return b"" if head.method == "GET" else b"Content-Length: %d\r\n" % len(body)


def _proxy_authorization(proxy: URL) -> str:
    known = aiohttp.BasicAuth.from_url(proxy)
    return f"Proxy-Authorization: {known.encode()}\r\n" if known else ""
