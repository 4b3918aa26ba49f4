"""Kafka out: what a letter says, and that it is written, or that nobody believes it was."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from bridge.config.kafka import Kafka, Security
from bridge.errors import KafkaFault, NotWritten
from bridge.kafka import dead_letter
from bridge.kafka.dead_letter import LARGEST_BYTES, DeadLetterTopic, headers_of
from bridge.model import Kind, Partition, Rejected, Service
from bridge.record import Letter, Record
from tests.edges.embedded import PARTITIONS, Broker, running_broker

TOPIC = "dead-letters"
SERVICE = Service("DEMO", Kind.BEHAVIOR)
REFUSED = Rejected("refused", "deliver", "OmedaRefused", "Ungültig: §7", 400, submission_id="s-1")
UNREADABLE = Rejected("not_json", "decode", "JSONDecodeError", "line 1")
FAILED_AT_MS = 1_772_443_800_000

RECORD_MS = FAILED_AT_MS - 1_000_000


def letter(
    rejected: Rejected = REFUSED,
    *,
    key: bytes | None = b"4711",
    value: bytes | None = b"not json",
    headers: tuple[tuple[str, bytes | None], ...] = (),
    attempts: int = 2,
) -> Letter:
    record = Record(Partition("behaviors", 3), 42, RECORD_MS, key, value, headers)
    return Letter(record, SERVICE, rejected, attempts, FAILED_AT_MS)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        broker.create(TOPIC)
        yield broker


@asynccontextmanager
async def letters(kafka: Kafka, topic: str = TOPIC) -> AsyncIterator[DeadLetterTopic]:
    letters = DeadLetterTopic(kafka, topic)
    try:
        await letters.connect()
        yield letters
    finally:
        await letters.close(seconds=3)


async def stored(broker: Broker, count: int, topic: str = TOPIC) -> list[Any]:
    """The last *count* records of *topic*, in the order of their time."""
    places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker.address, max_partition_fetch_bytes=2 * LARGEST_BYTES
    )
    await consumer.start()
    try:
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        found: list[Any] = []
        async with asyncio.timeout(10):
            while len(found) < sum(ends.values()):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
    finally:
        await consumer.stop()
    return sorted(found, key=lambda record: (record.timestamp, record.offset))[-count:]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param(b"4711", b'{"a":1}', id="plain"),
        pytest.param(b"\xff\xfe\x00", b"\x00\xff" * 100, id="not UTF-8"),
        pytest.param(None, b"no key", id="no key"),
        pytest.param(b"4711", None, id="no value"),
        pytest.param(None, None, id="nothing"),
        pytest.param(b"", b"", id="empty"),
    ],
)
async def test_a_letter_holds_key_and_value_byte_for_byte(
    broker: Broker, key: bytes | None, value: bytes | None
) -> None:
    own = (("trace", None), ("trace", b"\xff"))
    written = letter(key=key, value=value, headers=own)
    async with letters(broker.kafka) as topic:
        await topic.write(written)

    [record] = await stored(broker, 1)
    assert (record.key, record.value) == (key, value)
    assert list(record.headers) == list(headers_of(written))


async def test_retention_counts_from_when_a_letter_was_written(broker: Broker) -> None:
    topic_name = "dead-letters-in-time"
    broker.create(topic_name)
    began = time.time() * 1000
    async with letters(broker.kafka, topic_name) as topic:
        await topic.write(letter())

    [record] = await stored(broker, 1, topic_name)
    assert began - 1 <= record.timestamp <= time.time() * 1000


async def test_letters_of_one_key_stand_in_one_partition_in_order(broker: Broker) -> None:
    async with letters(broker.kafka) as topic:
        for number in range(20):
            await topic.write(letter(key=b"one", value=b"%d" % number))

    records = await stored(broker, 20)
    assert len({record.partition for record in records}) == 1
    assert [record.value for record in records] == [b"%d" % number for number in range(20)]


async def test_many_letters_at_once_are_all_written(broker: Broker) -> None:
    topic_name = "many-dead-letters"
    broker.create(topic_name)
    async with letters(broker.kafka, topic_name) as topic:
        writes = (topic.write(letter(key=b"%d" % n, value=b"%d" % n)) for n in range(500))
        await asyncio.gather(*writes)

    values = {int(record.value) for record in await stored(broker, 500, topic_name)}
    assert values == set(range(500))


async def test_a_value_beyond_the_default_limit_is_written_whole(broker: Broker) -> None:
    large = bytes(3 << 20)
    topic_name = "large-dead-letters"
    broker.create(topic_name)
    async with letters(broker.kafka, topic_name) as topic:
        await topic.write(letter(value=large))

    [record] = await stored(broker, 1, topic_name)
    assert record.value == large


async def test_a_value_too_large_for_a_letter_is_left_out_and_the_letter_says_so(
    broker: Broker,
) -> None:
    async with letters(broker.kafka) as topic:
        await topic.write(letter(value=bytes(LARGEST_BYTES)))

    [record] = await stored(broker, 1)
    assert record.value is None
    assert record.key == b"4711"
    assert dict(record.headers)["bridge.value_omitted"] == b"true"
    assert dict(record.headers)["__connect.errors.offset"] == b"42"


async def test_headers_that_leave_no_room_are_left_out_too(broker: Broker) -> None:
    own = (("giant", bytes(LARGEST_BYTES)), ("bridge.replays", b"2"))
    async with letters(broker.kafka) as topic:
        await topic.write(letter(value=b"v", headers=own))

    [record] = await stored(broker, 1)
    headers = dict(record.headers)
    assert (record.key, record.value) == (b"4711", None)
    assert headers.keys().isdisjoint({"giant", "bridge.key_omitted"})
    assert headers["bridge.headers_omitted"] == headers["bridge.value_omitted"] == b"true"
    assert headers["bridge.replays"] == b"2"
    assert headers["__connect.errors.offset"] == b"42"


async def test_a_key_that_leaves_no_room_is_left_out_at_last(broker: Broker) -> None:
    async with letters(broker.kafka) as topic:
        await topic.write(letter(key=bytes(LARGEST_BYTES)))

    [record] = await stored(broker, 1)
    assert (record.key, record.value) == (None, None)
    assert dict(record.headers)["bridge.key_omitted"] == b"true"
    assert dict(record.headers)["__connect.errors.offset"] == b"42"


async def test_a_broker_that_refuses_connections_is_told_at_once() -> None:
    began = time.monotonic()
    nobody = DeadLetterTopic(Kafka(bootstrap_servers="127.0.0.1:1"), TOPIC)
    with pytest.raises(KafkaFault):
        await nobody.connect()
    await nobody.close(seconds=1)

    assert time.monotonic() - began < 5


async def test_a_producer_that_has_died_is_replaced(broker: Broker) -> None:
    async with letters(broker.kafka) as topic:
        await _kill_sender(topic)

        await topic.write(letter(value=b"afterwards"))

    [record] = await stored(broker, 1)
    assert record.value == b"afterwards"


async def test_a_producer_that_cannot_be_replaced_yet_is_tried_again(broker: Broker) -> None:
    async with letters(broker.kafka) as topic:
        await _kill_sender(topic)
        topic.producer.kafka = Kafka(bootstrap_servers="127.0.0.1:1")
        for _ in range(2):
            with pytest.raises(NotWritten):
                await topic.write(letter())
        topic.producer.kafka = broker.kafka

        await topic.write(letter(value=b"at last"))

    [record] = await stored(broker, 1)
    assert record.value == b"at last"


async def test_a_certificate_that_cannot_be_read_just_now_is_no_end_for_the_process(
    broker: Broker,
) -> None:
    async with letters(broker.kafka) as topic:
        await _kill_sender(topic)
        security = Security(protocol="SSL", ca_file="/nowhere/while/it/is/replaced")
        topic.producer.kafka = Kafka(bootstrap_servers=broker.address, security=security)
        with pytest.raises(NotWritten, match="certificate"):
            await topic.write(letter())
        topic.producer.kafka = broker.kafka

        await topic.write(letter(value=b"once it is there"))

    [record] = await stored(broker, 1)
    assert record.value == b"once it is there"


async def test_a_producer_whose_brokers_have_all_moved_is_replaced(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letter, "REQUEST_SECONDS", 1.0)
    async with letters(broker.kafka) as topic:
        await _lead_astray(topic)
        with pytest.raises(NotWritten):
            await topic.write(letter())

        await topic.write(letter(value=b"found again"))

    [record] = await stored(broker, 1)
    assert record.value == b"found again"


async def _lead_astray(topic: DeadLetterTopic) -> None:
    """What the producer's client knows are former addresses; where Kafka is, the settings say."""
    await topic.write(letter())
    client = topic.producer.now.client
    for connection in client._conns.values():
        connection.close()
    client._conns.clear()
    brokers = client.cluster._brokers
    for node, known in brokers.items():
        brokers[node] = known._replace(port=1)


async def _kill_sender(topic: DeadLetterTopic) -> None:
    sender = topic.producer.now._sender.sender_task
    sender.cancel()
    await asyncio.wait({sender})
