"""A bridge with its admin port open, and all that it needs, in this process and on loopback."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from bridge.app import App
from bridge.config import Config, Secret
from bridge.config.delivery import Breaker, Delivery, Retry
from bridge.config.kafka import Kafka
from bridge.config.settings import Admin, Brand, Omeda, RouteSettings
from bridge.demo.broker import EmbeddedBroker, embedded_broker
from bridge.demo.events import BEHAVIORS, ORDERS, UNKNOWN_CUSTOMER, Sample, samples
from bridge.metrics import Metrics
from bridge.model import Kind
from bridge.simulator import (
    CustomerRules,
    FaultRule,
    Latency,
    Scenario,
    Simulator,
)

BRAND = "DEMO"
APP_ID, INPUT_ID, USER = "invented-app-id", "invented-input-id", "invented-user"
READY_SECONDS = 30.0
STEP_SECONDS = 0.1

WEATHER = Scenario(
    latency=Latency(base_seconds=0.01, jitter_seconds=0.03),
    customers=CustomerRules(unknown=frozenset({UNKNOWN_CUSTOMER})),
)


def failing(status: int, service: str = "order", probability: float = 1.0) -> FaultRule:
    """Requests to *service* are answered with *status*."""
    rule = {
        "effect": {"type": "status", "status": status},
        "service": service,
        "probability": probability,
    }
    return msgspec.convert(rule, FaultRule)


class Stage:
    """What a test may do: let events flow, and let Omeda fail."""

    def __init__(self, broker: EmbeddedBroker, simulator: Simulator, port: int) -> None:
        self._samples = samples(10_000_000)
        self._broker = broker
        self.simulator = simulator
        self.port = port
        self.per_second = 0
        """Events produced; may be changed at any time."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def produce(self, *records: Sample) -> None:
        for record in records:
            self._broker.produce(record)

    async def flow(self) -> None:
        """Produce for ever."""
        owed = 0.0
        while True:
            await asyncio.sleep(STEP_SECONDS)
            owed += self.per_second * STEP_SECONDS
            self.produce(*itertools.islice(self._samples, int(owed)))
            owed -= int(owed)


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """A bridge that has joined its group."""
    with embedded_broker() as broker:
        simulator = Simulator(WEATHER, keep_bodies=False)
        await simulator.start()
        stage = Stage(broker, simulator, _free_port())
        app = App(_config(broker.address, simulator.url, stage.port), Metrics())
        running = asyncio.create_task(app.run(), name="bridge")
        flowing = asyncio.create_task(stage.flow(), name="producer")
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not app.ready():  # noqa: ASYNC110 - readiness is announced to nobody
                    await asyncio.sleep(0.05)
            yield stage
        finally:
            flowing.cancel()
            app.stop()
            await running
            await simulator.stop()


def _config(address: str, base_url: str, port: int) -> Config:
    return Config(
        kafka=Kafka(bootstrap_servers=address, group_id="omeda-bridge"),
        routes=[
            RouteSettings(topic=BEHAVIORS, kind=Kind.BEHAVIOR, brand=BRAND),
            RouteSettings(topic=ORDERS, kind=Kind.ORDER, brand=BRAND),
        ],
        brands={BRAND: Brand(app_id=Secret(APP_ID), input_id=Secret(INPUT_ID))},
        omeda=Omeda(base_url=base_url),
        delivery=Delivery(
            probe_seconds=1,
            breaker=Breaker(open_seconds=0.5, max_open_seconds=1),
            retry=Retry(initial_seconds=0.2, max_seconds=2),
        ),
        admin=Admin(host="127.0.0.1", port=port),
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
