"""Kafka out: letters hold no card data, and say where something was hidden."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from bridge.kafka.dead_letter import LARGEST_BYTES, DeadLetterTopic, headers_of
from bridge.kafka.raw import record_of
from bridge.letters import OURS, REPLAYED, is_of, stored
from bridge.model import Kind, Partition, Rejected, Service
from bridge.record import Letter, Record
from tests.edges.embedded import PARTITIONS, Broker, running_broker

TOPIC = "masked-letters"
VISA = "4111111111111111"
"""A published test number; it belongs to nobody."""
CODE = "9137"
ORDER = {
    "OmedaCustomerId": 1001,
    "BillingInformation": {"CreditCardNumber": VISA, "CardSecurityCode": CODE},
}
PLAIN = b'{ "OmedaCustomerId": 1001, "Products": [ ] }'

Headers = tuple[tuple[str, bytes | None], ...]


def letter(value: bytes | None, headers: Headers = (), *, message: str = "why") -> Letter:
    record = Record(Partition("orders", 1), 42, 1_772_443_800_000, b"1001", value, headers)
    rejected = Rejected("rule", "check", "RuleBroken", message)
    return Letter(record, Service("DEMO", Kind.ORDER), rejected, 0, 1_772_443_801_000)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        broker.create(TOPIC)
        yield broker


@asynccontextmanager
async def letters(broker: Broker) -> AsyncIterator[DeadLetterTopic]:
    letters = DeadLetterTopic(broker.kafka, TOPIC)
    try:
        await letters.connect()
        yield letters
    finally:
        await letters.close(seconds=3)


async def written(broker: Broker, letter: Letter) -> Any:
    """The record that *letter* became."""
    places = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address)
    await consumer.start()
    try:
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            consumer.seek(place, end)
        async with letters(broker) as topic:
            await topic.write(letter)
        return await consumer.getone()
    finally:
        await consumer.stop()


def everything(record: Any) -> bytes:
    """All bytes of *record*."""
    parts = [record.key, record.value]
    for name, value in record.headers:
        parts += [name.encode(), value]
    return b"\n".join(part or b"" for part in parts)


async def test_a_letter_with_card_data_is_masked_and_says_so(broker: Broker) -> None:
    record = await written(broker, letter(json.dumps(ORDER).encode()))

    billing = {"CreditCardNumber": "***", "CardSecurityCode": "***"}
    assert json.loads(record.value) == ORDER | {"BillingInformation": billing}
    assert dict(record.headers)["bridge.masked"] == b"true"
    assert record.key == b"1001"
    assert VISA.encode() not in everything(record)
    assert CODE.encode() not in everything(record)


async def test_a_letter_without_card_data_is_what_it_was_and_says_nothing_of_a_mask(
    broker: Broker,
) -> None:
    record = await written(broker, letter(PLAIN))

    assert record.value == PLAIN
    assert "bridge.masked" not in dict(record.headers)
    assert "bridge.value_omitted" not in dict(record.headers)


@pytest.mark.parametrize(
    "value", [f"card={VISA}".encode(), b"CardSecurityCode 9137", f"\x00{VISA}".encode("utf-16")]
)
async def test_a_value_that_cannot_be_masked_is_not_stored_and_the_letter_says_so(
    broker: Broker, value: bytes
) -> None:
    record = await written(broker, letter(value))

    assert record.value is None
    assert dict(record.headers)["bridge.masked"] == b"true"
    assert dict(record.headers)["__connect.errors.offset"] == b"42"
    assert "bridge.value_omitted" not in dict(record.headers)


async def test_card_numbers_in_the_record_s_own_headers_are_hidden(broker: Broker) -> None:
    own: Headers = (
        ("trace", b"00-ab"),
        ("paid-with", VISA.encode()),
        ("note", f"card {VISA}".encode()),
        ("json", f'{{"CardSecurityCode":"{CODE}"}}'.encode()),
        ("none", None),
        ("trace", b"\xff"),
    )

    record = await written(broker, letter(PLAIN, own))

    assert tuple(record.headers)[: len(own)] == (
        ("trace", b"00-ab"),
        ("paid-with", b'"***"'),
        ("note", None),
        ("json", b'{"CardSecurityCode":"***"}'),
        ("none", None),
        ("trace", b"\xff"),
    )
    assert record.value == PLAIN
    assert dict(record.headers)["bridge.masked"] == b"true"


@pytest.mark.parametrize("value", [PLAIN, None, json.dumps(ORDER).encode()])
@pytest.mark.parametrize("held", [VISA.encode(), f"card {VISA}".encode()])
async def test_a_letter_with_a_masked_header_is_not_whole_and_is_of_its_record(
    broker: Broker, value: bytes | None, held: bytes
) -> None:
    died = letter(value, (("ce_id", held), ("trace", b"t")))

    raw = await written(broker, died)

    found = stored(record_of(Partition(TOPIC, raw.partition), raw))
    assert found is not None
    assert not found.whole
    assert is_of(found, died.record)


async def test_a_masked_value_too_large_for_a_letter_is_left_out_and_both_are_said(
    broker: Broker,
) -> None:
    value = json.dumps({"CreditCardNumber": VISA, "x": "y" * LARGEST_BYTES}).encode()

    record = await written(broker, letter(value))

    assert record.value is None
    said = dict(record.headers)
    assert (said["bridge.masked"], said["bridge.value_omitted"]) == (b"true", b"true")


async def test_a_letter_that_dies_again_says_of_its_new_value_alone_whether_it_is_masked(
    broker: Broker,
) -> None:
    first = await written(broker, letter(json.dumps(ORDER).encode()))
    headers = tuple(first.headers)

    again = await written(broker, letter(json.dumps(ORDER).encode(), headers))
    mended = await written(broker, letter(PLAIN, headers))

    assert again.value == first.value
    assert [value for name, value in again.headers if name == "bridge.masked"] == [b"true"]
    assert "bridge.masked" not in dict(mended.headers)


def test_every_header_that_a_letter_may_get_is_one_that_a_later_letter_replaces() -> None:
    names = {name for name, _ in headers_of(letter(PLAIN))}

    assert {*names, "bridge.status", "bridge.submission_id"} == OURS - {
        "bridge.masked",
        "bridge.value_omitted",
        "bridge.headers_omitted",
        "bridge.key_omitted",
        REPLAYED,
    }
