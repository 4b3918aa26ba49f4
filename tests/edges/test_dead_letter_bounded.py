"""Kafka out: however many letters wait for a producer, each one is told in bounded time."""

import asyncio
from collections.abc import Iterator

import pytest

from bridge.config.kafka import Kafka
from bridge.errors import NotWritten
from bridge.kafka import dead_letter
from bridge.kafka.dead_letter import DeadLetterTopic
from tests.edges.embedded import Broker, running_broker
from tests.edges.silent import silent_server
from tests.edges.test_dead_letter import TOPIC, _kill_sender, letter

WRITERS = 20


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        broker.create(TOPIC)
        yield broker


async def test_letters_that_wait_for_a_new_producer_do_not_wait_for_each_other_s_attempts(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt to start one may take its whole time, where a broker never answers."""
    monkeypatch.setattr(dead_letter, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(dead_letter, "WRITE_SECONDS", 2.0)
    topic = DeadLetterTopic(broker.kafka, TOPIC)
    async with silent_server() as address:
        try:
            await topic.connect()
            await _kill_sender(topic)
            topic.producer.kafka = Kafka(bootstrap_servers=address)
            writing = {asyncio.create_task(topic.write(letter())) for _ in range(WRITERS)}
            done, waiting = await asyncio.wait(writing, timeout=WRITERS / 2)
            for task in waiting:
                task.cancel()

            assert not waiting
            assert {type(task.exception()) for task in done} == {NotWritten}

            topic.producer.kafka = broker.kafka
            monkeypatch.undo()
            await topic.write(letter())
        finally:
            await topic.close(seconds=1)
