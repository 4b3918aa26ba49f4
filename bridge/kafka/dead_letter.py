"""Kafka out: records that can never be delivered, with the reason beside them."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from bridge import __version__
from bridge.config.settings import Kafka
from bridge.errors import KafkaFault, NotWritten
from bridge.kafka.client import CALL_SECONDS, FAILURES, REQUEST_SECONDS, options
from bridge.model import Letter

log = logging.getLogger(__name__)

Header = tuple[str, bytes | None]

LARGEST_BYTES = 8 * 1024 * 1024
"""A topic that takes larger records than the default may take as large a letter."""


class DeadLetterTopic:
    """Writes letters and waits for each acknowledgement. `connect` first, `close` at the end."""

    def __init__(self, kafka: Kafka, topic: str) -> None:
        self._topic = topic
        self._producer: Any = AIOKafkaProducer(
            **options(kafka),
            # A retry inside the client must not write a letter twice, nor out of order.
            enable_idempotence=True,
            acks="all",
            max_request_size=LARGEST_BYTES,
        )

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault; then `close`, and build another."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._producer.start()
        except FAILURES as error:
            raise KafkaFault(f"{type(error).__name__}: {error}") from error

    async def write(self, letter: Letter) -> None:
        """Write *letter* under the record's key. Raises NotWritten where nobody confirmed it."""
        try:
            await self._send(letter, letter.record.value, list(headers_of(letter)))
        except MessageSizeTooLargeError:
            # Its headers say where the record stands; that it ended here must not be lost.
            omitted = [*headers_of(letter), ("bridge.value_omitted", b"true")]
            try:
                await self._send(letter, None, omitted)
            except FAILURES as error:
                raise self._not_written(letter, error) from error
        except FAILURES as error:
            raise self._not_written(letter, error) from error

    async def close(self, *, seconds: float) -> None:
        """End within *seconds*; every letter that matters was waited for."""
        stopping = asyncio.ensure_future(self._producer.stop())
        await asyncio.wait({stopping}, timeout=seconds)
        if not stopping.done():
            stopping.cancel()
            await asyncio.wait({stopping}, timeout=1.0)
        if not stopping.cancelled() and stopping.exception() is not None:
            log.debug("the dead-letter producer did not stop in order: %r", stopping.exception())

    async def _send(self, letter: Letter, value: bytes | None, headers: list[Header]) -> None:
        async with asyncio.timeout(REQUEST_SECONDS):
            await self._producer.send_and_wait(
                self._topic, value=value, key=letter.record.key, headers=headers
            )

    def _not_written(self, letter: Letter, error: BaseException) -> NotWritten:
        record = letter.record
        return NotWritten(
            f"{record.partition}@{record.offset} to {self._topic}"
            f" ({type(error).__name__}): does the topic exist, and may the bridge write to it?"
        )


def headers_of(letter: Letter) -> Iterator[Header]:
    """The record's own headers, then why it died, named as Kafka Connect names it.

    A letter that dies again carries the newer reason only.
    """
    ours = dict(_reasons(letter))
    yield from (header for header in letter.record.headers if header[0] not in ours)
    for name, text in ours.items():
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
    yield "bridge.failed_at", str(letter.failed_at_ms)
    yield "bridge.version", __version__
