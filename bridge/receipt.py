"""What is kept of a record that ended: a receipt, one small record of its own. Pure.

The format is an API, described in docs/receipts.md. A reader takes what it knows and leaves the
rest; the version rises where something that was there means something else.
"""

from hashlib import sha256
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from bridge.model import Delivered, Kind, LaneKey, Partition, Reason, Service
from bridge.record import Letter, Record

VERSION = 1

LATEST_MS = 253_402_300_799_999
"""The end of the year 9999."""

MOST_KEY_BYTES = 512
"""Of a receipt's key; nothing else in a receipt has a length that a producer chooses."""

Outcome = Literal["delivered", "rejected", "exhausted"]
"""How a record ended here."""

Later = Literal["landed", "landed_with_loss", "failed", "held", "unknown"]
"""What became at Omeda of an order that it had accepted: in a receipt that follows the first."""


class Receipt(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One record's end. Nothing of its value, and of its customer only what the key says."""

    version: int
    outcome: str
    topic: str
    partition: int
    offset: int
    brand: str
    kind: Kind
    attempts: int
    """Requests that were made for it, the one that was accepted among them."""
    settled_at_ms: Annotated[int, Meta(ge=0, le=LATEST_MS)]
    """When Omeda accepted it, its dead letter was acknowledged, or what came later was seen."""
    record_timestamp_ms: int | None = None
    reason: Reason | None = None
    """Why it is a dead letter."""
    submission_id: str | None = None
    transaction_id: int | None = None
    transaction_status: int | None = None
    """Omeda's code, where it was asked what became of an accepted order."""

    @property
    def service(self) -> Service:
        """Whose record it is."""
        return Service(self.brand, self.kind)

    @property
    def source(self) -> Partition:
        """Where the record stands."""
        return Partition(self.topic, self.partition)


class Slip(NamedTuple):
    """A receipt and the key that it is written under: its customer, as its lane has it."""

    key: bytes
    receipt: Receipt


_decoder = msgspec.json.Decoder(Receipt)
_encoder = msgspec.json.Encoder()


def key_of(customer: str) -> bytes:
    """The key of every receipt of *customer*: a long one is cut, and a digest tells it apart."""
    key = customer.encode(errors="backslashreplace")
    if len(key) <= MOST_KEY_BYTES:
        return key
    digest = sha256(key).hexdigest().encode()
    return key[: MOST_KEY_BYTES - len(digest) - 1] + b"~" + digest


def encoded(receipt: Receipt) -> bytes:
    """The record's value."""
    return _encoder.encode(receipt)


def receipt_in(record: Record) -> Receipt | None:
    """The receipt that *record* is; None where it is none, or one of a later version."""
    try:
        receipt = _decoder.decode(record.value or b"")
    # Deep nesting ends in RecursionError, not in a DecodeError.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return receipt if receipt.version == VERSION else None


def of_delivered(
    record: Record, lane: LaneKey, service: Service, told: Delivered, *, attempts: int, at_ms: int
) -> Slip:
    """Of a record that Omeda accepted."""
    receipt = _receipt(
        record,
        service,
        "delivered",
        attempts=attempts,
        at_ms=at_ms,
        submission_id=told.submission_id,
        transaction_id=told.transaction_id,
    )
    return Slip(key_of(lane.customer), receipt)


def of_later(slip: Slip, outcome: Later, *, status: int | None, at_ms: int) -> Slip:
    """Of what became of the order whose receipt *slip* was."""
    receipt = msgspec.structs.replace(
        slip.receipt, outcome=outcome, settled_at_ms=at_ms, transaction_status=status
    )
    return slip._replace(receipt=receipt)


def of_letter(letter: Letter, lane: LaneKey, *, at_ms: int) -> Slip:
    """Of a record whose dead letter was acknowledged."""
    rejected = letter.rejected
    receipt = _receipt(
        letter.record,
        letter.service,
        outcome_of(rejected.reason),
        attempts=letter.attempts,
        at_ms=at_ms,
        submission_id=rejected.submission_id,
        reason=rejected.reason,
    )
    return Slip(key_of(lane.customer), receipt)


def outcome_of(reason: Reason) -> Outcome:
    """How a record ended that became a dead letter."""
    return "exhausted" if reason == "exhausted" else "rejected"


def _receipt(
    record: Record,
    service: Service,
    outcome: Outcome,
    *,
    attempts: int,
    at_ms: int,
    submission_id: str | None,
    transaction_id: int | None = None,
    reason: Reason | None = None,
) -> Receipt:
    return Receipt(
        version=VERSION,
        outcome=outcome,
        topic=record.partition.topic,
        partition=record.partition.number,
        offset=record.offset,
        brand=service.brand,
        kind=service.kind,
        attempts=attempts,
        settled_at_ms=at_ms,
        record_timestamp_ms=record.timestamp_ms if record.timestamp_ms >= 0 else None,
        reason=reason,
        submission_id=submission_id,
        transaction_id=transaction_id,
    )
