"""Kafka in: what is fetched ahead is shared out over the partitions."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest

from bridge.kafka.member import LEAST_FETCH_BYTES, MOST_FETCH_BYTES, fetch_bytes
from bridge.model import Partition
from tests.edges.embedded import AHEAD_BYTES, PARTITIONS, Broker, joined, read, running_broker

TOPIC = "behaviors"
KIB, MIB = 1024, 1024 * 1024


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        broker.write(TOPIC, [b"x" * 3 * LEAST_FETCH_BYTES] * 4)
        yield broker


@pytest.mark.parametrize(
    ("ahead", "partitions", "each"),
    [
        (64 * MIB, 0, MOST_FETCH_BYTES),
        (64 * MIB, 1, MOST_FETCH_BYTES),
        (64 * MIB, 64, MIB),
        (64 * MIB, 200, 64 * MIB // 200),
        (64 * MIB, 10_000, LEAST_FETCH_BYTES),
        (KIB, 1, LEAST_FETCH_BYTES),
    ],
)
def test_partitions_share_what_may_be_fetched_ahead(ahead: int, partitions: int, each: int) -> None:
    assert fetch_bytes(ahead, partitions) == each


@pytest.mark.slow
async def test_a_partition_is_asked_for_its_share_and_larger_records_come_all_the_same(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    genuine = AIOKafkaClient.send

    async def send(client: Any, node: Any, request: Any, **options: Any) -> Any:
        if isinstance(request, FetchRequest):
            asked.extend(limit for _, parts in request._topics for *_, limit in parts)
        return await genuine(client, node, request, **options)

    monkeypatch.setattr(AIOKafkaClient, "send", send)
    async with joined(broker.kafka, TOPIC) as (source, _):
        source.seek(Partition(TOPIC, 0), 0)
        records = await read(source, Partition(TOPIC, 0), 4)

    assert [record.offset for record in records] == [0, 1, 2, 3]
    assert set(asked) == {AHEAD_BYTES // PARTITIONS}
