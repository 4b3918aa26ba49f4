"""`omeda-bridge dry-run`: what would become of a topic's records. Joins no group."""

import argparse
import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from bridge.commands.against import Comparison, comparing
from bridge.commands.dry_run_texts import Report, as_document, as_text
from bridge.config import Config, load
from bridge.errors import ConfigError
from bridge.kafka import guard
from bridge.kafka.ranges import Part, Wanted, parts, remarks
from bridge.kafka.topics import TopicReader, reading
from bridge.metrics import Metrics
from bridge.model import Route
from bridge.reading import Reader
from bridge.record import Record
from bridge.rehearsal import Rehearsal
from bridge.tally import Tally
from bridge.terminal import progress

FINDINGS = 3
"""Exit status where a record would be rejected, or fared otherwise than was said."""


def execute(options: argparse.Namespace) -> int:
    """Read and report. Raises ConfigError, and Fault where Kafka, or the stand-in, fails."""
    for name in ("aiokafka", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    guard.install()
    config = load(options.config)
    route, wanted = _route(config, options), _wanted(options)
    report = asyncio.run(_report(config, route, wanted, options))
    for remark in report.remarks:
        print(f"omeda-bridge: {remark}", file=sys.stderr)
    print(json.dumps(as_document(report), indent=2) if options.json else as_text(report))
    differing = report.comparison is not None and report.comparison.differing
    return FINDINGS if report.tally.rejected or differing else 0


def _route(config: Config, options: argparse.Namespace) -> Route:
    for route in config.line:
        if route.topic == options.topic:
            return route
    known = ", ".join(route.topic for route in config.line)
    raise ConfigError(f"--topic: {options.config} has no route for {options.topic!r}, only {known}")


def _wanted(options: argparse.Namespace) -> Wanted:
    start, end = options.start, options.end
    if options.last is not None and (start is not None or end is not None):
        raise ConfigError("dry-run: either --last, or --from and --to")
    if start is not None and type(start) is type(end) and start >= end:
        raise ConfigError("dry-run: --from must be below --to, which is not read itself")
    return Wanted(start, end, options.last, frozenset(options.partition))


async def _report(
    config: Config, route: Route, wanted: Wanted, options: argparse.Namespace
) -> Report:
    tally = Tally(examples=options.examples, header=options.by_header)
    # What the line counts is counted for nobody.
    metrics = Metrics()
    metrics.begin([route])
    async with AsyncExitStack() as stack:
        comparison = None
        if options.against is not None:
            comparison = await stack.enter_async_context(
                comparing(config, route, options.against, metrics, examples=options.examples)
            )
        kafka = config.kafka
        reader = await stack.enter_async_context(reading(kafka, kafka.isolation_level))
        chosen = await parts(reader, route.topic, wanted)
        rehearsal = Rehearsal(
            route,
            config.delivery,
            config.dead_letters.limit,
            metrics,
            partitions=len(chosen),
        )
        await _read(reader, chosen, route, tally, rehearsal, comparison)
        said = remarks(route.topic, chosen, wanted)
        said += [
            f"{each}: a transaction is open there, behind which nothing is seen yet"
            for each in reader.hides()
        ]
    return Report(route, chosen, tally, rehearsal, comparison, said)


async def _read(
    reader: TopicReader,
    chosen: list[Part],
    route: Route,
    tally: Tally,
    rehearsal: Rehearsal,
    comparison: Comparison | None,
) -> None:
    read = Reader(route, wall_clock=time.time).read
    async for record in _records(reader, chosen):
        event = read(record)
        tally.count(record, event)
        rehearsal.take(record, event)
        if comparison is not None:
            await comparison.send(record, event)
    rehearsal.end()
    if comparison is not None:
        await comparison.end()


async def _records(reader: TopicReader, chosen: list[Part]) -> AsyncIterator[Record]:
    total = sum(part.offsets for part in chosen)
    with progress("reading", total=total) as shown:
        for part in chosen:
            reached = part.span.first
            async for record in reader.records({part.number: part.span}):
                yield record
                # Also what no record has: the bar is of offsets.
                shown.update(record.offset + 1 - reached)
                reached = record.offset + 1
            shown.update(part.span.end - reached)
