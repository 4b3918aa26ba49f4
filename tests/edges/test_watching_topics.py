"""Kafka in: topics that do not exist are said, whenever that is."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from tests.edges.embedded import Broker, connected, running_broker
from tests.edges.wire import until

TOPIC = "behaviors"


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        broker.create(TOPIC)
        yield broker


async def test_a_topic_that_is_deleted_later_is_missed_and_found_again(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bridge.kafka.source.TOPICS_SECONDS", 0.05)
    monkeypatch.setattr("bridge.kafka.source.STANDING_SECONDS", 0.05)
    caplog.set_level(logging.WARNING, "bridge")
    known = {TOPIC: {0}}
    async with connected(broker.kafka, TOPIC) as source:
        # The embedded broker deletes no topic.
        monkeypatch.setattr(source._consumer, "partitions_for_topic", known.get)
        watching = asyncio.create_task(source.watch_topics())
        try:
            for _ in range(2):
                caplog.clear()
                await asyncio.sleep(0.5)
                assert not caplog.records
                known.clear()
                await until(lambda: f"do not exist: {TOPIC}" in caplog.text)
                known[TOPIC] = {0}
                await asyncio.sleep(0.5)
        finally:
            watching.cancel()
