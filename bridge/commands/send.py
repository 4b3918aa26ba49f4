"""`omeda-bridge send`: events from JSON Lines into Kafka, checked as the bridge will check them."""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bridge.config import Config, load
from bridge.errors import ConfigError
from bridge.identity import lane_of
from bridge.kafka.producing import produce
from bridge.model import Event, Partition, Record, Route
from bridge.reading import Reader

FINDINGS = 3
"""Exit status where a line is bad."""


class Checked(NamedTuple):
    """The lines of one input, told apart."""

    good: list[tuple[bytes | None, bytes]]
    """Key and value of each event."""
    bad: int


def execute(options: argparse.Namespace) -> int:
    """Send all, or say what is wrong. Raises ConfigError, and KafkaFault where Kafka fails."""
    # What matters of the client's own news is said here.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    config = load(options.config)
    route = _route(config, options)
    checked = _check(_lines(options.file), route)
    if checked.bad and not options.skip_bad:
        print(f"{checked.bad} bad lines: nothing was sent", file=sys.stderr)
        return FINDINGS
    sent = asyncio.run(produce(config.kafka, route.topic, checked.good)) if checked.good else 0
    skipped = f", {checked.bad} bad lines skipped" if checked.bad else ""
    print(f"{sent} events sent to {route.topic}{skipped}")
    return FINDINGS if checked.bad else 0


def _route(config: Config, options: argparse.Namespace) -> Route:
    for route in config.line:
        if route.topic == options.topic:
            return route
    known = ", ".join(route.topic for route in config.line)
    raise ConfigError(f"--topic: {options.config} has no route for {options.topic!r}, only {known}")


def _lines(file: str) -> list[bytes]:
    """Kept in memory: nothing is sent before all of them are checked."""
    if file == "-":
        return sys.stdin.buffer.read().splitlines()
    try:
        return Path(file).read_bytes().splitlines()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error


def _check(lines: Iterable[bytes], route: Route) -> Checked:
    reader = Reader(route, wall_clock=time.time)
    good: list[tuple[bytes | None, bytes]] = []
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = Record(Partition(route.topic, 0), number, int(time.time() * 1000), None, line)
        event = reader.read(record)
        if isinstance(event, Event):
            good.append((_key(event, record), line))
            for _, sentence in event.warnings:
                print(f"line {number}: warning: {sentence}", file=sys.stderr)
        else:
            bad += 1
            print(f"line {number}: {event.rejected.message}", file=sys.stderr)
    return Checked(good, bad)


def _key(event: Event, record: Record) -> bytes | None:
    """The customer, so that the customer's events share a partition; none where nobody is named."""
    nobody = lane_of(record, event.lane.brand, {})
    return None if event.lane == nobody else event.lane.customer.encode()
