"""A receipt's form, which others read."""

import json

import msgspec
import pytest

from bridge.model import Delivered, Kind, LaneKey, Partition, Rejected, Service
from bridge.receipt import (
    MOST_KEY_BYTES,
    VERSION,
    Receipt,
    encoded,
    key_of,
    of_delivered,
    of_letter,
    receipt_in,
)
from bridge.record import Letter, Record

ORDERS = Service("DEMO", Kind.ORDER)
LANE = LaneKey("DEMO", "4711")
RECORD = Record(Partition("orders", 3), 42, 1_772_442_800_000, b"4711", b'{"secret": "value"}')
AT_MS = 1_772_443_800_000


def test_a_delivered_order_says_all_of_this() -> None:
    told = Delivered("s-1", 9_000_000_000, customer_id=5)
    key, receipt = of_delivered(RECORD, LANE, ORDERS, told, attempts=2, at_ms=AT_MS)

    assert key == b"4711"
    assert json.loads(encoded(receipt)) == {
        "version": 1,
        "outcome": "delivered",
        "topic": "orders",
        "partition": 3,
        "offset": 42,
        "brand": "DEMO",
        "kind": "order",
        "attempts": 2,
        "record_timestamp_ms": 1_772_442_800_000,
        "settled_at_ms": AT_MS,
        "submission_id": "s-1",
        "transaction_id": 9_000_000_000,
    }


@pytest.mark.parametrize(
    ("reason", "outcome"), [("refused", "rejected"), ("exhausted", "exhausted")]
)
def test_a_dead_letter_s_receipt_says_why(reason: str, outcome: str) -> None:
    rejected = msgspec.convert(
        {"reason": reason, "stage": "deliver", "error": "E", "message": "told of 4711"}, Rejected
    )
    _, receipt = of_letter(Letter(RECORD, ORDERS, rejected, 8, AT_MS - 5), LANE, at_ms=AT_MS)

    assert (receipt.outcome, receipt.reason, receipt.attempts) == (outcome, reason, 8)
    # What Omeda says in words may quote the customer.
    assert b"4711" not in encoded(receipt)


def test_a_record_without_a_time_has_none_in_its_receipt() -> None:
    record = Record(RECORD.partition, RECORD.offset, -1, RECORD.key, RECORD.value)
    _, receipt = of_delivered(record, LANE, ORDERS, Delivered(), attempts=1, at_ms=AT_MS)

    assert "record_timestamp_ms" not in json.loads(encoded(receipt))


def test_a_customer_s_name_of_any_script_is_a_key() -> None:
    lane = LaneKey("DEMO", "Käufer\ud800")
    key, _ = of_delivered(RECORD, lane, ORDERS, Delivered(), attempts=1, at_ms=AT_MS)

    assert key == "Käufer\\ud800".encode()


def stored(value: bytes | None) -> Record:
    return Record(Partition("receipts", 0), 7, 0, b"4711", value)


def test_a_receipt_is_read_back_as_it_was_written_and_what_is_new_in_it_is_left_aside() -> None:
    _, receipt = of_delivered(RECORD, LANE, ORDERS, Delivered("s-1"), attempts=1, at_ms=AT_MS)
    told = {**json.loads(encoded(receipt)), "colour": "green"}

    assert receipt_in(stored(json.dumps(told).encode())) == receipt


@pytest.mark.parametrize(
    "value",
    [None, b"", b"\xff", b"[]", b'{"version": 1}', b"not json", b'{"outcome": "delivered"}'],
)
def test_what_is_no_receipt_is_read_as_none(value: bytes | None) -> None:
    assert receipt_in(stored(value)) is None


def test_a_later_version_is_not_taken_for_this_one() -> None:
    _, receipt = of_delivered(RECORD, LANE, ORDERS, Delivered(), attempts=1, at_ms=AT_MS)
    later: Receipt = msgspec.structs.replace(receipt, version=VERSION + 1)

    assert receipt_in(stored(encoded(later))) is None


@pytest.mark.parametrize("customer", ["4711", "\udcff" * 300_000, "x" * MOST_KEY_BYTES])
def test_a_key_is_bounded_whatever_names_the_customer(customer: str) -> None:
    assert 0 < len(key_of(customer)) <= MOST_KEY_BYTES


def test_long_names_that_differ_at_their_end_have_different_keys() -> None:
    assert key_of("x" * 1000 + "1") != key_of("x" * 1000 + "2")
    assert key_of("x" * 512) == b"x" * 512


@pytest.mark.parametrize(
    "value", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff", b"{}", None, b'{"settled_at_ms": 1e400}']
)
def test_what_is_no_receipt_is_none_and_raises_nothing(value: bytes | None) -> None:
    assert receipt_in(Record(Partition("receipts", 0), 0, 0, b"1", value)) is None


@pytest.mark.parametrize("at_ms", [-1, 10**15, 10**400])
def test_a_receipt_of_no_time_that_there_is_counts_as_none(at_ms: int) -> None:
    key, receipt = of_delivered(RECORD, LANE, ORDERS, Delivered(), attempts=1, at_ms=AT_MS)
    value = encoded(receipt).replace(str(AT_MS).encode(), str(at_ms).encode())

    assert receipt_in(Record(Partition("receipts", 0), 0, 0, key, value)) is None
