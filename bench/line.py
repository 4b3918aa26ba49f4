"""What the line itself costs an event: everything between Kafka's client and the HTTP client.

    python -m bench.line [--profile] [--traced sampled|unsampled]

Records come from memory and every request is accepted at once. Prints microseconds of CPU an event;
a machine that is busy with other things can only make it more. Compare the lines of one run.
Traced, each record carries a context, and what is recorded is encoded for a collector and thrown
away: what tracing adds is its CPU time, that of the exporting thread in it.
"""

import argparse
import asyncio
import cProfile
import json
import pstats
import time
from collections.abc import Sequence
from typing import Any, Literal, get_args

import uvloop

from bridge.config.delivery import Delivery, LetterLimit
from bridge.config.kafka import LostOffsets, StartFrom
from bridge.errors import BridgeError
from bridge.event import Request
from bridge.metrics import Metrics
from bridge.model import Answer, Commit, Kind, Partition, Route, Service
from bridge.pipeline import Pipeline
from bridge.record import Letter, Read, Record
from bridge.spans import Tracing

ROUNDS = 5
EVENTS = 30_000
PARTITIONS = 4
ACCEPTED = Answer(200, b'{"ResponseInfo":[{"CustomerId":1}],"SubmissionId":"s"}')


def behavior(customer: int, number: int) -> dict[str, Any]:
    """A small event, as most are."""
    done = {
        "BehaviorId": 7,
        "BehaviorDate": f"2026-03-02 09:{number // 60 % 60:02}:{number % 60:02}",
        "BehaviorPromoCode": f"seq-{number:07}",
    }
    return {"OmedaCustomerId": customer, "CustomerBehaviors": [done]}


def order(customer: int, number: int) -> dict[str, Any]:
    """A small order."""
    product = {"OmedaProductId": 12, "RequestedVersion": "P", "Quantity": 1, "Amount": "0.00"}
    return {
        "OmedaCustomerId": customer,
        "ClientOrderId": f"ORD-{number:07}",
        "OrderDate": "2026-03-02 09:30",
        "Products": [{**product, "Receive": 0}],
    }


class Memory:
    """Kafka, as far as the line knows it, with all records there from the start."""

    def __init__(self, records: dict[Partition, list[Record]]) -> None:
        self._records = records
        self._at = dict.fromkeys(records, 0)
        self._committed: dict[Partition, int] = {}
        self.left = sum(map(len, records.values()))

    def read(self, partition: Partition, *, limit: int) -> Read:
        """What comes next."""
        at = self._at[partition]
        records = self._records[partition][at : at + limit]
        self._at[partition] = at + len(records)
        return Read(records, None)

    async def wait(self, *, seconds: float) -> None:
        """No news comes."""
        await asyncio.sleep(seconds)

    def fetched(self) -> list[Partition]:
        """Of which there is more."""
        return [each for each, at in self._at.items() if at < len(self._records[each])]

    def wake(self) -> None:
        """The next look is soon."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Offsets are places here."""
        self._at[partition] = offset

    async def committed(self, partitions: set[Partition]) -> dict[Partition, Commit]:
        """All from the start."""
        return {partition: Commit(0) for partition in partitions}

    async def edges(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, int]:
        """First and last."""
        return {each: len(self._records[each]) if latest else 0 for each in partitions}

    def is_new(self, partition: Partition) -> bool:
        """None came later."""
        return partition.number < 0

    def is_member(self) -> bool:
        """For ever."""
        return True

    async def commit(self, commits: dict[Partition, Commit]) -> dict[Partition, Commit]:
        """As a broker that is near."""
        await asyncio.sleep(0.002)
        for partition, commit in commits.items():
            self.left -= commit.offset - self._committed.get(partition, 0)
            self._committed[partition] = commit.offset
        return commits


class Accepting:
    """Omeda that is always well."""

    def __init__(self) -> None:
        self.requests = 0

    async def post(self, _request: Request) -> Answer:
        """Accept."""
        self.requests += 1
        await asyncio.sleep(0)
        return ACCEPTED


class NoLetters:
    """Nothing here is refused."""

    async def write(self, letter: Letter) -> None:
        """Not in this run."""
        raise AssertionError(repr(letter))


Traced = Literal["sampled", "unsampled"]


