"""Kafka out: records that can never be delivered, with the reason beside them."""

import asyncio
from collections.abc import Iterator
from typing import Any, NamedTuple

from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from bridge import __version__
from bridge.config.kafka import Kafka
from bridge.errors import ConfigError, NotWritten
from bridge.kafka.client import CALL_SECONDS, FAILURES, REQUEST_SECONDS, sentence
from bridge.kafka.lasting import LastingProducer
from bridge.letters import (
    HEADERS_OMITTED,
    KEY_OMITTED,
    OURS,
    REPLAYS,
    VALUE_OMITTED,
    Header,
    own,
)
from bridge.masking import masked
from bridge.record import Letter

IN_A_THREAD_BYTES = 128 * 1024
"""A value above this is masked in a thread."""

LARGEST_BYTES = 8 * 1024 * 1024
"""A topic that takes larger records than the default may take as large a letter."""

WRITE_SECONDS = CALL_SECONDS + REQUEST_SECONDS
"""What a letter gets: a new producer, and a request. Others may be waiting for that one, too."""


class DeadLetterTopic:
    """Writes letters and waits for each acknowledgement. `connect` first, `close` at the end."""

    def __init__(self, kafka: Kafka, topic: str) -> None:
        self._topic = topic
        self.producer = LastingProducer(
            kafka,
            "dead-letter",
            # A retry inside the client must not write a letter twice, nor out of order.
            enable_idempotence=True,
            max_request_size=LARGEST_BYTES,
        )

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault; then `close`, and build another."""
        await self.producer.connect()

    async def write(self, letter: Letter) -> None:
        """Write *letter* under the record's key. Raises NotWritten where nobody confirmed it."""
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._send_as_much_as_fits(letter)
        # Also what a new producer needs and cannot read just now: a rotated certificate.
        except (*FAILURES, ConfigError) as error:
            record = letter.record
            raise NotWritten(
                f"{record.partition}@{record.offset} to {self._topic} ({sentence(error)}):"
                " does the topic exist, and may the bridge write to it?"
            ) from error

    async def close(self, *, seconds: float) -> None:
        """End within about *seconds*; every letter that matters was waited for."""
        await self.producer.close(seconds=seconds)

    async def _send_as_much_as_fits(self, letter: Letter) -> None:
        value, hidden = await _masked(letter.record.value)
        for form in _forms(letter, value, hidden=hidden):
            producer = await self.producer.current()
            try:
                await self._send(producer, form)
            except MessageSizeTooLargeError:
                if not form.is_least:
                    continue
                raise
            return

    async def _send(self, producer: Any, form: "_Form") -> None:
        # Never at the record's time: retention counts from a letter's own, and would take one
        # of an old record within minutes.
        at = None
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await producer.send_and_wait(
                    self._topic, (form.value,), (form.key,), None, at, form.headers
                )
        except (KafkaError, TimeoutError) as error:
            self.producer.failed(producer, error)
            raise


class _Form(NamedTuple):
    """What is written of a letter."""

    key: bytes | None
    value: bytes | None
    headers: list[Header]
    is_least: bool = False


def _forms(letter: Letter, value: bytes | None, *, hidden: bool) -> Iterator[_Form]:
    """The whole letter, then with less and less.

    A topic may have no room for more than what says where the record stands; that it ended here
    must not be lost.
    """
    key, headers = letter.record.key, list(headers_of(letter))
    # A replay of a masked header would be wrong, as that of a masked value would.
    if hidden or own(headers) != own(letter.record.headers):
        headers.append(("bridge.masked", b"true"))
    yield _Form(key, value, headers)
    headers.append((VALUE_OMITTED, b"true"))
    yield _Form(key, None, headers)
    ours = [header for header in headers if header[0] in OURS or header[0] == REPLAYS]
    ours.append((HEADERS_OMITTED, b"true"))
    yield _Form(key, None, ours)
    yield _Form(None, None, [*ours, (KEY_OMITTED, b"true")], is_least=True)


async def _masked(value: bytes | None) -> tuple[bytes | None, bool]:
    if value is None or len(value) < IN_A_THREAD_BYTES:
        return masked(value)
    # A large value takes its time, and heartbeats must go on meanwhile.
    return await asyncio.to_thread(masked, value)


def headers_of(letter: Letter) -> Iterator[Header]:
    """The record's own headers, then why it died, named as Kafka Connect names it.

    A letter that dies again carries the newer reason only.
    """
    for name, value in letter.record.headers:
        if name not in OURS:
            yield name, masked(value)[0]
    for name, text in _reasons(letter):
        yield name, text.encode()


def _reasons(letter: Letter) -> Iterator[tuple[str, str]]:
    record, rejected = letter.record, letter.rejected
    yield "__connect.errors.topic", record.partition.topic
    yield "__connect.errors.partition", str(record.partition.number)
    yield "__connect.errors.offset", str(record.offset)
    yield "__connect.errors.stage", rejected.stage
    yield "__connect.errors.exception.class.name", rejected.error
    yield "__connect.errors.exception.message", rejected.message
    yield "bridge.reason", rejected.reason
    yield "bridge.attempts", str(letter.attempts)
    if rejected.status is not None:
        yield "bridge.status", str(rejected.status)
    if rejected.submission_id is not None:
        yield "bridge.submission_id", rejected.submission_id
    yield "bridge.brand", letter.service.brand
    yield "bridge.kind", letter.service.kind
    if record.timestamp_ms >= 0:
        yield "bridge.timestamp", str(record.timestamp_ms)
    yield "bridge.failed_at", str(letter.failed_at_ms)
    yield "bridge.version", __version__
