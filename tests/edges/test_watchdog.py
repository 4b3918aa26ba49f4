"""A Kafka client that no longer works is noticed, and another takes its place."""

import asyncio
from collections.abc import Callable
from typing import Self

import pytest

from bridge.config.kafka import Kafka
from bridge.errors import BridgeError, Fault, KafkaFault
from bridge.kafka.watchdog import AGAIN_SECONDS, MOST_RENEWALS, WELL_SECONDS, Watchdog

pytestmark = pytest.mark.looptime

KAFKA = Kafka(bootstrap_servers="127.0.0.1:1", session_timeout_seconds=45)
PATIENCE = 85
"""A session and a rebalance."""


class Client:
    """A source whose client works, until a test says otherwise."""

    def __init__(self) -> None:
        self.proven_at = float("-inf")
        self.polling_since: float | None = None
        self.rebalancing = False
        self.renewals = 0
        self.reachable = True
        self.reach_seconds = 0.0
        self.error: Exception | None = None

    async def renew(self, needed: Callable[[], bool]) -> bool:
        if self.error is not None:
            raise self.error
        if not self.reachable:
            raise KafkaFault("nobody answers")
        await asyncio.sleep(self.reach_seconds)
        if needed():
            self.renewals += 1
        return needed()

    async def prove(self) -> None:
        """Heartbeats are answered from now on."""
        while True:
            self.proven_at = asyncio.get_running_loop().time()
            await asyncio.sleep(3)


class Watched:
    """Use as a context manager: a watchdog that runs."""

    def __init__(self, *, alive: bool = True) -> None:
        self.client = Client()
        self.stalled: str | None = None
        self.renewed = 0
        self.faults: list[BridgeError] = []
        self.watchdog = Watchdog(
            KAFKA,
            self.client,
            stalled=lambda: self.stalled,
            renewed=self._count,
            fault=self.faults.append,
        )
        self.beating = asyncio.create_task(self.client.prove()) if alive else None
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watching = asyncio.create_task(self.watchdog.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (self.beating, self._watching):
            if task is not None:
                task.cancel()

    def die(self) -> None:
        """No heartbeat is answered from now on."""
        assert self.beating is not None
        self.beating.cancel()

    def _count(self) -> None:
        self.renewed += 1


async def test_a_client_that_works_is_left_alone() -> None:
    async with Watched() as world:
        await asyncio.sleep(3600)

        assert world.client.renewals == 0
        assert not world.watchdog.busy


async def test_a_group_that_is_silent_for_a_session_and_a_rebalance_gets_a_new_client() -> None:
    async with Watched() as world:
        await asyncio.sleep(100)
        world.die()
        await asyncio.sleep(PATIENCE - 5)
        assert world.client.renewals == 0

        await asyncio.sleep(10)

        assert world.client.renewals == 1
        assert world.renewed == 1


async def test_a_first_join_that_never_ends_is_silence_too() -> None:
    async with Watched(alive=False) as world:
        await asyncio.sleep(PATIENCE + 3)

        assert world.client.renewals == 1


async def test_what_this_process_slept_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Watched() as world:
        await asyncio.sleep(10)
        loop_time = world.watchdog._clock
        monkeypatch.setattr(world.watchdog, "_clock", lambda: loop_time() + 3600)
        await asyncio.sleep(30)

        assert world.client.renewals == 0


async def test_a_poll_that_does_not_come_back_is_noticed() -> None:
    async with Watched() as world:
        world.client.polling_since = asyncio.get_running_loop().time()
        await asyncio.sleep(PATIENCE - 2)
        assert world.client.renewals == 0
        await asyncio.sleep(4)

        assert world.client.renewals == 1


async def test_what_the_client_reports_is_acted_upon_at_once_and_only_once() -> None:
    async with Watched() as world:
        world.watchdog.report(Fault("the Kafka client has stopped working"))
        await asyncio.sleep(20)

        assert world.client.renewals == 1
        assert not world.watchdog.busy


async def test_a_partition_that_brings_nothing_is_a_reason() -> None:
    async with Watched() as world:
        world.stalled = "nothing comes of behaviors-0"
        await asyncio.sleep(1.5)

        assert world.client.renewals == 1


async def test_an_outage_is_waited_for_however_long_and_ends_no_process() -> None:
    async with Watched() as world:
        world.client.reachable = False
        world.die()
        await asyncio.sleep(3600)
        assert world.watchdog.busy
        assert not world.faults

        world.client.reachable = True
        await asyncio.sleep(AGAIN_SECONDS + 2)

        assert world.client.renewals == 1


async def test_a_client_that_recovers_in_the_meantime_stays() -> None:
    async with Watched() as world:
        world.client.reachable = False
        world.die()
        await asyncio.sleep(600)
        world.beating = asyncio.create_task(world.client.prove())
        await asyncio.sleep(AGAIN_SECONDS + 2)
        world.client.reachable = True
        await asyncio.sleep(60)

        assert world.client.renewals == 0
        assert not world.watchdog.busy


async def test_a_client_that_recovers_while_another_reaches_kafka_stays() -> None:
    """The end of an outage is often seen by both, and a new one would cost a rebalance."""
    async with Watched() as world:
        world.client.reach_seconds = 10
        world.die()
        await asyncio.sleep(PATIENCE + 3)
        assert world.watchdog.busy
        world.beating = asyncio.create_task(world.client.prove())
        await asyncio.sleep(60)

        assert (world.client.renewals, world.renewed) == (0, 0)
        assert not world.watchdog.busy


async def test_a_client_that_reported_its_end_goes_whatever_the_group_says_meanwhile() -> None:
    async with Watched() as world:
        world.client.reach_seconds = 10
        world.watchdog.report(Fault("the Kafka client has stopped working"))
        await asyncio.sleep(20)

        assert world.client.renewals == 1


async def test_new_clients_that_do_not_help_end_the_process() -> None:
    async with Watched() as world:
        world.stalled = "nothing comes of behaviors-0"
        await asyncio.sleep(60)

        assert world.client.renewals == MOST_RENEWALS
        [fault] = world.faults
        assert f"{MOST_RENEWALS} new Kafka clients in a row did not help" in str(fault)
        assert "nothing comes of behaviors-0" in str(fault)


async def test_troubles_far_apart_are_not_in_a_row() -> None:
    async with Watched() as world:
        for _ in range(3 * MOST_RENEWALS):
            world.watchdog.report(Fault("died"))
            await asyncio.sleep(WELL_SECONDS + 5)

        assert world.client.renewals == 3 * MOST_RENEWALS
        assert not world.faults


async def test_a_replacement_that_fails_half_way_ends_the_process() -> None:
    """What is owned is not known then."""
    async with Watched() as world:
        world.client.error = LookupError("a bug")
        world.watchdog.report(Fault("died"))
        await asyncio.sleep(20)

        [fault] = world.faults
        assert "LookupError('a bug')" in str(fault)