def tracing() -> Tracing:
    """Spans that are made, queued and encoded as in earnest."""
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import (  # noqa: PLC0415 - an extra
        encode_spans,
    )
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import (  # noqa: PLC0415
        BatchSpanProcessor,
        SpanExporter,
        SpanExportResult,
    )

    from bridge.otel.recording import Recording  # noqa: PLC0415

    class Encoding(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            encode_spans(spans).SerializePartialToString()
            return SpanExportResult.SUCCESS

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Encoding()))
    return Recording(provider, "https://ows.omeda.com/webservices/rest")


def context(number: int, traced: Traced | None) -> tuple[tuple[str, bytes], ...]:
    """A record's headers."""
    if traced is None:
        return ()
    flags = "01" if traced == "sampled" else "00"
    return (("traceparent", f"00-{number + 1:032x}-{number + 1:016x}-{flags}".encode()),)


def records(
    topic: str, kind: Kind, customers: int, in_a_row: int, traced: Traced | None
) -> dict[Partition, list[Record]]:
    """Customers come round and round, each with so many events *in_a_row*, in its partition."""
    made: dict[Partition, list[Record]] = {Partition(topic, n): [] for n in range(PARTITIONS)}
    now = int(time.time() * 1000)
    for number in range(EVENTS):
        customer = 1000 + number // in_a_row % customers
        event = behavior(customer, number) if kind is Kind.BEHAVIOR else order(customer, number)
        partition = Partition(topic, customer % PARTITIONS)
        value = json.dumps(event, separators=(",", ":")).encode()
        place = len(made[partition])
        key, headers = str(customer).encode(), context(number, traced)
        made[partition].append(Record(partition, place, now, key, value, headers))
    return made


async def run(
    kind: Kind, customers: int, in_a_row: int, traced: Traced | None, **settings: Any
) -> tuple[float, int]:
    """Seconds of CPU for all events, and the requests they left in."""
    source = Memory(records("events", kind, customers, in_a_row, traced))
    endpoint = Accepting()
    metrics = Metrics()
    route = Route("events", Service("DEMO", kind))
    metrics.begin([route])
    faults: list[BridgeError] = []
    pipeline = Pipeline(
        routes={"events": route},
        settings=Delivery(concurrency=64, backlog_high=8000, backlog_low=6000, **settings),
        letter_limit=LetterLimit(),
        start_from=StartFrom.EARLIEST,
        on_lost_offsets=LostOffsets.HALT,
        source=source,
        endpoint=endpoint,
        letters=NoLetters(),
        observer=metrics,
        fault=faults.append,
        jitter=lambda: 0.5,
        clock=asyncio.get_running_loop().time,
        tracing=None if traced is None else tracing(),
    )
    running = asyncio.create_task(pipeline.run())
    began = time.process_time()
    await pipeline.members.assigned({Partition("events", n) for n in range(PARTITIONS)})
    while source.left:  # noqa: ASYNC110 - a look now and then is cheaper than an event
        await asyncio.sleep(0.005)
    used = time.process_time() - began
    running.cancel()
    await asyncio.wait({running})
    if faults:
        raise faults[0]
    return used, endpoint.requests


CASES: dict[str, tuple[Kind, int, int, dict[str, Any]]] = {
    "behaviors, 15 of a customer": (Kind.BEHAVIOR, 2000, 15, {}),
    "behaviors, customers in turn": (Kind.BEHAVIOR, 2000, 1, {}),
    "behaviors, one a request": (Kind.BEHAVIOR, 2000, 1, {"coalesce": False}),
    "orders": (Kind.ORDER, 2000, 1, {}),
}


def main() -> None:
    """Print each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="of each case, once")
    parser.add_argument("--only", default="")
    parser.add_argument("--traced", choices=get_args(Traced))
    options = parser.parse_args()
    for name, (kind, customers, in_a_row, settings) in CASES.items():
        if options.only not in name:
            continue
        if options.profile:
            profile = cProfile.Profile()
            profile.enable()
            uvloop.run(run(kind, customers, in_a_row, options.traced, **settings))
            profile.disable()
            pstats.Stats(profile).sort_stats("tottime").print_stats(35)
            continue
        traced = options.traced
        found = [
            uvloop.run(run(kind, customers, in_a_row, traced, **settings)) for _ in range(ROUNDS)
        ]
        used, requests = min(found)
        print(
            f"{name:32} {used / EVENTS * 1e6:6.1f} us an event, {EVENTS / requests:4.1f} a request"
        )


if __name__ == "__main__":
    main()
