"""A Kafka broker inside this process: the one that librdkafka brings for its own tests.

It serves groups of one member, keeps everything in memory, and is gone with the process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Producer

from bridge.demo.events import Sample

START_SECONDS = 10.0


class EmbeddedBroker:
    """The broker, and the producer that it lives in."""

    def __init__(self) -> None:
        self._producer: Any = Producer(
            {
                "test.mock.num.brokers": 1,
                # Replaced by the embedded broker's address; must be there all the same.
                "bootstrap.servers": "embedded",
                "linger.ms": 5,
                "log_level": 0,
            }
        )
        brokers = self._producer.list_topics(timeout=START_SECONDS).brokers.values()
        self.address = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
        self.acknowledged = 0
        """Records that the broker has confirmed."""

    def produce(self, sample: Sample) -> None:
        """Send; the confirmation is counted when it comes."""
        self._producer.produce(
            sample.topic, key=sample.key, value=sample.value, on_delivery=self._confirmed
        )
        self._producer.poll(0)

    def flush(self, seconds: float) -> None:
        """Wait for what was sent, *seconds* at most."""
        self._producer.flush(seconds)

    def _confirmed(self, error: object, _message: object) -> None:
        if error is None:
            self.acknowledged += 1


@contextmanager
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """A broker for as long as the context lasts."""
    broker = EmbeddedBroker()
    try:
        yield broker
    finally:
        broker.flush(1.0)
