"""What a process of the bridge needs: memory by its backlog, CPU by its events.

    python -m bench.sizing [--events 10000]

Starts a Kafka of its own. Memory is the resident size with a full backlog, while Omeda takes an
event each four seconds. CPU is what the process used for a standing backlog, one event a request.
The stand-in for Omeda and the broker share the machine: rates are a lower bound.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from tests.system.bridge_process import BridgeProcess
from tests.system.broker import FLAGS, Broker
from tests.system.events import Event
from tests.system.waiting import eventually
from tests.system.world import World

BACKLOGS = (8_000, 40_000)
"""Only one of the two topics is filled, and a topic has half of it."""
SIZES = (300, 2_000)
"""Bytes of an event's value, about."""
PATIENCE_SECONDS = 120
MEBIBYTE = 1024 * 1024


@contextmanager
def world(broker: Broker, name: str) -> Iterator[World]:
    """Around one bridge; what its end prints for a test is dropped."""
    with (
        redirect_stdout(StringIO()),
        tempfile.TemporaryDirectory() as work,
        World(broker.bootstrap_servers, name=name, work=Path(work)) as around,
    ):
        around.create_topics()
        yield around


def delivery(**settings: Any) -> dict[str, Any]:
    """The defaults of the bridge rather than the tests'."""
    common = {"concurrency": 32, "backlog_bytes": 256 * MEBIBYTE, "backlog_high": 4_000}
    return {"delivery": {**common, "backlog_low": 2_000, **settings}}


def events(around: World, count: int, size: int) -> list[Event]:
    """Orders of about *size* bytes."""
    padding = "x" * max(0, size - 250)
    return [
        around.author.order(1000 + number % 5_000, PromoCode=padding) for number in range(count)
    ]


def memory(broker: Broker, backlog: int, size: int) -> str:
    """With a full backlog, above that of an idle process."""
    with world(broker, f"memory-{backlog}-{size}") as around:
        around.omeda.latency = 4
        settings = {"backlog_high": backlog, "backlog_low": backlog // 2, "concurrency": 1}
        bridge = around.ready_bridge(delivery(**settings))
        idle = bridge.resident_bytes()
        around.produce(events(around, backlog * 2, size))
        held = await_full(bridge, backlog)
        time.sleep(3)
        grown = bridge.resident_bytes() - idle
    return (
        f"{held:6.0f} events of {size:5} B in hand: {idle / MEBIBYTE:4.0f} MiB idle,"
        f" {grown / MEBIBYTE:+5.0f} MiB, {grown / held:5.0f} B each"
    )


def await_full(bridge: BridgeProcess, backlog: int) -> float:
    """How many records are in hand, once no more are taken in."""
    seen = [0.0]

    def full() -> bool:
        seen.append(bridge.metrics()["omeda_bridge_backlog_records"])
        return seen[-1] > backlog * 0.4 and seen[-1] == seen[-2]

    eventually("the backlog is full", full, within=PATIENCE_SECONDS, instead=lambda: seen[-1])
    return seen[-1]


def cpu(broker: Broker, count: int, latency: float) -> str:
    """Of *count* events that wait, with an Omeda that answers after *latency* seconds."""
    with world(broker, f"cpu-{latency * 1000:.0f}") as around:
        around.omeda.down = True
        around.omeda.latency = latency
        around.produce(around.author.mixed(count))
        bridge = around.ready_bridge(delivery())
        around.omeda.down = False
        around.await_more_accepted(count // 10, within=PATIENCE_SECONDS)
        before, began = at_work(around, bridge), time.monotonic()
        around.await_delivered(within=PATIENCE_SECONDS)
        after, seconds = at_work(around, bridge), time.monotonic() - began
    sent, used = after[0] - before[0], after[1] - before[1]
    return (
        f"latency {latency * 1000:4.0f} ms: {used / sent * 1000:.2f} s of CPU for 1,000 events,"
        f" {sent / seconds:5.0f} events/s, {used / seconds * 100:3.0f} % of a core"
    )


def at_work(around: World, bridge: BridgeProcess) -> tuple[int, float]:
    """Events accepted so far, and seconds of CPU."""
    return len(around.omeda.accepted), bridge.metrics()["process_cpu_seconds_total"]


def main() -> None:
    """Print one line for each case."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=10_000)
    count = arguments.parse_args().events
    with tempfile.TemporaryDirectory() as directory:
        broker = Broker(Path(directory), flags=FLAGS)
        try:
            broker.start()
            for latency in (0.0, 0.05):
                print(cpu(broker, count, latency), flush=True)
            for backlog in BACKLOGS:
                for size in SIZES:
                    print(memory(broker, backlog, size), flush=True)
        finally:
            broker.stop()


if __name__ == "__main__":
    main()
