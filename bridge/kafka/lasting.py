"""A producer that outlives its failures: it is replaced where every later record would fail too."""

import asyncio
import logging
from operator import itemgetter
from typing import Any

from aiokafka import AIOKafkaProducer

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.client import CALL_SECONDS, FAILURES, options, sentence
from bridge.kafka.closing import TORN_SECONDS, close_producer

log = logging.getLogger(__name__)


class LastingProducer:
    """Keys and values are boxed, in tuples of one. `connect` first, `close` at the end."""

    def __init__(self, kafka: Kafka, name: str, **chosen: Any) -> None:
        self.kafka = kafka
        self._name = name
        self._chosen = chosen
        self._reviving = asyncio.Lock()
        self._spoiled = False
        """A refused record has used up a sequence number that the broker never saw, and it would
        take no later one from this producer; or no answer has come."""
        self.now = self._built()
        """The producer of now."""

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault; then `close`, and build another."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self.now.start()
        except FAILURES as error:
            raise KafkaFault(sentence(error)) from error

    async def close(self, *, seconds: float) -> None:
        """End within about *seconds*; what was sent and not acknowledged may be written or not."""
        await close_producer(self.now, seconds=seconds)

    async def current(self) -> Any:
        """The producer, replaced where it has failed. Raises what starting one raises."""
        async with self._reviving:
            if self._spoiled or not _sends(self.now):
                log.warning("the %s producer has failed and is replaced", self._name)
                await self.close(seconds=TORN_SECONDS)
                self.now, self._spoiled = self._built(), False
                async with asyncio.timeout(CALL_SECONDS):
                    await self.now.start()
            return self.now

    def failed(self, producer: Any, error: BaseException) -> None:
        """A record that was sent by *producer* met *error*."""
        # Where nothing comes back, all brokers may have moved: only a new producer looks their
        # names up. What one that was replaced still says tells nothing of the new one.
        spoils = not getattr(error, "retriable", False)
        self._spoiled = self._spoiled or (spoils and producer is self.now)

    def _built(self) -> Any:
        return AIOKafkaProducer(
            **options(self.kafka),
            acks="all",
            # Boxed, since aiokafka takes no record with neither key nor value, and Kafka does.
            key_serializer=itemgetter(0),
            value_serializer=itemgetter(0),
            **self._chosen,
        )


def _sends(producer: Any) -> bool:
    task = producer._sender.sender_task
    return task is not None and not task.done()
