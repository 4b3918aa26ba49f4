"""What an event costs the bridge, while the records, their partitions or the customers grow."""

from collections.abc import Iterator

from bench import course
from bench.contenders import bridges
from bench.course import Place, Turn, slug
from bench.producing import Producer, topic
from bench.results import Run
from bench.workloads import Workload
from tests.system.writer import Writer

RECORDS = (10_000, 100_000, 1_000_000)
PARTITIONS = (1, 16, 256)
CUSTOMERS = (10, 1_000, 100_000)
AS_A_RULE = 30_000
PATIENCE_SECONDS = 600


def workloads() -> Iterator[Workload]:
    """One thing grows at a time. Orders: each is a request, and takes every step of the line."""
    for count in RECORDS:
        yield Workload(name=f"records: {count:,}", kind="order", events=count)
    for count in PARTITIONS:
        yield Workload(
            name=f"partitions: {count}", kind="order", events=AS_A_RULE, partitions=count
        )
    for count in PARTITIONS:
        yield Workload(
            name=f"partitions, all in one: {count}",
            kind="order",
            events=AS_A_RULE,
            partitions=count,
            in_one=True,
        )
    for count in CUSTOMERS:
        yield Workload(
            name=f"customers: {count:,}",
            kind="order",
            events=max(count, AS_A_RULE),
            customers=count,
        )


def grow(around: Place, scale: float) -> list[Run]:
    """Each once; *scale* makes records and customers fewer."""
    return [_grown(each, around._replace(patience=PATIENCE_SECONDS), scale) for each in workloads()]


def _grown(workload: Workload, around: Place, scale: float) -> Run:
    smaller = workload if scale >= 1 else workload.scaled(scale)
    there = topic(around.cluster, f"growth-{slug(workload.name)}", smaller)
    Producer(Writer(around.cluster.bootstrap_servers), smaller, there).write_all()
    run = course.standing(Turn(bridges()[0], smaller, 1), around, there)
    print(
        f"{workload.name:24} {run.delivered:6} of {run.produced},"
        f" {run.cpu_per_thousand:6.3f} CPU s per 1,000, {run.peak_bytes >> 20} MiB {run.note}",
        flush=True,
    )
    return run
