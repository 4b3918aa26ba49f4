"""What is handed out of a fetch is what aiokafka's own way hands out, whatever stands in it."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record._crecords.cutil import crc32c_cython
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.kafka.raw import record_of
from bridge.kafka.unpacking import RECORDS, Unpacked
from bridge.model import Partition
from bridge.record import Record

PLACE = TopicPartition("orders", 3)
ATTRIBUTES, CRC, CONTROL, HEAD = 21, 17, 0x20, 61
COMMIT, ABORT = b"\0\0\0\1", b"\0\0\0\0"
GZIP = 1
UNCOMMITTED, COMMITTED = 0, 1
MEMBERS = ("partition", "offset", "timestamp_ms", "key", "value", "headers")


@dataclass
class Batch:
    """*deltas* are those of the offsets that compaction has left, of *length*."""

    deltas: Sequence[int] = (0, 1, 2)
    length: int = 3
    producer: int = -1
    marker: bytes | None = None
    compression: int = 0
    damaged: bool = False
    """Since it was written, which its checksum tells."""
    spoiled: int | None = None
    """The byte of its records that was written wrongly, checksum and all."""
    magic: int = 2

    def bytes_at(self, base: int) -> bytes:
        """As a broker sends it."""
        if self.magic < 2:
            return self._legacy(base)
        transactional = self.producer >= 0
        builder = DefaultRecordBatchBuilder(
            2, self.compression, int(transactional), self.producer, 0, 0, 1 << 20
        )
        for delta in self.deltas:
            headers = [("name", b"value")] if delta % 2 else []
            key = self.marker or (None if delta % 3 else b"key")
            builder.append(delta, 1000 + delta, key, b"%d" % (base + delta), headers)
        return self._finished(builder.build(), base)

    def _legacy(self, base: int) -> bytes:
        builder = LegacyRecordBatchBuilder(1, 0, 1 << 20)
        for delta in self.deltas:
            builder.append(base + delta, 1000, b"key", b"value")
        return bytes(builder.build())

    def _finished(self, whole: bytearray, base: int) -> bytes:
        struct.pack_into(">q", whole, 0, base)
        struct.pack_into(">i", whole, 23, self.length - 1)
        if self.marker is not None:
            whole[ATTRIBUTES + 1] |= CONTROL
        if self.spoiled is not None:
            whole[HEAD + self.spoiled % (len(whole) - HEAD)] ^= 0xFF
        struct.pack_into(">I", whole, CRC, crc32c_cython(bytes(whole[ATTRIBUTES:])))
        if self.damaged:
            whole[-1] ^= 1
        return bytes(whole)


def fetched(batches: Sequence[Batch], first: int = 0) -> MemoryRecords:
    """What a broker answers, from offset *first* on."""
    parts, base = [], first
    for batch in batches:
        parts.append(batch.bytes_at(base))
        base += batch.length
    return MemoryRecords(b"".join(parts))


class Assignment:
    """Of one partition, as far as a result of a fetch asks for it."""

    active = True
    paused = False

    def __init__(self, position: int) -> None:
        self.position = position

    def state_value(self, _: TopicPartition) -> "Assignment":
        """Its own."""
        return self

    def consumed_to(self, position: int) -> None:
        """What was read up to there was handed over."""
        self.position = position


def told(
    unpack: type[PartitionRecords],
    batches: Sequence[Batch],
    *,
    start: int,
    level: int,
    aborted: Sequence[tuple[int, int]],
    most: int | None = None,
) -> list[object]:
    """All that is handed out, *most* at once, where the consumer stands then, and what failed."""
    records = fetched(batches)
    one = unpack(PLACE, records, list(aborted), start, RECORDS, None, True, level)
    assignment = Assignment(start)
    result = FetchResult(PLACE, assignment=assignment, partition_records=one, backoff=0)
    found: list[object] = []
    while result.has_more():
        try:
            handed = result.getall(most)
        except Exception as error:  # noqa: BLE001 - whatever a spoiled batch makes of the parser
            found.append(type(error))
            handed = []
        found += [shown(each) for each in handed]
        found += [assignment.position, one.next_fetch_offset]
    return found


def shown(record: Any) -> dict[str, object]:
    """What is known of it, whichever of the two it is."""
    if not isinstance(record, Record):
        record = record_of(Partition(*PLACE), record)
    return {name: getattr(record, name) for name in MEMBERS}


def offsets_of(found: Sequence[object]) -> list[object]:
    """Of the records among what was told."""
    return [each["offset"] for each in found if isinstance(each, dict)]


@st.composite
def batches_of(draw: st.DrawFn) -> Batch:
    length = draw(st.integers(1, 5))
    deltas = sorted(draw(st.sets(st.integers(0, length - 1), min_size=1)))
    return Batch(
        deltas,
        length,
        producer=draw(st.sampled_from([-1, 7, 8])),
        compression=draw(st.sampled_from([0, GZIP])),
        damaged=draw(st.sampled_from([False] * 9 + [True])),
        spoiled=draw(st.sampled_from([None] * 9) | st.integers(0, 99)),
    )


MARKERS = st.builds(
    Batch,
    deltas=st.just((0,)),
    length=st.just(1),
    producer=st.sampled_from([7, 8]),
    marker=st.sampled_from([COMMIT, ABORT]),
)
OLD = st.builds(Batch, deltas=st.just((0,)), length=st.just(1), magic=st.just(1))


@settings(max_examples=300)
@given(
    batches=st.lists(batches_of() | MARKERS, max_size=8) | st.lists(OLD, max_size=4),
    start=st.integers(0, 12),
    level=st.sampled_from([UNCOMMITTED, COMMITTED]),
    aborted=st.lists(st.tuples(st.sampled_from([7, 8]), st.integers(0, 12)), max_size=3),
    most=st.none() | st.integers(1, 5),
)
def test_it_hands_out_and_passes_over_the_same(
    batches: list[Batch],
    start: int,
    level: int,
    aborted: list[tuple[int, int]],
    most: int | None,
) -> None:
    found = [
        told(unpack, batches, start=start, level=level, aborted=aborted, most=most)
        for unpack in (Unpacked, PartitionRecords)
    ]

    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("level", "offsets"),
    [(UNCOMMITTED, [0, 1, 2, 3, 4, 5, 7, 8, 9]), (COMMITTED, [3, 4, 5, 7, 8, 9])],
)
def test_an_aborted_transaction_is_handed_out_to_those_who_read_uncommitted_alone(
    level: int, offsets: list[int]
) -> None:
    """And what its producer writes in its next transaction to all."""
    marker = Batch((0,), 1, producer=7, marker=ABORT)
    batches = [Batch(producer=7), Batch(producer=8), marker, Batch(producer=7)]

    found = told(Unpacked, batches, start=0, level=level, aborted=[(7, 0)])

    assert offsets_of(found) == offsets
    assert found[-1] == 10


def test_nothing_is_handed_out_behind_a_damaged_batch() -> None:
    batches = [Batch(), Batch(damaged=True), Batch()]

    found = told(Unpacked, batches, start=0, level=UNCOMMITTED, aborted=(), most=2)

    assert offsets_of(found) == [0, 1]
    # What was on its way beside it is read again: the consumer stands before it, and stays there.
    assert found[-5:] == [CorruptRecordException, 2, 3, 2, 3]
