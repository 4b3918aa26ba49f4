"""The bare line: what can be had in Python where nothing may go wrong.

    python -m bench.opponents.bare behavior|order TOPIC GROUP BOOTSTRAP URL

In order for each customer, 64 requests at once, behaviors that wait together leave together, and no
offset is committed above a record that was not accepted. It has no rules, retries, time-outs,
dead letters, metrics or map of what was completed, and ends at whatever it did not expect: what the
bridge takes more than this is what its duties cost.
"""

import asyncio
import sys
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import uvloop
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpResponseParser
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.opponents.consuming import consumer

CONCURRENCY = 64
TOGETHER = 50
HIGH, LOW = 8_000, 6_000
COMMIT_SECONDS = 1.0
ACCEPTED = 200


class Behaviors(msgspec.Struct):
    """As far as it must be known to join it with others."""

    OmedaCustomerId: int
    CustomerBehaviors: list[msgspec.Raw]


class Order(msgspec.Struct):
    """It is sent as it came."""

    OmedaCustomerId: int


class Waiting:
    """A record that was read and not yet accepted."""

    __slots__ = ("done", "event", "offset", "value")

    def __init__(self, offset: int, event: Any, value: bytes) -> None:
        self.offset = offset
        self.event = event
        self.value = value
        self.done = False


class Connection(BaseProtocol):
    """Of one worker: a request, its answer, the next."""

    answered: asyncio.Future[int]

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._parser: HttpResponseParser | None = None

    def data_received(self, data: bytes) -> None:
        """The next part of an answer."""
        if self._parser is None:
            self._parser = HttpResponseParser(self, self._loop, 1 << 16)
        for message, body in self._parser.feed_data(data)[0]:
            self._code, self._body = message.code, body
        if self._body.is_eof():
            self._parser = None
            self.answered.set_result(self._code)

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """The status of its answer."""
        assert self.transport is not None
        self.answered = self._loop.create_future()
        self.transport.write(request)
        return self.answered


class Line:
    """From the topic to the service."""

    def __init__(self, kind: str, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        form: Any = Behaviors if kind == "behavior" else Order
        self._decode = msgspec.json.Decoder(form).decode
        self._encode = msgspec.json.Encoder().encode
        self._most = TOGETHER if kind == "behavior" else 1
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Content-Type: application/json\r\nx-omeda-appid: an-app-id\r\n"
            "x-omeda-inputid: an-input-id\r\nContent-Length: "
        ).encode()
        self._lanes: dict[int, deque[Waiting]] = {}
        self._ready: asyncio.Queue[tuple[int, deque[Waiting]]] = asyncio.Queue()
        self.books: defaultdict[TopicPartition, deque[Waiting]] = defaultdict(deque)
        self.in_hand = 0
        self.room = asyncio.Event()

    def take(self, partition: TopicPartition, records: Iterable[Any]) -> None:
        """Put each behind all others of its customer."""
        book = self.books[partition]
        for record in records:
            event = self._decode(record.value)
            waiting = Waiting(record.offset, event, record.value)
            book.append(waiting)
            self.in_hand += 1
            lane = self._lanes.get(event.OmedaCustomerId)
            if lane is None:
                lane = self._lanes[event.OmedaCustomerId] = deque()
                self._ready.put_nowait((event.OmedaCustomerId, lane))
            lane.append(waiting)

    async def work(self) -> None:
        """Send what waits, lane by lane, for ever."""
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: Connection(loop), self._host, self._port
        )
        while True:
            customer, lane = await self._ready.get()
            sent = [lane.popleft() for _ in range(min(len(lane), self._most))]
            body = self._body(sent)
            status = await connection.ask(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
            if status != ACCEPTED:
                raise RuntimeError(f"Omeda answered {status}")
            for waiting in sent:
                waiting.done = True
            self.in_hand -= len(sent)
            if self.in_hand <= LOW:
                self.room.set()
            if lane:
                self._ready.put_nowait((customer, lane))
            else:
                del self._lanes[customer]

    def _body(self, sent: list[Waiting]) -> bytes:
        if len(sent) == 1:
            return sent[0].value
        joined = [each for waiting in sent for each in waiting.event.CustomerBehaviors]
        return self._encode(Behaviors(sent[0].event.OmedaCustomerId, joined))

    def committable(self) -> dict[TopicPartition, int]:
        """For each partition the offset below which all were accepted."""
        found = {}
        for partition, book in self.books.items():
            while book and book[0].done:
                found[partition] = book.popleft().offset + 1
        return found


async def run(kind: str, topic: str, group: str, bootstrap: str, url: str) -> None:
    """Until the process is ended."""
    reading = consumer(topic, group, bootstrap)
    await reading.start()
    line = Line(kind, url)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONCURRENCY):
            tasks.create_task(line.work())
        tasks.create_task(commit(reading, line))
        while True:
            polled = await reading.getmany(timeout_ms=200, max_records=500)
            for partition, records in polled.items():
                line.take(partition, records)
            if line.in_hand > HIGH:
                line.room.clear()
                await line.room.wait()
            await asyncio.sleep(0)


async def commit(reading: AIOKafkaConsumer, line: Line) -> None:
    """What was accepted, once a second."""
    while True:
        await asyncio.sleep(COMMIT_SECONDS)
        if offsets := line.committable():
            await reading.commit(offsets)


if __name__ == "__main__":
    uvloop.run(run(*sys.argv[1:6]))
