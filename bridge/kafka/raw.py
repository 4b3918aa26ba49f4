"""A record as the client hands it over, and as the bridge holds it."""

from typing import Any

from bridge.model import Partition, Record


def record_of(partition: Partition, raw: Any) -> Record:
    """*raw* as the bridge holds it; what was written before Kafka had times has -1."""
    at = -1 if raw.timestamp is None else raw.timestamp
    return Record(partition, raw.offset, at, raw.key, raw.value, tuple(raw.headers))
