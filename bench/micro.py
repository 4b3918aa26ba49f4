"""What each step of the line costs an event, by itself.

    python -m bench.micro [--quick]

Prints microseconds an event, the best of several rounds: a machine that is busy with other things
can only make a round slower. bench.line measures the steps together, bench.compare the process.
"""

import argparse
import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bridge.decode import Decoded, EventDecoder
from bridge.event import Event
from bridge.job import Job
from bridge.joining import joined
from bridge.lanes import Lanes, Strand
from bridge.ledger import Ledger
from bridge.model import Commit, Kind, LaneKey, Partition, Route, Service
from bridge.reading import Reader
from bridge.record import Record
from bridge.routing import request_for
from bridge.rules import RuleBook, Whole
from tests.system.events import behavior_body, encode, order_body

ROUNDS = 3
RECORDS, FEW = 100_000, 10_000
IN_FLIGHT = 64
IN_HAND = 8_000
COMMIT_EACH = 1_000
"""Events that end between two commits, at a rate of some thousand a second."""
TOGETHER = 15
PARTITION = Partition("events", 0)
ZONE = ZoneInfo("America/Chicago")
Seconds = float


def micro(*, quick: bool) -> dict[str, float]:
    """Microseconds an event, by step."""
    count = FEW if quick else RECORDS
    found: dict[str, float] = {}
    for name, step in steps(count):
        found[name] = min(step() for _ in range(ROUNDS)) / count * 1e6
        print(f"{name:32} {found[name]:7.2f} us an event", flush=True)
    return found


def steps(count: int) -> Iterator[tuple[str, Callable[[], Seconds]]]:
    """Each returns what it took for *count* events."""
    for kind in Kind:
        records = made(kind, count)
        decoder, book = EventDecoder(kind, ZONE), RuleBook({})
        decoded = [decoder.decode(record.value or b"") for record in records]
        wholes = [Whole(each.event, each.extra, _today) for each in decoded]
        reader = Reader(_route(kind), wall_clock=time.time)
        values = [record.value or b"" for record in records]
        yield f"{kind}: decode", partial(_each, decoder.decode, values)
        yield f"{kind}: rules", partial(_each, book.findings, wholes)
        yield f"{kind}: encode", partial(_each, Decoded.body, decoded)
        yield f"{kind}: read, all of it", partial(_each, reader.read, records)
        if kind is Kind.BEHAVIOR:
            yield "behavior: join 15", partial(_each, joined, _jobs(reader, records))
    yield "ledger: admit", lambda: _ledger(records)["admit"]
    yield "ledger: settle", lambda: _ledger(records)["settle"]
    yield "ledger: commit", lambda: _ledger(records)["commit"]
    yield "lanes: add, take, end", lambda: _lanes(records)


def made(kind: Kind, count: int) -> list[Record]:
    """Records of 2,000 customers, each with 15 in a row."""
    body = behavior_body if kind is Kind.BEHAVIOR else order_body
    return [
        Record(PARTITION, at, 0, b"", encode(body(1001 + at // TOGETHER % 2_000, f"seq-{at:07}")))
        for at in range(count)
    ]


def _today() -> Any:
    return datetime.now(UTC).date()


def _route(kind: Kind) -> Route:
    return Route("events", Service("DEMO", kind))


def _each(work: Callable[[Any], object], over: Sequence[Any]) -> Seconds:
    began = time.perf_counter()
    for one in over:
        work(one)
    return time.perf_counter() - began


def _jobs(reader: Reader, records: Sequence[Record]) -> list[list[Job]]:
    """What leaves in each request."""
    ledger, route = Ledger(), _route(Kind.BEHAVIOR)
    ledger.open(PARTITION, Commit(0))
    jobs = []
    for record in records:
        event, entry = reader.read(record), ledger.admit(record)
        assert isinstance(event, Event), event
        assert entry is not None
        request = request_for(event, route)
        jobs.append(
            Job(record, entry, event.lane, route.service, number=record.offset, request=request)
        )
    return [jobs[at : at + TOGETHER] for at in range(0, len(jobs), TOGETHER)]


def _ledger(records: Sequence[Record]) -> dict[str, Seconds]:
    """By what is asked of it; records end in the order that 64 at once lead to, by chance."""
    chance, ledger = random.Random(7), Ledger()  # noqa: S311 - the same order each time
    ledger.open(PARTITION, Commit(0))
    began = time.perf_counter()
    entries = [entry for record in records if (entry := ledger.admit(record)) is not None]
    found = {"admit": time.perf_counter() - began, "settle": 0.0, "commit": 0.0}
    for at in range(0, len(entries), IN_FLIGHT):
        some = entries[at : at + IN_FLIGHT]
        chance.shuffle(some)
        entries[at : at + IN_FLIGHT] = some
    for at in range(0, len(entries), COMMIT_EACH):
        found["settle"] += _each(ledger.settle, entries[at : at + COMMIT_EACH])
        began = time.perf_counter()
        ledger.acknowledge(ledger.due())
        found["commit"] += time.perf_counter() - began
    return found


class _Offered:
    """Whose turn is next: whoever was offered first."""

    def __init__(self) -> None:
        self.strands: deque[Strand[int]] = deque()

    def offer(self, strand: Strand[int]) -> None:
        """Behind the others."""
        self.strands.append(strand)

    def prune(self) -> None:
        """Nothing is dropped here."""


def _lanes(records: Sequence[Record]) -> Seconds:
    """Eight thousand in hand at most, each at work by itself."""
    offered = _Offered()
    lanes = Lanes[int](offered)
    keys = [LaneKey("DEMO", str(1001 + record.offset // TOGETHER % 2_000)) for record in records]
    began = time.perf_counter()
    for at in range(0, len(keys), IN_HAND):
        for key in keys[at : at + IN_HAND]:
            lanes.add(key, PARTITION, at)
        while offered.strands:
            strand = offered.strands.popleft()
            if lanes.take(strand):
                lanes.ended(strand)
    return time.perf_counter() - began


def main() -> None:
    """Print each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 records, not 100,000")
    micro(quick=parser.parse_args().quick)


if __name__ == "__main__":
    main()
