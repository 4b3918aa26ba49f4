"""A wire between the bridge and Kafka that can be slow, dead, cut, or lie.

It reads Kafka's frames (four bytes of length; a request goes on with its API key, version and
correlation id), so that it can answer single requests itself. Kafka answers in the order asked,
and so does this.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import NamedTuple, TypeVar

START_SECONDS = 10
ENDS = (OSError, asyncio.IncompleteReadError)
_FRAME = struct.Struct(">i")
_RESET = struct.pack("ii", 1, 0)
_HEADER = struct.Struct(">hhi")


class Api(IntEnum):
    """Keys of the requests that are told apart."""

    PRODUCE = 0
    FETCH = 1
    OFFSET_COMMIT = 8
    OFFSET_FETCH = 9
    JOIN_GROUP = 11
    HEARTBEAT = 12


class Asked(NamedTuple):
    """What is known of a request."""

    key: int
    version: int
    correlation: int
    payload: bytes
    """All of it, header included."""


Change = TypeVar("Change")
Alter = Callable[[bytes], bytes]
Forge = Callable[[Asked], bytes]


def _unaltered(answer: bytes) -> bytes:
    return answer


class Proxy:
    """Serves from a thread of its own; the settings may be changed at any time."""

    def __init__(self, port: int, target_port: int) -> None:
        self._port = port
        self._target_port = target_port
        self.black_hole = False
        """Connections are accepted, and nothing passes."""
        self.delay_seconds = 0.0
        """What each frame waits, in either direction."""
        self.forged: dict[int, tuple[Forge, int]] = {}
        """By API key: the next so many requests never reach Kafka, and are answered like this."""
        self.altered: dict[int, tuple[Alter, int]] = {}
        """By API key: the next so many answers are changed on their way."""
        self.kept_back: set[int] = set()
        """By API key: requests reach Kafka, and their answers wait."""
        self.told = 0
        """Answers that were forged, altered or kept back."""
        self.broken: list[Exception] = []
        """What the wire itself failed at: then no fault was what it says it is."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="proxy")
        self._ready = threading.Event()
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(START_SECONDS), "the proxy does not come up"

    def stop(self) -> None:
        self.heal()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def cut(self) -> None:
        """Reset every connection there is."""
        self._loop.call_soon_threadsafe(self._cut)

    def heal(self) -> None:
        """Be a plain wire again."""
        self.black_hole, self.delay_seconds = False, 0.0
        self.kept_back.clear()
        self.forged.clear()
        self.altered.clear()

    def _cut(self) -> None:
        for writer in self._writers:
            # Without this the peer would be told of an orderly end.
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._connect, "127.0.0.1", self._port) as server:
            self._ready.set()
            await self._stop.wait()
            server.close()
            self._cut()
            while self._writers:  # noqa: ASYNC110 - each removes itself
                await asyncio.sleep(0.01)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        # A wire ends in many ways, and each of them is just its end.
        with suppress(*ENDS):
            await self._between(reader, writer)
        writer.transport.abort()
        self._writers.discard(writer)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._pass()
        kafka, to_kafka = await asyncio.open_connection("127.0.0.1", self._target_port)
        asked: asyncio.Queue[Asked | bytes] = asyncio.Queue()
        ways = {
            asyncio.create_task(self._upstream(reader, to_kafka, asked)),
            asyncio.create_task(self._downstream(kafka, writer, asked)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            to_kafka.transport.abort()
            for way in ways:
                way.cancel()
            for end in await asyncio.gather(*ways, return_exceptions=True):
                if isinstance(end, Exception) and not isinstance(end, ENDS):
                    self.broken.append(end)

    async def _upstream(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        asked: "asyncio.Queue[Asked | bytes]",
    ) -> None:
        while True:
            request = _read(await _frame(reader))
            await self._pass()
            if forge := self._due(self.forged, request.key):
                asked.put_nowait(forge(request))
                continue
            asked.put_nowait(request)
            writer.write(_framed(request.payload))
            await writer.drain()

    async def _downstream(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        asked: "asyncio.Queue[Asked | bytes]",
    ) -> None:
        while True:
            request = await asked.get()
            if isinstance(request, Asked):
                answer = await _frame(reader)
                answer = (self._due(self.altered, request.key) or _unaltered)(answer)
                await self._keep_back(request.key)
            else:
                answer = request
            await self._pass()
            writer.write(_framed(answer))
            await writer.drain()

    async def _pass(self) -> None:
        """What a frame goes through."""
        await asyncio.sleep(self.delay_seconds)
        while self.black_hole:  # noqa: ASYNC110 - it is set from another thread
            await asyncio.sleep(0.05)

    async def _keep_back(self, key: int) -> None:
        if key in self.kept_back:
            self.told += 1
        while key in self.kept_back:  # noqa: ASYNC110 - it is set from another thread
            await asyncio.sleep(0.05)

    def _due(self, changes: dict[int, tuple[Change, int]], key: int) -> Change | None:
        if key not in changes:
            return None
        change, left = changes.pop(key)
        if left > 1:
            changes[key] = change, left - 1
        self.told += 1
        return change


async def _frame(reader: asyncio.StreamReader) -> bytes:
    (size,) = _FRAME.unpack(await reader.readexactly(_FRAME.size))
    return await reader.readexactly(size)


def _framed(payload: bytes) -> bytes:
    return _FRAME.pack(len(payload)) + payload


def _read(payload: bytes) -> Asked:
    key, version, correlation = _HEADER.unpack_from(payload)
    return Asked(key, version, correlation, payload)
