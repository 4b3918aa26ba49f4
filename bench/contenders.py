"""Who is measured, and how each is started. All have 64 requests in flight at most, if they can."""

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench import tools
from bench.omeda import BRAND
from bench.workloads import Workload
from tests.system.broker import free_ports

CONCURRENCY = 64


class Course(NamedTuple):
    """Where a contender finds its records, and Omeda."""

    kind: str
    topic: str
    dead_letters: str
    group: str
    bootstrap_servers: str
    base_url: str
    url: str
    """Of the one service that takes *kind*."""
    work: Path


Command = Callable[[Course], list[str]]


class Contender(NamedTuple):
    """One way to deliver."""

    name: str
    command: Command
    says: str
    """What a reader must know of it to judge its figures."""
    slots: int = CONCURRENCY
    """How many requests it has in flight."""
    variant: bool = False
    """Of the bridge, with another setting: only where all are."""
    workloads: frozenset[str] = frozenset()
    """The only ones that it is for, where there are such."""


def bridge(course: Course, **chosen: Any) -> list[str]:
    """`omeda-bridge run`, with a configuration that it finds in a file."""
    return [sys.executable, "-m", "bridge", "run", "--config", str(_config(course, chosen))]


def replicas(course: Course, count: int) -> list[str]:
    """So many of them in one group."""
    config = _config(course, {})
    return [sys.executable, "-m", "bench.several", str(count), str(config)]


def _config(course: Course, chosen: Mapping[str, Any]) -> Path:
    for name in ("app-id", "input-id"):
        (course.work / name).write_text(f"an-{name}\n")
    config = course.work / f"{course.group}.yaml"
    config.write_text(json.dumps(_settings(course, **chosen)))
    return config


def _settings(course: Course, client: str = "direct", **delivery: Any) -> Mapping[str, Any]:
    files = {f"{name}_file": str(course.work / name.replace("_", "-")) for name in _CREDENTIALS}
    return {
        "kafka": {"bootstrap_servers": course.bootstrap_servers, "group_id": course.group},
        "routes": [{"topic": course.topic, "kind": course.kind, "brand": BRAND}],
        "brands": {BRAND: files},
        "omeda": {"base_url": course.base_url, "client": client},
        "delivery": {
            "concurrency": CONCURRENCY,
            "backlog_high": 8_000,
            "backlog_low": 6_000,
            **delivery,
        },
        "dead_letters": {"topic": course.dead_letters},
        "admin": {"host": "127.0.0.1", "port": free_ports(1)[0]},
        "log": {"level": "warning"},
    }


_CREDENTIALS = ("app_id", "input_id")


def bare(course: Course) -> list[str]:
    """The line without its duties."""
    return opponent([sys.executable, "-m", "bench.opponents.bare", course.kind], course)


def opponent(start: list[str], course: Course) -> list[str]:
    """A program that takes its course as arguments."""
    return [*start, course.topic, course.group, course.bootstrap_servers, course.url]


BRIDGE = "omeda-bridge"
WITHOUT = f"{BRIDGE}, no batching"
LOOP = [sys.executable, "-m", "bench.opponents.loop"]


def bridges() -> list[Contender]:
    """The bridge in each way that differs in cost; the first is what others are held against."""
    return [
        Contender(BRIDGE, bridge, "omeda.client: direct"),
        Contender(
            f"{BRIDGE}, session",
            partial(bridge, client="session"),
            "omeda.client: session",
            variant=True,
        ),
        Contender(
            WITHOUT,
            partial(bridge, coalesce=False),
            "delivery.coalesce: false, omeda.client: direct",
        ),
        Contender(
            f"{WITHOUT}, session",
            partial(bridge, client="session", coalesce=False),
            "delivery.coalesce: false, omeda.client: session",
            variant=True,
        ),
        Contender(
            f"{BRIDGE}, bulk",
            partial(bridge, bulk={"enabled": True}),
            "delivery.bulk: up to 100 customers in a request",
            workloads=frozenset(
                {"behaviors, 0 ms", "behaviors, 50 ms", "behaviors, 50 ms, spread"}
            ),
        ),
        *(
            Contender(
                f"{BRIDGE}, {count} processes",
                partial(replicas, count=count),
                f"{count} of them in one group, each with 64 requests in flight",
                slots=count * CONCURRENCY,
                workloads=frozenset({"orders, 0 ms", "orders, 50 ms"}),
            )
            for count in (2, 4)
        ),
    ]


def opponents(work: Path) -> list[Contender]:
    """Everyone else; what they need is fetched, or built, here."""
    faststream = [str(tools.environment("faststream")), "-m", "bench.opponents.faststream_app"]
    key_order = tools.key_order(work)
    return [
        Contender(
            "bare line",
            bare,
            "in order and batched, without the bridge's duties: rules, retries, time-outs, metrics",
        ),
        Contender(
            "Parallel Consumer",
            partial(opponent, key_order),
            f"Confluent's, {tools.PARALLEL_CONSUMER}, key order, 64 threads, java.net.http",
        ),
        Contender(
            "loop, gather and commit",
            partial(opponent, [*LOOP, "gather"]),
            "aiokafka and an aiohttp session; 64 at once, order within them is lost",
        ),
        Contender(
            "loop, one at a time",
            partial(opponent, [*LOOP, "one"]),
            "aiokafka and an aiohttp session; a commit after each poll",
            slots=1,
        ),
        Contender(
            "FastStream",
            partial(opponent, [*faststream, "ack"]),
            "acknowledges after the work: a consumer for each partition, one request in each",
            slots=4,
        ),
        Contender(
            "FastStream, 64 workers",
            partial(opponent, [*faststream, "ack_first"]),
            "acknowledges before the work: loses what is under way at a crash, keeps no order",
        ),
    ]


def fits(contender: Contender, workload: Workload) -> bool:
    """Whether it is in that workload."""
    if contender.workloads:
        return workload.name in contender.workloads
    if workload.kind == "order" and "no batching" in contender.name:
        return False  # nothing is batched of orders
    if workload.for_all:
        return True
    # What few requests at once are worth where each takes its time is told by the others.
    return not contender.variant and (contender.slots == CONCURRENCY or not workload.latency_ms)
