"""Records as the bridge holds them, straight from the client's parser.

aiokafka makes an object of eleven fields of each record, with a turn of a generator, of an iterator
and of a method; the bridge would take six of the fields into one of its own. Only where a consumer
is built with `RECORDS`: others in the process see no change.
"""

from collections.abc import Iterator
from typing import Any

import aiokafka.consumer.fetcher as fetcher_module
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException

from bridge.kafka.raw import Place, unpacked
from bridge.model import Partition
from bridge.record import Record


def RECORDS(key: bytes | None) -> bytes | None:  # noqa: N802 - a constant that aiokafka may call
    """The `key_deserializer` of a consumer that hands out `Record`."""
    return key


class Unpacked(PartitionRecords):
    """What was fetched of one partition, handed out as `Record`.

    What must stay true: it hands out and passes over the very offsets that its base would, and
    after an error nothing more. Where it stands is told by `next_fetch_offset`, as by its base.
    """

    def __init__(self, tp: Any, *rest: Any) -> None:
        self._partition = Partition(*tp)
        self._place = Place(0)
        super().__init__(tp, *rest)

    @property
    def next_fetch_offset(self) -> int:
        """Where the next fetch begins, if nothing more is taken."""
        return self._place.offset

    @next_fetch_offset.setter
    def next_fetch_offset(self, offset: int) -> None:
        self._place.offset = offset

    def __iter__(self) -> Iterator[Record]:
        return self._records_iterator or iter(())

    def _unpack_records(self) -> Iterator[Record]:
        return unpacked(self._partition, self._place, self._batches())

    def _batches(self) -> Iterator[Any]:
        """Those whose records are handed out; transaction markers and what was aborted are not."""
        while self._records.has_next():
            batch = self._records.next_batch()
            if self._check_crcs and not batch.validate_crc():
                # Ends the iterator: what is behind must not be read as if this had been.
                raise CorruptRecordException(f"a batch of {self._partition} is damaged: its CRC")
            if self._is_aborted(batch) or batch.is_control_batch:
                self._place.offset = batch.next_offset
            else:
                yield batch

    def _is_aborted(self, batch: Any) -> bool:
        if self._isolation_level != READ_COMMITTED or batch.producer_id is None:
            return False
        self._consume_aborted_up_to(batch.base_offset)
        if batch.is_control_batch and self._contains_abort_marker(batch):
            self._aborted_producers.discard(batch.producer_id)
        return batch.is_transactional and batch.producer_id in self._aborted_producers


def _records(tp: Any, records: Any, aborted: Any, offset: int, key: Any, *rest: Any) -> Any:
    unpack = Unpacked if key is RECORDS else PartitionRecords
    return unpack(tp, records, aborted, offset, key, *rest)


def install() -> None:
    """Put it in place; a fetcher looks the name up with each answer."""
    fetcher_module.PartitionRecords = _records
