"""Records as Kafka would hand them over."""

from itertools import accumulate

from hypothesis import strategies as st

from bridge.model import Partition, Record

P = Partition("orders", 0)
OTHER = Partition("orders", 1)


def record(
    offset: int = 0,
    *,
    value: bytes | None = b"v",
    key: bytes | None = None,
    partition: Partition = P,
    timestamp_ms: int = 0,
) -> Record:
    return Record(partition, offset, timestamp_ms, key, value)


def logs(*, most: int = 30) -> st.SearchStrategy[list[int]]:
    """Offsets of a partition, with the gaps that compaction and transactions leave."""
    gaps = st.one_of(st.just(1), st.integers(1, 300))
    return st.lists(gaps, min_size=1, max_size=most).map(lambda steps: list(accumulate(steps)))
