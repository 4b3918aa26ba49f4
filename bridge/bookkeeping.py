"""Receipts, and what is followed by them, put together from the configuration."""

import random
import time

from bridge.config import Config
from bridge.confirming import Confirming
from bridge.delivery import Endpoint
from bridge.kafka.connecting import Connecting
from bridge.kafka.receipt_archive import ReceiptArchive
from bridge.kafka.receipt_topic import ReceiptTopic
from bridge.observer import Observer
from bridge.receipts import Receipts
from bridge.retry import Backoff


async def opened_book(config: Config, connecting: Connecting) -> ReceiptTopic | None:
    """The receipts topic, once Kafka was reached; None where no receipts are kept.

    Raises Stopped, KafkaFault and ConfigError, as `Connecting.reach` does.
    """
    topic = config.receipts.topic
    if topic is None:
        return None
    return await connecting.reach(lambda: ReceiptTopic(config.kafka, topic))


def receipts_in(config: Config, book: ReceiptTopic, observer: Observer) -> Receipts:
    """What is written into *book*."""
    retry = config.delivery.retry
    backoff = Backoff(
        initial_seconds=retry.initial_seconds, max_seconds=retry.max_seconds, jitter=random.random
    )
    return Receipts(book, backoff, observer, required=config.receipts.required)


def confirming_by(
    config: Config, receipts: Receipts | None, endpoint: Endpoint, observer: Observer
) -> Confirming | None:
    """Who follows the orders of which *receipts* tell; None where nobody does."""
    topic = config.receipts.topic
    if receipts is None or topic is None or not config.confirm.enabled:
        return None
    confirming = Confirming(
        config.confirm,
        endpoint,
        ReceiptArchive(config.kafka, topic),
        receipts,
        observer,
        wall_clock=time.time,
    )
    receipts.watch(confirming.follow)
    return confirming
