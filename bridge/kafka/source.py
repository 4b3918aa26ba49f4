"""Kafka in: a member of one group, behind calls that are bounded and translated."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import (
    IllegalStateError,
    OffsetOutOfRangeError,
)

from bridge.config.kafka import Kafka
from bridge.errors import Fault, GroupTrouble, KafkaFault, NotCommitted, OffsetsLost, PollFailed
from bridge.kafka.client import CALL_SECONDS, COMMIT_SECONDS, FAILURES, answer, ours, sentence
from bridge.kafka.commits import Room
from bridge.kafka.guard import boot_seconds
from bridge.kafka.member import Member
from bridge.kafka.rebalance import Broken, Members
from bridge.model import Commit, Partition
from bridge.record import Read

log = logging.getLogger(__name__)

NOWHERE = TopicPartition("__none__", 0)
"""A poll of this keeps the membership alive and leaves every buffer alone; a poll of nothing
would mean a poll of everything."""

TOPICS_SECONDS = 5.0
"""How often a topic that does not exist is looked for."""

STANDING_SECONDS = 60.0
"""How often topics that all exist are looked for: one may be deleted."""

RECOVERY_SECONDS = 1.0
"""The end of an outage is seen by the former consumer, too: a heartbeat of it may be on its way."""

RENEWED_SECONDS = 2.0
"""What a consumer gets to leave the group once another has taken its place."""


class KafkaSource:
    """A member of the consumer group. `guard.install` first; build inside the loop; `close` it.

    About *ahead_bytes* are fetched ahead of what is read, over all partitions.
    """

    def __init__(self, kafka: Kafka, topics: list[str], *, ahead_bytes: int) -> None:
        self._kafka = kafka
        self._topics = topics
        self._ahead_bytes = ahead_bytes
        self._members: Members | None = None
        self._broken: Broken | None = None
        self._told: Member | None = None
        self._member = Member(kafka, topics, ahead_bytes=ahead_bytes)
        self._room = Room()
        self._counts: dict[str, int] = {}
        """Partitions that each topic had at first; 0 where it did not exist."""
        self.polling_since: float | None = None
        """When the wait that is under way began, on the loop's clock."""

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault; then `close`, and build another source."""
        await self._member.connect()
        self._counts = await self._member.count_partitions()

    def subscribe(self, members: Members, broken: Broken) -> None:
        """Join the group, in the background; *members* hears of every rebalance.

        *broken* is told, once for each consumer, when it or *members* cannot do their work.
        """
        self._members, self._broken = members, broken
        self._member.subscribe(members, self._tell)

    async def renew(self, needed: Callable[[], bool]) -> bool:
        """Put a new consumer in the place of the one there is. Raises KafkaFault.

        Nothing is given up before Kafka was reached anew: in an outage the membership stays
        for as long as the group keeps it. Nor where a new one is not *needed* any more by then.
        What the former consumer owned is given up in order, and it is closed, before the new
        one joins: nothing that it brings is taken in then.
        """
        if self._members is None:
            raise KafkaFault("the group was never joined")
        fresh = Member(self._kafka, self._topics, ahead_bytes=self._ahead_bytes)
        try:
            await fresh.connect()
            await asyncio.sleep(RECOVERY_SECONDS)
            if not needed():
                return False
            self._member.silence()
            await self._members.revoked()
            await self._member.close(seconds=RENEWED_SECONDS)
            self._member = fresh
            fresh.subscribe(self._members, self._tell)
            return True
        finally:
            # Also where a stop comes in between.
            if self._member is not fresh:
                await fresh.close(seconds=RENEWED_SECONDS)

    def is_member(self) -> bool:
        """Whether the group must still count this member in: its last proof is recent enough.

        A process that was frozen past its session may find its partitions with another.
        """
        return boot_seconds() - self._member.proven_at < self._kafka.session_timeout_seconds

    @property
    def proven_at(self) -> float:
        """When the group last proved the membership, in `guard.boot_seconds`."""
        return self._member.proven_at

    @property
    def rebalancing(self) -> bool:
        """The group is being joined: a poll waits for that, however long others take."""
        return self._member.rebalancing

    def read(self, partition: Partition, *, limit: int) -> Read:
        """Take what was fetched of *partition*, at most *limit* records.

        Nothing while the group deals its partitions anew. Raises PollFailed, OffsetsLost or
        GroupTrouble. Not awaited: while records are on their way to the ledger, nobody may take
        their partition away and give it back.
        """
        self._check(self._member)
        if self._member.rebalancing:
            # Nor is it told where the client stands: that may be behind an error, or records,
            # that nobody has been told of, and it would be committed.
            return Read([], None)
        try:
            records = self._member.take(partition, limit)
        except OffsetOutOfRangeError as error:
            message = f"the topic does not hold the next offset {error.args[0]}"
            raise OffsetsLost(message) from error
        # A batch can fail to decode in any way, and must never end the poll loop.
        except Exception as error:
            raise PollFailed(sentence(error)) from error
        return Read(records, self._position(partition))

    async def wait(self, *, seconds: float) -> None:
        """Wait for news, as a poll by which the membership is kept; it reads nothing.

        While the group deals its partitions anew, until it has. Raises PollFailed or GroupTrouble.
        """
        member = self._member
        self._check(member)
        self.polling_since = asyncio.get_running_loop().time()
        try:
            await member.consumer.getmany(NOWHERE)
            await member.news(seconds)
        except asyncio.CancelledError as error:
            if ours():
                raise
            raise PollFailed("the consumer was closed meanwhile") from error
        except Exception as error:
            raise PollFailed(sentence(error)) from error
        finally:
            self.polling_since = None

    def fetched(self) -> list[Partition]:
        """Those of which something was fetched, records or an error, that was not read yet."""
        return self._member.fetched()

    def wake(self) -> None:
        """Let `wait` come back now, where it waits."""
        self._member.wake()

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from *offset*; what was fetched ahead is dropped."""
        try:
            self._consumer.seek(TopicPartition(*partition), offset)
        except IllegalStateError:
            log.debug("%s was taken away before it could be sought", partition)

    async def committed(self, partitions: set[Partition]) -> dict[Partition, Commit]:
        """The group's offsets, through the guard; a partition without one is absent."""
        wanted = [TopicPartition(*partition) for partition in partitions]
        # Not `consumer.committed()`: it leaves the metadata out.
        call = self._consumer._coordinator.fetch_committed_offsets(wanted)
        found = await answer(call, seconds=CALL_SECONDS)
        return {Partition(*tp): Commit(at.offset, at.metadata) for tp, at in found.items()}

    def is_new(self, partition: Partition) -> bool:
        """Whether *partition* came into being after this process had begun."""
        return partition.number >= self._counts.get(partition.topic, partition.number + 1)

    async def edges(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, int]:
        """First, or next, offset of each partition. Raises KafkaFault."""
        wanted = [TopicPartition(*partition) for partition in partitions]
        ask = self._consumer.end_offsets if latest else self._consumer.beginning_offsets
        found = await answer(ask(wanted), seconds=CALL_SECONDS)
        return {Partition(*tp): offset for tp, offset in found.items()}

    async def commit(self, commits: dict[Partition, Commit]) -> dict[Partition, Commit]:
        """Store *commits*. Raises NotCommitted; a commit that timed out may still be stored.

        What was stored: completion maps that the brokers have no room for are cut.
        """
        try:
            storing = self._room.store(self._consumer, commits)
            return await answer(storing, seconds=COMMIT_SECONDS)
        except KafkaFault as error:
            raise NotCommitted(str(error)) from error

    async def watch_topics(self) -> None:
        """Look for topics that do not exist yet, or no more, until cancelled."""
        while True:
            # The client itself would look again only when its metadata has aged.
            await asyncio.wait({self._consumer._client.force_metadata_update()}, timeout=1.0)
            known = self._consumer.partitions_for_topic
            missing = [topic for topic in self._topics if not known(topic)]
            if missing:
                log.warning("waiting for topics that do not exist: %s", ", ".join(missing))
            await asyncio.sleep(TOPICS_SECONDS if missing else STANDING_SECONDS)

    async def close(self, *, seconds: float) -> None:
        """Leave the group, or tear the connections down where that takes longer."""
        await self._member.close(seconds=seconds)

    @property
    def _consumer(self) -> Any:
        return self._member.consumer

    def _check(self, member: Member) -> None:
        """Raise what the coordinator has said since the last poll, and notice a dead client."""
        try:
            member.check()
        except KafkaFault as fault:
            self._tell(fault)
        # Also then: a member that hears no more of the group must not go on reading.
        try:
            member.consumer._coordinator.check_errors()
        except asyncio.CancelledError as error:
            if ours():
                raise
            raise GroupTrouble("the client's tasks were cancelled") from error
        except FAILURES as error:
            raise GroupTrouble(sentence(error)) from error

    def _tell(self, fault: Fault) -> None:
        if self._broken is not None and self._told is not self._member:
            self._told = self._member
            self._broken(fault)

    def _position(self, partition: Partition) -> int | None:
        """Where the consumer stands; its own `position()` may wait for a broker."""
        subscription = self._consumer._subscription.subscription
        assignment = subscription.assignment if subscription is not None else None
        if assignment is None or partition not in assignment.tps:
            return None
        state = assignment.state_value(TopicPartition(*partition))
        return state.position if state.has_valid_position else None
