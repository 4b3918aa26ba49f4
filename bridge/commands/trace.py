"""`omeda-bridge trace`: where is my event? Reads Kafka, writes nothing, joins no group."""

import argparse
import asyncio
import logging
import sys

from bridge.commands.searching import Order, Searching
from bridge.commands.trace_texts import HEADING, as_json, as_row, explained
from bridge.config import Config, load
from bridge.errors import ConfigError
from bridge.kafka import guard
from bridge.model import Partition
from bridge.tracing import FINDINGS as FOUND_WRONG
from bridge.tracing import Trace

FINDINGS = 3
"""Exit status where nothing was found, or an event that somebody must look at."""

LAST = 100_000
"""Records of each partition that are searched for a customer, unless it is said otherwise."""


def execute(options: argparse.Namespace) -> int:
    """Say where it is. Raises ConfigError, and Fault where Kafka fails."""
    # What matters of the client's own news is said here.
    for name in ("aiokafka", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    guard.install()
    config = load(options.config)
    order = _order(config, options)
    return asyncio.run(_trace(config, order, json=options.json))


async def _trace(config: Config, order: Order, *, json: bool) -> int:
    searching = Searching(config, order)
    traces = await searching.run()
    for note in searching.notes:
        print(f"omeda-bridge: {note}", file=sys.stderr)
    if not traces:
        print(f"omeda-bridge: nothing of customer {order.customer} was found", file=sys.stderr)
        return FINDINGS
    _show(traces, one=order.place is not None, json=json)
    return FINDINGS if any(each.state in FOUND_WRONG for each in traces) else 0


def _show(traces: list[Trace], *, one: bool, json: bool) -> None:
    if json:
        for each in traces:
            print(as_json(each))
        return
    print(HEADING)
    for each in traces:
        print(as_row(each))
    if one:
        print()
        print(explained(traces[0]))


def _order(config: Config, options: argparse.Namespace) -> Order:
    place = _place(options)
    routed = {route.topic for route in config.line}
    if options.topic is not None and options.topic not in routed:
        known = ", ".join(sorted(routed))
        raise ConfigError(
            f"--topic: {options.config} has no route for {options.topic!r}, only {known}"
        )
    since, until = options.since, options.until
    if since is not None and until is not None and since >= until:
        raise ConfigError("--from: is not before --to")
    last = options.last or (LAST if place is None and since is None else None)
    return Order(place, options.customer, options.topic, since, until, last)


def _place(options: argparse.Namespace) -> tuple[Partition, int] | None:
    place = (options.topic, options.partition, options.offset)
    if options.customer is not None:
        if options.partition is not None or options.offset is not None:
            raise ConfigError("trace: either --customer, or --partition and --offset")
        return None
    if None in place:
        raise ConfigError("trace: give --topic, --partition and --offset, or --customer")
    return Partition(options.topic, options.partition), options.offset
