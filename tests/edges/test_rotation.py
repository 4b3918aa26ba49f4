"""Credentials that change while the service runs."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge import app as app_module
from bridge.config import Config
from bridge.config.kafka import Kafka
from bridge.config.settings import Admin, Brand, Omeda, RouteSettings
from bridge.metrics import Metrics
from bridge.model import Kind
from bridge.simulator import Simulator
from tests.edges.embedded import Broker, running_broker
from tests.edges.serving import serving
from tests.edges.wire import Wire, listening, until

TOPIC = "behaviors"
SEEN_SECONDS = app_module.CREDENTIALS_SECONDS + 5


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        broker.create(TOPIC)
        broker.create("omeda.dead-letters")
        yield broker


def behavior(customer: int) -> bytes:
    done = {"BehaviorId": 7, "BehaviorDate": "2026-03-02 09:30:00"}
    return json.dumps({"OmedaCustomerId": customer, "CustomerBehaviors": [done]}).encode()


@asynccontextmanager
async def delivering(broker: Broker, base_url: str, secrets: Path) -> AsyncIterator[Metrics]:
    """The service, from *broker* to *base_url*, with the credentials in *secrets*."""
    config = Config(
        kafka=Kafka(bootstrap_servers=broker.address, group_id=f"group-{secrets.name}"),
        routes=[RouteSettings(topic=TOPIC, kind=Kind.BEHAVIOR, brand="DEMO")],
        brands={
            "DEMO": Brand(
                app_id_file=str(secrets / "app-id"), input_id_file=str(secrets / "input-id")
            )
        },
        omeda=Omeda(base_url=base_url),
        admin=Admin(host="127.0.0.1", port=0),
    )
    async with serving(config) as metrics:
        yield metrics


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    (tmp_path / "app-id").write_text("first-app\n")
    (tmp_path / "input-id").write_text("first-input\n")
    return tmp_path


def shown(wire: Wire) -> list[tuple[str, str]]:
    return [
        (heard.headers["x-omeda-appid"], heard.headers["x-omeda-inputid"]) for heard in wire.heard
    ]


@pytest.mark.slow
async def test_rotated_credentials_are_used_without_a_restart(
    broker: Broker, secrets: Path
) -> None:
    async with listening() as wire:
        async with delivering(broker, f"http://{wire.address}/rest", secrets) as metrics:
            broker.write(TOPIC, [behavior(1)])
            await until(lambda: len(wire.heard) == 1, seconds=20)
            # As Kubernetes does it: a file appears beside the old one and takes its place.
            fresh = secrets / "fresh"
            fresh.write_text("second-app\n")
            fresh.replace(secrets / "app-id")
            number = 1
            async with asyncio.timeout(SEEN_SECONDS):
                while shown(wire)[-1][0] == "first-app":
                    number += 1
                    broker.write(TOPIC, [behavior(number)])
                    await until(lambda: len(wire.heard) == number)  # noqa: B023 - awaited here

        assert shown(wire)[0] == ("first-app", "first-input")
        assert shown(wire)[-1] == ("second-app", "first-input")
        assert metrics.total("records_settled_total", outcome="delivered") == number


@pytest.mark.slow
async def test_credentials_that_vanish_or_are_empty_for_a_moment_change_nothing(
    broker: Broker, secrets: Path
) -> None:
    simulator = Simulator()
    url = await simulator.start()
    try:
        async with delivering(broker, url, secrets):
            await accepts(simulator, broker)
            (secrets / "app-id").unlink()
            (secrets / "input-id").write_text("\n")
            await asyncio.sleep(app_module.CREDENTIALS_SECONDS + 0.5)
            await accepts(simulator, broker)
    finally:
        await simulator.stop()


async def accepts(simulator: Simulator, broker: Broker) -> None:
    before = len(simulator.books.accepted)
    broker.write(TOPIC, [behavior(before)])
    await until(lambda: len(simulator.books.accepted) > before, seconds=20)
