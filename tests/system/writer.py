"""Writing to Kafka as publishers do: acknowledged by all replicas, in order, each record once."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from confluent_kafka import KafkaError, Producer
from confluent_kafka import Message as Delivery

from tests.system.cluster import Partition

ACKNOWLEDGED_SECONDS = 120


class Message(NamedTuple):
    partition: Partition
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Writer:
    """For one thread at a time: it waits for whatever is on its way."""

    def __init__(self, bootstrap_servers: str) -> None:
        # Idempotent: a broker that is killed must neither reorder nor double what is written,
        # or the tests would blame the bridge for it.
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap_servers,
                "enable.idempotence": True,
                "linger.ms": 5,
                "delivery.timeout.ms": ACKNOWLEDGED_SECONDS * 1000,
                "log_level": 0,
            }
        )

    def write(self, messages: Sequence[Message]) -> list[int]:
        """The offsets of *messages*, once the broker has acknowledged each of them."""
        offsets: dict[int, int] = {}
        for place, message in enumerate(messages):
            self._send(message, partial(_note, offsets, place))
            self._producer.poll(0)
        self._producer.flush(ACKNOWLEDGED_SECONDS)
        assert len(offsets) == len(messages), (
            f"{len(offsets)} of {len(messages)} records acknowledged"
        )
        return [offsets[place] for place in range(len(messages))]

    def _send(self, message: Message, on_delivery: partial[None]) -> None:
        self._producer.produce(
            message.partition.topic,
            partition=message.partition.number,
            key=message.key,
            value=message.value,
            headers=list(message.headers),
            on_delivery=on_delivery,
        )


def _note(
    offsets: dict[int, int], place: int, error: KafkaError | None, delivery: Delivery
) -> None:
    assert error is None, f"a record was not written: {error}"
    offset = delivery.offset()
    assert offset is not None
    offsets[place] = offset
