"""Reaching Kafka for the first time: again and again, until a time, or until a stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.refusals import why

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
CLOSE_SECONDS = 2.0


class Part(Protocol):
    """A client of Kafka's."""

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault."""

    async def close(self, *, seconds: float) -> None:
        """End within *seconds*, whatever state it is in."""


Client = TypeVar("Client", bound=Part)
Done = TypeVar("Done")


class Stopped(Exception):
    """The stop came before Kafka was reached."""


class Connecting:
    """One start's attempts, within `kafka.start_timeout_seconds` of its beginning."""

    def __init__(self, kafka: Kafka, stop: asyncio.Event) -> None:
        self._kafka = kafka
        self._stop = stop
        self._clock = asyncio.get_running_loop().time
        self._deadline = self._clock() + kafka.start_timeout_seconds

    async def reach(self, build: Callable[[], Client]) -> Client:
        """A client that has reached Kafka. Raises Stopped, KafkaFault, or what *build* raises.

        Each attempt is made with a new client, which looks the addresses up anew.
        """
        while True:
            client = build()
            try:
                await self._unless_stopped(client.connect())
            except KafkaFault as error:
                await client.close(seconds=CLOSE_SECONDS)
                told = why(self._kafka, error.__cause__ or error)
                self._check_time(await self._unless_stopped(told))
                await self._unless_stopped(asyncio.sleep(AGAIN_SECONDS))
            except Stopped:
                await client.close(seconds=CLOSE_SECONDS)
                raise
            else:
                return client

    def _check_time(self, error: str) -> None:
        servers = self._kafka.bootstrap_servers
        if self._clock() >= self._deadline:
            raise KafkaFault(
                f"Kafka could not be reached at {servers} within kafka.start_timeout_seconds"
                f" ({self._kafka.start_timeout_seconds:g}): {error}"
            )
        log.warning("Kafka cannot be reached at %s, trying again: %s", servers, error)

    async def _unless_stopped(self, work: Awaitable[Done]) -> Done:
        """Do *work*; raises Stopped, and gives it up, where the stop comes first."""
        task = asyncio.ensure_future(work)
        stop = asyncio.create_task(self._stop.wait(), name="stop")
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        if task.cancelled():
            raise Stopped
        return await task
