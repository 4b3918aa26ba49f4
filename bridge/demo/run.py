"""The demo's run: broker, simulator, producer and bridge, and the account at the end."""

import asyncio
import signal
import time

from rich.console import Console

from bridge.app import App
from bridge.config import Config, Secret
from bridge.config.delivery import Delivery, Retry
from bridge.config.kafka import Kafka
from bridge.config.settings import Admin, Brand, Omeda, RouteSettings
from bridge.demo.account import Account, close, progress
from bridge.demo.broker import EmbeddedBroker, embedded_broker
from bridge.demo.events import BEHAVIORS, ORDERS, UNKNOWN_CUSTOMER, samples
from bridge.demo.view import View
from bridge.metrics import Metrics
from bridge.model import Kind
from bridge.simulator import (
    CustomerRules,
    FaultRule,
    Latency,
    Reset,
    Scenario,
    Simulator,
    StatusAnswer,
)

EVENTS = 4000
"""Produced within ten seconds; the whole demo takes well under a minute."""
PRODUCED_PER_SECOND = 400
LIMIT_SECONDS = 50.0
REFRESH_SECONDS = 0.1
BRAND = "DEMO"

WEATHER = Scenario(
    latency=Latency(base_seconds=0.01, jitter_seconds=0.03),
    customers=CustomerRules(unknown=frozenset({UNKNOWN_CUSTOMER})),
    faults=(
        # An outage of three seconds, and now and then a connection that breaks.
        FaultRule(StatusAnswer(503, retry_after=1), from_seconds=7, for_seconds=3),
        FaultRule(Reset(), probability=0.005),
    ),
)


async def demo(console: Console, port: int) -> bool:
    """Run the whole demo. True: the account balances."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with embedded_broker() as broker:
        simulator = Simulator(WEATHER)
        await simulator.start()
        try:
            return await _bridge(console, port, broker, simulator, stop)
        finally:
            await simulator.stop()


async def _bridge(
    console: Console,
    port: int,
    broker: EmbeddedBroker,
    simulator: Simulator,
    stop: asyncio.Event,
) -> bool:
    metrics = Metrics()
    app = App(config(broker.address, simulator.url, port), metrics)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(app.run(), name="bridge")
        producing = tasks.create_task(_produce(broker, stop), name="producer")
        await _watch(console, app, metrics, broker, stop)
        producing.cancel()
        app.stop()
    if stop.is_set():
        console.print("Stopped before the end; what was under way has ended.")
        return True
    account = close(metrics, broker.acknowledged, simulator.books.accepted)
    _print(console, account)
    return account.balanced


async def _produce(broker: EmbeddedBroker, stop: asyncio.Event) -> None:
    for index, sample in enumerate(samples(EVENTS)):
        broker.produce(sample)
        if index % (PRODUCED_PER_SECOND // 10) == 0:
            await asyncio.sleep(0.1)
        if stop.is_set():
            return
    await asyncio.to_thread(broker.flush, 5.0)


async def _watch(
    console: Console, app: App, metrics: Metrics, broker: EmbeddedBroker, stop: asyncio.Event
) -> None:
    """Draw until everything has ended, time is up, or somebody has seen enough."""
    deadline = time.monotonic() + LIMIT_SECONDS
    with View(console, EVENTS) as view:
        while time.monotonic() < deadline and not stop.is_set():
            account = progress(metrics, broker.acknowledged)
            view.show(account, app.status())
            if account.delivered + account.dead_lettered >= EVENTS:
                return
            await asyncio.sleep(REFRESH_SECONDS)


def config(address: str, base_url: str, port: int) -> Config:
    """The demo's configuration: everything embedded, retries quick enough to be watched."""
    return Config(
        kafka=Kafka(bootstrap_servers=address, group_id="omeda-bridge-demo"),
        routes=[
            RouteSettings(topic=BEHAVIORS, kind=Kind.BEHAVIOR, brand=BRAND),
            RouteSettings(topic=ORDERS, kind=Kind.ORDER, brand=BRAND),
        ],
        brands={BRAND: Brand(app_id=Secret("demo-app-id"), input_id=Secret("demo-input-id"))},
        omeda=Omeda(base_url=base_url),
        delivery=Delivery(retry=Retry(initial_seconds=0.2, max_seconds=5)),
        admin=Admin(host="127.0.0.1", port=port),
    )


def _print(console: Console, account: Account) -> None:
    verdict = "[green]balanced[/]" if account.balanced else "[red]NOT balanced[/]"
    console.print(f"  produced       {account.produced:>6,}")
    console.print(f"  delivered      {account.delivered:>6,}   (tried again: {account.retried:,})")
    console.print(f"  dead letters   {account.dead_lettered:>6,}")
    console.print(f"  in Omeda       {account.accepted:>6,}   (by the simulator's own books)")
    console.print(f"  out of order   {account.out_of_order:>6,}")
    console.print(f"  {verdict}: produced = delivered + dead letters, in order for each customer")
