"""What happens when partitions are given and taken away.

Kafka's classic protocol takes everything from every member and deals anew, so both are
about all partitions at once. The callbacks run inside the rebalance and never wait for the
poll loop.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bridge.committer import Committer
from bridge.config import StartFrom
from bridge.errors import BridgeError, ConfigError, Fault, KafkaFault, NotCommitted
from bridge.intake import Intake
from bridge.job import Job
from bridge.lanes import Lanes
from bridge.ledger import Ledger
from bridge.model import Commit, Partition
from bridge.observer import Observer

log = logging.getLogger(__name__)

AGAIN_SECONDS = 0.5
"""Between two questions for offsets that Kafka did not answer."""


class Offsets(Protocol):
    """Where offsets are asked for and positions are set."""

    async def committed(self, partitions: set[Partition]) -> dict[Partition, Commit]:
        """The group's offsets; a partition without one is absent, and only then.

        Bounded in time. Raises KafkaFault where Kafka gave no answer.
        """

    async def edges(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, int]:
        """First, or next, offset of each partition. Bounded in time. Raises KafkaFault."""

    def is_new(self, partition: Partition) -> bool:
        """Whether *partition* came into being after this process had begun."""

    async def commit(self, commits: dict[Partition, Commit]) -> dict[Partition, Commit]:
        """Store *commits*, bounded in time. Raises NotCommitted."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from *offset*."""


class Ownership:
    """Opens a book for each partition that is given, and closes all in good order."""

    def __init__(
        self,
        offsets: Offsets,
        ledger: Ledger,
        lanes: Lanes[Job],
        intake: Intake,
        committer: Committer,
        observer: Observer,
        *,
        start_from: StartFrom,
        drain_seconds: float,
        fault: Callable[[BridgeError], None],
    ) -> None:
        self._offsets = offsets
        self._ledger = ledger
        self._lanes = lanes
        self._intake = intake
        self._committer = committer
        self._observer = observer
        self._start_from = start_from
        self._drain_seconds = drain_seconds
        self._fault = fault
        self._opening: asyncio.Task[None] | None = None
        self._closing = False
        self.joined = False
        """Whether the group was ever joined: what `/readyz` tells."""

    async def assigned(self, partitions: set[Partition]) -> None:
        """Begin to own *partitions*; records follow once their offsets are known."""
        self.joined = True
        self._observer.rebalanced()
        log.info("assigned %d partitions: %s", len(partitions), _names(partitions))
        if self._closing:
            return
        self._opening = asyncio.create_task(self._open(partitions), name="opening")
        self._opening.add_done_callback(self._opened)

    async def revoked(self) -> None:
        """End every ownership: what is under way ends, what waits is forgotten, then one commit."""
        deadline = asyncio.get_running_loop().time() + self._drain_seconds
        # Before anything is awaited: what is read by now may be another's.
        self._intake.shut()
        await self._stop_opening()
        self._lanes.drop()
        # No commit may begin from here on but the last one.
        await self._committer.shut()
        await self._drain(deadline)
        await self._committer.last()
        # Late settlements find closed books and move nobody's offset.
        self._ledger.forget()

    async def close(self) -> None:
        """As `revoked`, and whatever the group gives from now on is not begun."""
        self._closing = True
        await self.revoked()

    async def _stop_opening(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait({self._opening})
            self._opening = None

    async def _drain(self, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await self._lanes.idle()
        except TimeoutError:
            log.warning(
                "%d requests or dead letters were still under way after %g s and are left"
                " unsettled; they will be repeated",
                self._lanes.at_work,
                self._drain_seconds,
            )

    async def _open(self, partitions: set[Partition]) -> None:
        try:
            starts = await self._starts(partitions)
        except ConfigError as error:
            self._fault(error)
            return
        # No await from here on: every book stands before the first record is admitted.
        for partition, start in starts.items():
            self._ledger.open(partition, start)
            self._offsets.seek(partition, start.offset)
        self._committer.open()
        self._intake.open()

    def _opened(self, opening: asyncio.Task[None]) -> None:
        """Partitions that are owned and never read would stand still behind green probes."""
        if not opening.cancelled() and (error := opening.exception()) is not None:
            self._fault(Fault(f"assigned partitions could not be opened: {error!r}"))

    async def _starts(self, partitions: set[Partition]) -> dict[Partition, Commit]:
        """Where each partition goes on, asked until Kafka has answered."""
        while True:
            try:
                starts = await self._offsets.committed(partitions)
                return starts | await self._first_starts(partitions - starts.keys())
            except (KafkaFault, NotCommitted) as error:
                log.warning("offsets could not be settled and are asked for again: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _first_starts(self, partitions: set[Partition]) -> dict[Partition, Commit]:
        """Apply `kafka.start_from` where the group has no offset, and commit it at once.

        Otherwise what arrives before the first commit would be passed over by a restart
        that starts from the latest offset once more.
        """
        # Whatever a partition holds that came into being meanwhile is new: none of it is skipped.
        added = {partition for partition in partitions if self._offsets.is_new(partition)}
        found = partitions - added
        if found and self._start_from is StartFrom.FAIL:
            raise ConfigError(
                f"kafka.start_from is `fail` and the group has no offset for {_names(found)}"
            )
        latest = self._start_from is StartFrom.LATEST
        starts = await self._begin(added, latest=False) | await self._begin(found, latest=latest)
        if starts:
            await self._offsets.commit(starts)
        return starts

    async def _begin(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, Commit]:
        if not partitions:
            return {}
        edges = await self._offsets.edges(partitions, latest=latest)
        edge = "latest" if latest else "earliest"
        log.info("the group starts from the %s offset of %s", edge, _names(partitions))
        return {partition: Commit(offset) for partition, offset in edges.items()}


def _names(partitions: set[Partition]) -> str:
    return ", ".join(str(partition) for partition in sorted(partitions)) or "none"
