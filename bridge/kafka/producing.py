"""Kafka out, for commands: events that a person sends."""

import asyncio
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from aiokafka import AIOKafkaProducer

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.client import CALL_SECONDS, FAILURES, REQUEST_SECONDS, options, sentence
from bridge.kafka.closing import close_producer
from bridge.kafka.refusals import why

AT_ONCE = 500
"""Records that wait for their acknowledgement together."""

Message = tuple[bytes | None, bytes]
"""Key and value."""


async def produce(
    kafka: Kafka, topic: str, messages: Iterable[Message], acknowledged: Callable[[int], None]
) -> None:
    """Write *messages* in their order; *acknowledged* hears how many more are in all replicas.

    Raises KafkaFault, which says how many of the first ones were acknowledged.
    """
    producer = _producer(kafka)
    done = 0
    try:
        await _start(producer, kafka)
        for batch in _batches(messages):
            await _write(producer, topic, batch)
            done += len(batch)
            acknowledged(len(batch))
    except FAILURES as error:
        raise KafkaFault(
            f"writing to {topic} failed ({sentence(error)}); of the events, the first {done} were"
            f" acknowledged, and any of the next {AT_ONCE} may have been written"
        ) from error
    finally:
        await close_producer(producer, seconds=CALL_SECONDS)


async def _start(producer: Any, kafka: Kafka) -> None:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            await producer.start()
    except FAILURES as error:
        raise KafkaFault(
            f"Kafka could not be reached at {kafka.bootstrap_servers}, and nothing was sent:"
            f" {await why(kafka, error)}"
        ) from error


async def _write(producer: Any, topic: str, batch: list[Message]) -> None:
    async with asyncio.timeout(REQUEST_SECONDS + CALL_SECONDS):
        waiting = [await producer.send(topic, (value,), (key,)) for key, value in batch]
        await asyncio.gather(*waiting)


def _batches(messages: Iterable[Message]) -> Iterable[list[Message]]:
    batch: list[Message] = []
    for message in messages:
        batch.append(message)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _producer(kafka: Kafka) -> Any:
    return AIOKafkaProducer(
        **options(kafka),
        # Events of a customer must not overtake each other inside the client.
        enable_idempotence=True,
        acks="all",
        key_serializer=itemgetter(0),
        value_serializer=itemgetter(0),
    )
