"""A process with an admin port, and an operator who asks there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp

from bridge.admin import Admin
from bridge.config.settings import Admin as AdminSettings
from bridge.metrics import Metrics
from bridge.metrics.catalogue import FAMILY
from bridge.model import Kind, Partition, Route, Service
from bridge.monitor import Monitor
from bridge.status import PartitionStatus, ServiceStatus, Status

SERVICE = Service("DEMO", Kind.BEHAVIOR)
ROUTE = Route("behaviors", SERVICE)
SHOWN = {"kafka": {"group_id": "a-group"}}


class Process:
    """A process as the probes see it."""

    def __init__(self) -> None:
        self.living = True
        self.joined = False
        self.partitions: list[PartitionStatus] = []

    def alive(self) -> bool:
        return self.living

    def ready(self) -> bool:
        return self.joined

    def status(self) -> Status:
        service = ServiceStatus("DEMO", "behavior", 2, limit=8, breaker=0, halted=None)
        return Status("running", 3, 210, 4000, 32, self.partitions, [service])


def owned(number: int, *, lag: int | None = 7, oldest: float | None = 1.5e9) -> PartitionStatus:
    return PartitionStatus(
        "behaviors", number, "DEMO", "behavior", True, 3, 42, lag, oldest, map_characters=12
    )


class Asked(NamedTuple):
    status: int
    content_type: str
    text: str


class Operator:
    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._url = f"http://127.0.0.1:{port}"

    async def ask(self, path: str, *, accept: str = "*/*", method: str = "GET") -> Asked:
        headers = {"Accept": accept}
        async with self._session.request(method, self._url + path, headers=headers) as reply:
            return Asked(reply.status, reply.headers["Content-Type"], await reply.text())

    async def json(self, path: str) -> Any:
        async with self._session.get(self._url + path) as reply:
            return await reply.json()


def admin_of(
    process: Process, metrics: Metrics, *, host: str = "127.0.0.1", port: int = 0
) -> Admin:
    monitor = Monitor(
        [SERVICE],
        process.status,
        metrics,
        bounds=FAMILY["delivery_delay_seconds"].buckets,
        clock=asyncio.get_running_loop().time,
    )
    return Admin(AdminSettings(host=host, port=port), process, metrics.expose, monitor, SHOWN)


@asynccontextmanager
async def serving(process: Process, metrics: Metrics | None = None) -> AsyncIterator[Operator]:
    metrics = metrics or Metrics()
    metrics.watch(process.status)
    admin = admin_of(process, metrics)
    port = await admin.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Operator(session, port)
    finally:
        await admin.stop()


def busy_metrics() -> Metrics:
    """Every family with a sample of each of its labels."""
    metrics = Metrics()
    metrics.begin([ROUTE])
    metrics.describe_config(group_id="a-group")
    metrics.consumed(SERVICE, Partition("behaviors", 0), 3)
    metrics.skipped(SERVICE, 1)
    metrics.delivered(SERVICE, [0.2])
    metrics.rejected(SERVICE, "refused")
    metrics.dead_letter_failed(SERVICE)
    metrics.requested(SERVICE, "delivered", 200, 0.1, 1)
    metrics.refused(SERVICE, ["behavior_not_found"])
    metrics.rate_limited(SERVICE, 0.5)
    metrics.merge_followed(SERVICE)
    metrics.parted(SERVICE, 8)
    metrics.rule_broken(SERVICE, "phone_form", "warn")
    metrics.outcome_unknown(SERVICE)
    metrics.backed_off(SERVICE, "timeout", 0.5)
    metrics.receipts_written(SERVICE, 2)
    metrics.receipts_failed(SERVICE, 1)
    metrics.receipts_lost(SERVICE, 1)
    metrics.order_not_followed(SERVICE)
    metrics.order_looked_up(SERVICE, None)
    metrics.order_ended(SERVICE, "landed", 40)
    metrics.rebalanced()
    metrics.committed("ok", 0.01)
    metrics.overflowed(1)
    metrics.loop_lag(0.001)
    return metrics
