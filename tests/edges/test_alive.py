"""What `/livez` says: the event loop beats, and so does the poll loop once there is one."""

import asyncio
from typing import Self

import pytest

from bridge.app import LATE_BEAT_SECONDS, App
from bridge.config import Config
from bridge.config.kafka import Kafka
from bridge.config.settings import Brand, RouteSettings
from bridge.kafka.watchdog import Watchdog
from bridge.metrics import Metrics
from bridge.model import Kind
from tests.edges.test_watchdog import Client
from tests.flow.world import P0, World

pytestmark = pytest.mark.looptime

KAFKA = Kafka(bootstrap_servers="127.0.0.1:1", rebalance_timeout_seconds=40)
PATIENCE = 2 * 40 + LATE_BEAT_SECONDS


class Alive:
    """Use as a context manager: a process that has begun nothing, and what a test adds to it."""

    def __init__(self) -> None:
        config = Config(
            kafka=KAFKA,
            routes=[RouteSettings(topic="orders", kind=Kind.ORDER, brand="DEMO")],
            brands={"DEMO": Brand(app_id_file="/a", input_id_file="/i")},
        )
        self.app = App(config, Metrics())
        self.client = Client()
        self.world = World(P0)
        self._beating = asyncio.create_task(self.app._beat())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.block()

    def block(self) -> None:
        """The event loop beats no more."""
        self._beating.cancel()

    def join(self) -> None:
        """The line is there; it has polled now, and does not again."""
        self.app._pipeline = self.world.pipeline
        self.app._watchdog = Watchdog(
            *(KAFKA, self.client),
            stalled=lambda: None,
            renewed=lambda: None,
            fault=self.app.fault,
        )
        self.poll()

    def poll(self) -> None:
        self.world.pipeline._intake.last_poll = self.world.now


async def test_a_process_lives_that_waits_for_kafka_however_long() -> None:
    async with Alive() as process:
        await asyncio.sleep(600)
        assert process.app.alive()


async def test_a_loop_that_does_not_beat_any_more_is_dead() -> None:
    async with Alive() as process:
        await asyncio.sleep(10)
        process.block()
        await asyncio.sleep(LATE_BEAT_SECONDS - 1)
        assert process.app.alive()
        await asyncio.sleep(2)
        assert not process.app.alive()


async def test_a_poll_loop_that_does_not_come_round_any_more_is_dead() -> None:
    async with Alive() as process:
        process.join()
        await asyncio.sleep(PATIENCE - 1)
        assert process.app.alive()
        await asyncio.sleep(2)
        assert not process.app.alive()
        process.poll()
        assert process.app.alive()


async def test_a_poll_may_take_as_long_as_the_group_is_being_joined() -> None:
    async with Alive() as process:
        process.join()
        process.client.rebalancing = True
        await asyncio.sleep(2 * PATIENCE)
        assert process.app.alive()
        process.client.rebalancing = False
        assert not process.app.alive()


async def test_a_loop_that_does_not_beat_is_dead_also_while_the_group_is_being_joined() -> None:
    async with Alive() as process:
        process.join()
        process.client.rebalancing = True
        await asyncio.sleep(1)
        process.block()
        await asyncio.sleep(LATE_BEAT_SECONDS + 1)
        assert not process.app.alive()
