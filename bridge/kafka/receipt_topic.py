"""Kafka out: receipts, many at once, keyed by customer."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from bridge.config.kafka import Kafka
from bridge.errors import ConfigError, KafkaFault
from bridge.kafka.client import CALL_SECONDS, REQUEST_SECONDS, answer, sentence
from bridge.kafka.lasting import LastingProducer
from bridge.receipt import Slip, encoded

log = logging.getLogger(__name__)

WRITE_SECONDS = CALL_SECONDS + REQUEST_SECONDS
"""What a write gets: a new producer, and a request."""

TOLD_SECONDS = 5.0
"""Between two lines of the log about receipts that are not acknowledged: thousands may wait."""


class ReceiptTopic:
    """Fills the producer's own batches from all sides. `connect` first, `close` at the end."""

    def __init__(self, kafka: Kafka, topic: str) -> None:
        self._topic = topic
        # Without sequence numbers: a receipt twice is harmless, and one that the topic refuses
        # spoils nothing for the others.
        self._producer = LastingProducer(kafka, "receipt")
        self._told_at = float("-inf")

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault; then `close`, and build another."""
        await self._producer.connect()

    async def close(self, *, seconds: float) -> None:
        """End within about *seconds*; every receipt that is waited for was."""
        await self._producer.close(seconds=seconds)

    async def write(self, slips: Sequence[Slip]) -> Sequence[Slip]:
        """Write *slips* under their keys; those that nobody has confirmed in time."""
        acks: list[asyncio.Future[Any]] = []
        try:
            await answer(self._send(slips, acks), seconds=WRITE_SECONDS)
        # Also what a new producer needs and cannot read just now: a rotated certificate.
        except (KafkaFault, ConfigError) as error:
            self._tell(error)
        for ack in acks:
            # What is given up may fail yet, and nobody asks it any more.
            ack.add_done_callback(_failed)
        return [slip for slip, ack in zip_longest(slips, acks) if not _confirmed(ack)]

    async def _send(self, slips: Sequence[Slip], acks: list[asyncio.Future[Any]]) -> None:
        """Raises the first error, once each of *acks* has come to its end."""
        producer = await self._producer.current()
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                for key, receipt in slips:
                    value = encoded(receipt)
                    acks.append(await producer.send(self._topic, (value,), (key,)))
                await asyncio.wait(acks)
            for refused in filter(_failed, acks):
                refused.result()
        except Exception as error:
            self._producer.failed(producer, error)
            raise

    def _tell(self, error: Exception) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= TOLD_SECONDS:
            self._told_at = now
            log.warning(
                "receipts were not written to %s and will be again (%s): does the topic exist,"
                " and may the bridge write to it?",
                self._topic,
                sentence(error.__cause__ or error),
            )


def _failed(ack: "asyncio.Future[Any]") -> bool:
    """Whether *ack*, which is done, confirms nothing."""
    return ack.cancelled() or ack.exception() is not None


def _confirmed(ack: "asyncio.Future[Any] | None") -> bool:
    return ack is not None and ack.done() and not _failed(ack)
