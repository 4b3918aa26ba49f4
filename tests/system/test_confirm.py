"""Orders are followed at the simulator until they have landed, through the end of a process."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bridge.simulator import Scenario, Simulator
from bridge.simulator.transactions import Course, TransactionRules
from tests.system.settings import SOON_MISSED, Sections, merged
from tests.system.test_receipts import create_receipts_topic, kept, receipts_of
from tests.system.test_trace import Tracing
from tests.system.world import World

START_SECONDS = 10
FAILING, HELD = 2001, 2002
RULES = TransactionRules(
    state_seconds=0.2,
    courses=(
        Course(states=(0, 7, 9), customers=frozenset({FAILING})),
        Course(states=(0, 7, 3), customers=frozenset({HELD})),
    ),
)


@contextmanager
def simulated() -> Iterator[str]:
    """The base URL of a simulator that runs in a thread of its own."""
    urls: list[str] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        simulator = Simulator(Scenario(transactions=RULES), keep_bodies=False)
        urls.append(await simulator.start())
        ready.set()
        await stop.wait()
        await simulator.stop()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="simulator")
    thread.start()
    assert ready.wait(START_SECONDS)
    try:
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def following(world: World, url: str, *, first_seconds: float) -> Sections:
    confirm = {
        "enabled": True,
        "requests_per_second": 20,
        "first_seconds": first_seconds,
        "max_wait_seconds": 20,
        "end_seconds": 600,
    }
    around: Sections = {"confirm": confirm, "omeda": {"base_url": url}}
    return merged(SOON_MISSED, kept(world, required=True), around)


def later(world: World) -> dict[str, int]:
    """How many receipts there are of each outcome that came after the acceptance."""
    found: dict[str, int] = {}
    for receipt in receipts_of(world):
        found[receipt["outcome"]] = found.get(receipt["outcome"], 0) + 1
    found.pop("delivered", None)
    return found


def await_later(world: World, **counts: int) -> None:
    world.eventually(
        f"outcomes are {counts}",
        lambda: later(world) == counts,
        within=60,
        instead=lambda: later(world),
    )


def test_orders_are_told_of_when_they_have_landed_failed_or_are_held(world: World) -> None:
    world.create_topics()
    create_receipts_topic(world)
    tracing = Tracing(world)
    with simulated() as url:
        settings = following(world, url, first_seconds=1)
        bridge = world.ready_bridge(settings)
        customers = [FAILING, HELD, *range(1001, 1021)]
        orders = world.produce([world.author.order(customer) for customer in customers])
        world.produce([world.author.behavior(1001)])
        await_later(world, landed=20, failed=1, held=1)

        failed, held, landed = (tracing.at(one.partition, one.offset) for one in orders[:3])
        assert (failed["state"], failed["customer"]) == ("failed", str(FAILING))
        assert (held["state"], landed["state"]) == ("held", "landed")
        assert {one["transaction_id"] for one in landed["receipts"]} == {landed["transaction_id"]}
        metrics = bridge.metrics()
        assert metrics["omeda_bridge_orders_ended_total"] == 22
        assert metrics["omeda_bridge_landing_seconds_count"] == 20
        assert f"transaction {failed['transaction_id']}: failed (Omeda's status 9)" in _told(bridge)


def test_orders_that_a_killed_process_followed_are_followed_by_the_next(world: World) -> None:
    world.create_topics()
    create_receipts_topic(world)
    with simulated() as url:
        first = world.ready_bridge(following(world, url, first_seconds=20))
        world.produce([world.author.order(customer) for customer in range(1001, 1021)])
        world.await_committed_to_the_end()
        first.kill()
        assert later(world) == {}

        second = world.start_bridge(following(world, url, first_seconds=1))
        await_later(world, landed=20)

        assert second.told("20 orders are followed that were accepted earlier") == 1


def _told(bridge: Any) -> str:
    lines = bridge.log.read_text().splitlines()
    return "\n".join(json.loads(line)["message"] for line in lines if line.startswith("{"))
