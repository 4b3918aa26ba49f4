"""Fixtures that several files of this folder ask for."""

import logging
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge.config.kafka import Kafka
from tests.edges import posting
from tests.edges.collecting import Collector, collecting
from tests.edges.configured import written
from tests.edges.embedded import Broker, running_broker
from tests.edges.filled import filled_topic
from tests.edges.simulated import Omeda, running
from tests.edges.visiting import Board, Visitor, open_port

EXPORTED_SECONDS = 20
"""Longer than a span's exporter waits before it tries again."""


@pytest.fixture
async def omeda() -> AsyncIterator[Omeda]:
    """A simulator with which nothing goes wrong."""
    async with running() as calm:
        yield calm


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    """One for all tests of a file."""
    with running_broker() as broker:
        yield broker


@pytest.fixture
def topic(broker: Broker) -> str:
    """One of the test's own, with records in each partition."""
    return filled_topic(broker)


@pytest.fixture
def kafka(broker: Broker, topic: str) -> Kafka:
    """A group that has read nothing yet."""
    return Kafka(bootstrap_servers=broker.address, group_id=f"group-of-{topic}")


@pytest.fixture
def loggers() -> Iterator[None]:
    """As they were, after a command that quiets what a client says of itself."""
    levels = {name: logging.getLogger(name).level for name in ("aiokafka", "asyncio")}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(params=["session", "direct"])
def either_client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test is made with each of the ways to make a request."""
    monkeypatch.setattr(posting, "client", request.param)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """Good settings for a Kafka that is not there."""
    for name in ("app-id", "input-id"):
        (tmp_path / name).write_text("a-secret\n")
    return {
        "kafka": {"bootstrap_servers": "127.0.0.1:1", "start_timeout_seconds": 300},
        "routes": [{"topic": "behaviors", "kind": "behavior", "brand": "DEMO"}],
        "brands": {
            "DEMO": {
                "app_id_file": str(tmp_path / "app-id"),
                "input_id_file": str(tmp_path / "input-id"),
            }
        },
        "admin": {"host": "127.0.0.1", "port": 0},
    }


@pytest.fixture
def config(settings: dict[str, Any], tmp_path: Path) -> Path:
    return written(settings, tmp_path)


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """At the admin port of a process that is well."""
    board = Board()
    async with open_port(board) as (admin, port), aiohttp.ClientSession() as session:
        yield Visitor(session, f"http://127.0.0.1:{port}", board, admin)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """That spans go to, at once."""
    with collecting() as found:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        yield found
        # What a test has left behind ends here: it would speak in the midst of the next one.
        found.status = 200
        found.goes_on.set()
        left = [each for each in threading.enumerate() if each.name.startswith("OtelBatch")]
        for thread in left:
            thread.join(EXPORTED_SECONDS)
        assert not any(thread.is_alive() for thread in left), left
