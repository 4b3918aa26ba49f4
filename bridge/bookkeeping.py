"""Receipts, and the orders that are followed by them, put together from the configuration."""

import random
import time

from bridge.config import Config
from bridge.confirming import Confirming
from bridge.delivery import Endpoint
from bridge.kafka.connecting import Connecting
from bridge.kafka.receipt_archive import ReceiptArchive
from bridge.kafka.receipt_topic import ReceiptTopic
from bridge.observer import Observer
from bridge.pipeline import Pipeline
from bridge.receipts import Receipts
from bridge.retry import Backoff


class Bookkeeping:
    """What a process writes of records that ended: nothing, receipts, or what they lead to."""

    def __init__(
        self, config: Config, topic: ReceiptTopic | None, endpoint: Endpoint, observer: Observer
    ) -> None:
        self._topic = topic
        self._services = sorted({route.service for route in config.line})
        self.receipts = None if topic is None else _receipts(config, topic, observer)
        """None where none are kept."""
        self._confirming = _confirming(config, self.receipts, endpoint, observer)

    async def run(self, pipeline: Pipeline) -> None:
        """Follow the orders that *pipeline* delivers, until cancelled; ends where nobody does."""
        if self._confirming is not None:
            spare, owned = pipeline.spare.take, pipeline.owned
            await self._confirming.run(self._services, spare=spare, owned=owned)

    async def close(self, *, seconds: float) -> None:
        """End within about *seconds*."""
        if self._topic is not None:
            await self._topic.close(seconds=seconds)


async def opened(
    config: Config, connecting: Connecting, endpoint: Endpoint, observer: Observer
) -> Bookkeeping:
    """As configured, once Kafka was reached. Raises what `Connecting.reach` does."""
    kafka, name = config.kafka, config.receipts.topic
    topic = None if name is None else await connecting.reach(lambda: ReceiptTopic(kafka, name))
    return Bookkeeping(config, topic, endpoint, observer)


def _receipts(config: Config, topic: ReceiptTopic, observer: Observer) -> Receipts:
    retry = config.delivery.retry
    backoff = Backoff(
        initial_seconds=retry.initial_seconds, max_seconds=retry.max_seconds, jitter=random.random
    )
    return Receipts(topic, backoff, observer, required=config.receipts.required)


def _confirming(
    config: Config, receipts: Receipts | None, endpoint: Endpoint, observer: Observer
) -> Confirming | None:
    topic = config.receipts.topic
    if receipts is None or topic is None or not config.confirm.enabled:
        return None
    archive = ReceiptArchive(config.kafka, topic)
    confirming = Confirming(
        config.confirm, endpoint, archive, receipts, observer, wall_clock=time.time
    )
    receipts.watch(confirming.follow)
    return confirming
