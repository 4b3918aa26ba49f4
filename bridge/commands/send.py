"""`omeda-bridge send`: events from JSON Lines into Kafka, checked as the bridge will check them."""

import argparse
import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bridge.config import Config, load
from bridge.errors import ConfigError, Interrupted
from bridge.event import Event
from bridge.identity import lane_of
from bridge.kafka.producing import AT_ONCE, Message, produce
from bridge.model import Partition, Route
from bridge.reading import Reader
from bridge.record import Record
from bridge.terminal import Progress, progress

FINDINGS = 3
"""Exit status where a line is bad."""


class Checked(NamedTuple):
    """The lines of one input, told apart."""

    good: list[Message]
    bad: int


def execute(options: argparse.Namespace) -> int:
    """Send all, or say what is wrong. Raises ConfigError, and KafkaFault where Kafka fails."""
    # What matters of the client's own news is said here.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    config = load(options.config)
    route = _route(config, options)
    lines = _lines(options.file)
    with progress("checking", total=len(lines), unit=" lines") as shown:
        checked = _check(lines, route, shown)
    sent = 0
    if checked.bad and not options.skip_bad:
        print(f"{checked.bad} bad lines: nothing was sent", file=sys.stderr)
    else:
        sent = _send(config, route, checked.good)
    if options.json:
        print(json.dumps({"topic": route.topic, "sent": sent, "bad": checked.bad}))
    elif options.skip_bad or not checked.bad:
        skipped = f", {checked.bad} bad lines skipped" if checked.bad else ""
        print(f"{sent} events sent to {route.topic}{skipped}")
    return FINDINGS if checked.bad else 0


def _send(config: Config, route: Route, events: list[Message]) -> int:
    """How many were sent. Raises KafkaFault, and Interrupted, which says how far it came."""
    sent = 0

    def acknowledged(events: int) -> None:
        nonlocal sent
        sent += events
        shown.update(events)

    if not events:
        return 0
    with progress("sending", total=len(events), unit=" events") as shown:
        try:
            asyncio.run(produce(config.kafka, route.topic, events, acknowledged))
        except KeyboardInterrupt as error:
            raise Interrupted(
                f"interrupted: of the events, the first {sent} were acknowledged, and any of the"
                f" next {AT_ONCE} may have been written"
            ) from error
    return sent


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


def _check(lines: Iterable[bytes], route: Route, shown: Progress) -> Checked:
    reader = Reader(route, wall_clock=time.time)
    good: list[Message] = []
    bad = 0
    for number, line in enumerate(lines, start=1):
        shown.update(1)
        if not line.strip():
            continue
        record = Record(Partition(route.topic, 0), number, int(time.time() * 1000), None, line)
        event = reader.read(record)
        if isinstance(event, Event):
            good.append((_key(event, record), line))
            for _, sentence in event.warnings:
                shown.say(f"line {number}: warning: {sentence}")
        else:
            bad += 1
            shown.say(f"line {number}: {event.rejected.message}")
    return Checked(good, bad)


def _key(event: Event, record: Record) -> bytes | None:
    """The customer, so that the customer's events share a partition; none where nobody is named."""
    nobody = lane_of(record, event.lane.brand, {})
    return None if event.lane == nobody else event.lane.customer.encode()
