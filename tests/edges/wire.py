"""A server that shows what was on the wire, byte by byte, and answers as a test tells it to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

Step = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What the server does once it has read a request."""

ACCEPTED = b'{"ResponseInfo": [{"CustomerId": 1}], "SubmissionId": "s-1"}'


class Heard(NamedTuple):
    """One request as it came."""

    connection: int
    head: bytes
    body: bytes

    @property
    def request_line(self) -> bytes:
        return self.head.split(b"\r\n", 1)[0]

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("ascii").strip().split("\r\n")[1:]
        pairs = [line.split(": ", 1) for line in lines]
        assert len(dict(pairs)) == len(pairs), f"a header stands twice: {lines}"
        return {name.lower(): text for name, text in pairs}


class Wire:
    """Plays *steps*, one a request, and after them accepts everything."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard: list[Heard] = []
        self.connections = 0
        self.open = 0
        self.port = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        try:
            await self._talk(self.connections, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has left, or the test has ended
        finally:
            self.open -= 1
            writer.close()

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _talk(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while not writer.is_closing():
            head = await reader.readuntil(b"\r\n\r\n")
            length = Heard(number, head, b"").headers.get("content-length", "0")
            self.heard.append(Heard(number, head, await reader.readexactly(int(length))))
            step = self._steps.pop(0) if self._steps else answer()
            await step(writer)


def answer(body: bytes = ACCEPTED, *headers: str, status: str = "200 OK") -> Step:
    return send(message(body, *headers, status=status))


def message(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    told = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {told}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def send(text: bytes) -> Step:
    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()

    return step


def cut(text: bytes = b"") -> Step:
    """Send *text*, then close."""

    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        writer.close()

    return step


def stall(text: bytes = b"") -> Step:
    """Send *text*, then nothing ever."""

    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await asyncio.Event().wait()

    return step


@asynccontextmanager
async def listening(*steps: Step, tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    wire = Wire(*steps)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0, ssl=tls, limit=1 << 24)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await wire.end()
        await server.wait_closed()


async def until(happened: Callable[[], bool], *, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - counters announce nothing
            await asyncio.sleep(0.005)
