"""Records as Kafka would hand them over, and what becomes of them when they are read."""

from itertools import accumulate
from typing import Literal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bridge.decode import EventDecoder
from bridge.event import Event
from bridge.model import Kind, Partition, Rejected, Route, Service, Unreadable
from bridge.reading import Reader
from bridge.record import Record

P = Partition("orders", 0)
OTHER = Partition("orders", 1)

BEHAVIORS = Route("clicks", Service("DEMO", Kind.BEHAVIOR))
ORDERS = Route("orders", Service("DEMO", Kind.ORDER))
KINDS = {"behavior": BEHAVIORS, "order": ORDERS}
NOW = 1_700_000_000.0
CHICAGO = ZoneInfo("America/Chicago")

BEHAVIOR = '{"BehaviorId": 7, "BehaviorDate": "2024-01-02 03:04:05"}'

Headers = tuple[tuple[str, bytes | None], ...]


def record(
    offset: int = 0,
    *,
    value: bytes | None = b"v",
    key: bytes | None = None,
    partition: Partition = P,
    timestamp_ms: int = 0,
    headers: Headers = (),
) -> Record:
    return Record(partition, offset, timestamp_ms, key, value, headers)


def logs(*, most: int = 30) -> st.SearchStrategy[list[int]]:
    """Offsets of a partition, with the gaps that compaction and transactions leave."""
    gaps = st.one_of(st.just(1), st.integers(1, 300))
    return st.lists(gaps, min_size=1, max_size=most).map(lambda steps: list(accumulate(steps)))


def read_as(
    value: str | bytes | None,
    route: Route,
    *,
    headers: Headers = (),
    timestamp_ms: int = 0,
) -> Event | Unreadable:
    """*value* as the bridge reads it, from a record whose key is `key`."""
    stored = value.encode() if isinstance(value, str) else value
    reader = Reader(route, wall_clock=lambda: NOW)
    return reader.read(record(value=stored, key=b"key", headers=headers, timestamp_ms=timestamp_ms))


def event_of(value: str | bytes, route: Route, *, headers: Headers = ()) -> Event:
    read = read_as(value, route, headers=headers)
    assert isinstance(read, Event), read
    return read


def rejected_of(
    value: str | bytes | None,
    route: Route,
    *,
    stage: Literal["decode", "check"] = "decode",
    headers: Headers = (),
) -> Rejected:
    read = read_as(value, route, headers=headers)
    assert isinstance(read, Unreadable), read
    assert read.rejected.stage == stage
    assert read.rejected.message
    return read.rejected


def sent(value: str | bytes, kind: str) -> str:
    """The body that leaves for *value*, whatever the rules say."""
    payload = value.encode() if isinstance(value, str) else value
    return EventDecoder(Kind(kind), CHICAGO).decode(payload).body().decode()
