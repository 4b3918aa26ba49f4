"""Kafka out: receipts, and which of them nobody has confirmed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bridge.config.kafka import Kafka, Security
from bridge.kafka import receipt_topic
from bridge.kafka.receipt_topic import ReceiptTopic
from bridge.kafka.topics import opened
from bridge.model import Delivered, Kind, LaneKey, Partition, Service
from bridge.receipt import Receipt, Slip, of_delivered, receipt_in
from bridge.record import Record
from tests.edges.embedded import Broker

ORDERS = Service("DEMO", Kind.ORDER)


@asynccontextmanager
async def connected(kafka: Kafka, name: str) -> AsyncIterator[ReceiptTopic]:
    topic = ReceiptTopic(kafka, name)
    try:
        await topic.connect()
        yield topic
    finally:
        await topic.close(seconds=3)


def slip(offset: int, customer: str = "1") -> Slip:
    record = Record(Partition("orders", 0), offset, 0, b"", b"{}")
    lane = LaneKey("DEMO", customer)
    return of_delivered(record, lane, ORDERS, Delivered(), attempts=1, at_ms=offset)


async def standing(broker: Broker, name: str) -> list[tuple[int, bytes | None, Receipt | None]]:
    async with opened(broker.kafka, name) as reader:
        return [(one.partition.number, one.key, receipt_in(one)) async for one in reader.records()]


async def test_receipts_of_a_customer_stand_in_one_partition_in_their_order(
    broker: Broker,
) -> None:
    broker.create("in-order")
    async with connected(broker.kafka, "in-order") as topic:
        for start in range(0, 40, 10):
            assert await topic.write([slip(start + number) for number in range(10)]) == []

    found = await standing(broker, "in-order")
    assert {(number, key) for number, key, _ in found} == {(found[0][0], b"1")}
    assert [receipt for _, _, receipt in found] == [slip(number).receipt for number in range(40)]


async def test_many_writes_at_once_are_all_confirmed(broker: Broker) -> None:
    broker.create("many")
    async with connected(broker.kafka, "many") as topic:
        writes = (topic.write([slip(number, str(number))]) for number in range(500))
        assert await asyncio.gather(*writes) == [[]] * 500

    found = await standing(broker, "many")
    assert {receipt.offset for _, _, receipt in found if receipt} == set(range(500))


async def test_a_producer_that_has_died_is_replaced(broker: Broker) -> None:
    broker.create("revived")
    async with connected(broker.kafka, "revived") as topic:
        sender = topic._producer.now._sender.sender_task
        sender.cancel()
        await asyncio.wait({sender})

        assert await topic.write([slip(1)]) == []


async def test_a_producer_that_cannot_be_replaced_just_now_confirms_nothing(
    broker: Broker,
) -> None:
    broker.create("later")
    async with connected(broker.kafka, "later") as topic:
        sender = topic._producer.now._sender.sender_task
        sender.cancel()
        await asyncio.wait({sender})
        security = Security(protocol="SSL", ca_file="/nowhere/while/it/is/replaced")
        topic._producer.kafka = Kafka(bootstrap_servers=broker.address, security=security)
        assert await topic.write([slip(1)]) == [slip(1)]
        topic._producer.kafka = broker.kafka

        assert await topic.write([slip(1)]) == []


async def test_receipts_that_nobody_answers_for_are_left_in_bounded_time_and_told_of_once(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(receipt_topic, "REQUEST_SECONDS", 1.0)
    broker.create("astray")
    async with connected(broker.kafka, "astray") as topic:
        await topic.write([slip(0)])
        client = topic._producer.now.client
        for connection in client._conns.values():
            connection.close()
        client._conns.clear()
        brokers = client.cluster._brokers
        for node, known in brokers.items():
            brokers[node] = known._replace(port=1)

        slips = [slip(1), slip(2)]
        with caplog.at_level(logging.WARNING):
            left = await asyncio.gather(topic.write(slips), topic.write(slips))

        assert list(left) == [slips, slips]
        told = [text for text in caplog.messages if "were not written to astray" in text]
        assert len(told) == 1
        assert "does the topic exist" in told[0]
        # By then a new producer has looked the brokers up.
        assert await topic.write([slip(1), slip(2)]) == []
