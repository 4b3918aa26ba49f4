"""Notices a Kafka client that no longer does its work, and has another put in its place.

aiokafka recovers from most of what can happen. What it does not recover from is noticed here:

* a background task of it that died: at once;
* a group that proves nothing any more, because the coordinator never comes back or all brokers
  have moved to other addresses: after a session and a rebalance;
* a poll that does not come back: after the same time;
* a partition that Kafka says has more, and of which nothing comes (`Stall`).
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bridge.config.kafka import Kafka
from bridge.errors import BridgeError, Fault, KafkaFault

log = logging.getLogger(__name__)

PERIOD_SECONDS = 1.0
"""Between two looks. One that comes much later than that is a process that was frozen, and no
trouble of Kafka's."""

AGAIN_SECONDS = 5.0
"""Between two attempts to reach Kafka with a new client."""

MOST_RENEWALS = 5
"""In a row; then the process ends, for a restart to cure what this could not."""

WELL_SECONDS = 120.0
"""A client that has worked for so long ends the row."""


class Source(Protocol):
    """What is watched."""

    @property
    def proven_at(self) -> float:
        """When the group last proved the membership; only whether it changes matters."""

    @property
    def polling_since(self) -> float | None:
        """When the poll that is under way began, on the loop's clock."""

    @property
    def rebalancing(self) -> bool:
        """The group is being joined."""

    async def renew(self, needed: Callable[[], bool]) -> bool:
        """Put a new client in the place of the one there is. Raises KafkaFault.

        *needed* is asked once Kafka was reached anew, before anything is given up. False: the
        one there is stays.
        """


class Watchdog:
    """Runs beside the line. *fault* is told when the process cannot go on."""

    def __init__(
        self,
        kafka: Kafka,
        source: Source,
        *,
        stalled: Callable[[], str | None],
        renewed: Callable[[], None],
        fault: Callable[[BridgeError], None],
    ) -> None:
        self._patience = kafka.session_timeout_seconds + kafka.rebalance_timeout_seconds
        self._source = source
        self._stalled = stalled
        self._renewed = renewed
        self._fault = fault
        self._clock = asyncio.get_running_loop().time
        self._reported: str | None = None
        self._trouble: str | None = None
        self._renewals = 0
        self._begin()

    @property
    def busy(self) -> bool:
        """The group is being joined, or a client replaced: polls may take as long as that does."""
        return self._trouble is not None or self._source.rebalancing

    def report(self, fault: Fault) -> None:
        """The client says itself that it cannot go on."""
        self._reported = str(fault)

    async def run(self) -> None:
        """Watch until cancelled, or until *fault* was told."""
        try:
            while True:
                await asyncio.sleep(PERIOD_SECONDS)
                self._trouble = self._look()
                if self._trouble is not None:
                    await self._cure(self._trouble)
        except Fault as fault:
            self._fault(fault)

    def _begin(self) -> None:
        """A client begins its work."""
        self._trouble = None
        self._looked_at = self._began = self._clock()
        self._proof = self._source.proven_at
        self._silent = 0.0

    def _look(self) -> str | None:
        now = self._clock()
        self._listen(now)
        if now - self._began >= WELL_SECONDS:
            self._renewals = 0
        if self._reported is not None:
            return self._reported
        if self._silent > self._patience:
            return f"the group has not answered for {self._patience:g} s"
        since = self._source.polling_since
        if since is not None and now - since > self._patience:
            return f"a poll did not come back within {self._patience:g} s"
        return self._stalled()

    def _listen(self, now: float) -> None:
        """Add up how long the group has been silent, and nothing of what this process slept."""
        passed, self._looked_at = now - self._looked_at, now
        if self._source.proven_at != self._proof:
            self._proof, self._silent = self._source.proven_at, 0.0
        else:
            self._silent += min(passed, 2 * PERIOD_SECONDS)

    async def _cure(self, trouble: str) -> None:
        """Raises Fault where the process has to end."""
        if self._renewals == MOST_RENEWALS:
            raise Fault(f"{MOST_RENEWALS} new Kafka clients in a row did not help: {trouble}")
        log.error("the Kafka client is replaced: %s", trouble)
        try:
            renewed = await self._source.renew(lambda: self._look() is not None)
        except KafkaFault as error:
            # An outage ends no process: the former client goes on trying, too.
            log.warning("no new Kafka client yet: %s", error)
            await asyncio.sleep(AGAIN_SECONDS)
        # The border to what the process owns: in doubt a restart, never half a rebalance.
        except Exception as error:
            log.exception("the Kafka client could not be replaced")
            raise Fault(f"the Kafka client could not be replaced: {error!r}") from error
        else:
            self._settle(renewed=renewed)

    def _settle(self, *, renewed: bool) -> None:
        if not renewed:
            # It goes on as it was: the end of an outage is often seen by both at once.
            log.warning("the Kafka client has recovered meanwhile, and stays")
            return
        self._renewals += 1
        self._reported = None
        self._renewed()
        self._begin()
        log.warning("a new Kafka client joins the group")
