"""Records as the bridge holds them, straight from the client's parser.

aiokafka makes an object of eleven fields of each record; the bridge would take six of them into
one of its own. Only where a consumer is built with `RECORDS`: others in the process see no change.
"""

from typing import Any

import aiokafka.consumer.fetcher as fetcher_module
from aiokafka.consumer.fetcher import PartitionRecords

from bridge.kafka.raw import record_of
from bridge.model import Partition, Record


def RECORDS(key: bytes | None) -> bytes | None:  # noqa: N802 - a constant that aiokafka may call
    """The `key_deserializer` of a consumer that hands out `Record`."""
    return key


class _Unpacked(PartitionRecords):
    """Hands out `Record`; what is skipped or refused is the client's affair as before."""

    def __init__(self, tp: Any, *rest: Any) -> None:
        self._partition = Partition(*tp)
        super().__init__(tp, *rest)

    def _consumer_record(self, _tp: Any, record: Any) -> Record:
        return record_of(self._partition, record)


def _records(tp: Any, records: Any, aborted: Any, offset: int, key: Any, *rest: Any) -> Any:
    unpack = _Unpacked if key is RECORDS else PartitionRecords
    return unpack(tp, records, aborted, offset, key, *rest)


def install() -> None:
    """Put it in place; a fetcher looks the name up with each answer."""
    fetcher_module.PartitionRecords = _records
