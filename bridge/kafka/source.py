"""Kafka in: one consumer of one group, behind calls that are bounded and translated."""

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError, OffsetOutOfRangeError

from bridge.config.kafka import Kafka
from bridge.errors import GroupTrouble, KafkaFault, NotCommitted, OffsetsLost, PollFailed
from bridge.kafka.client import CALL_SECONDS, COMMIT_SECONDS, FAILURES, options, sentence
from bridge.kafka.closing import background_tasks, close_consumer
from bridge.kafka.commits import parts
from bridge.kafka.guard import boot_seconds
from bridge.kafka.rebalance import Broken, Listener, Members
from bridge.model import Commit, Partition, Poll, Record

log = logging.getLogger(__name__)

NOWHERE = TopicPartition("__none__", 0)
"""A poll of this keeps the membership alive and leaves every buffer alone; a poll of nothing
would mean a poll of everything."""

TOPICS_SECONDS = 5.0
"""How often a topic that does not exist yet is looked for."""


class KafkaSource:
    """A member of the consumer group. `guard.install` first; build inside the loop; `close` it."""

    def __init__(self, kafka: Kafka, topics: list[str]) -> None:
        self._topics = topics
        self._broken: Broken | None = None
        self._session_seconds = kafka.session_timeout_seconds
        self._consumer = _consumer(kafka)

    async def connect(self) -> None:
        """Reach Kafka once. Raises KafkaFault; then `close`, and build another source."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._consumer.start()
        except FAILURES as error:
            raise KafkaFault(sentence(error)) from error

    def subscribe(self, members: Members, broken: Broken) -> None:
        """Join the group, in the background; *members* hears of every rebalance.

        *broken* is told, once, when the client or *members* can no longer do their work.
        """
        self._broken = broken
        self._consumer.subscribe(self._topics, listener=Listener(members, broken))

    def is_member(self) -> bool:
        """Whether the group must still count this member in: its last proof is recent enough.

        A process that was frozen past its session may find its partitions with another.
        """
        proven_at = getattr(self._consumer._coordinator, "proven_at", float("-inf"))
        return bool(boot_seconds() - proven_at < self._session_seconds)

    async def poll(self, partitions: list[Partition], *, limit: int, seconds: float) -> Poll:
        """Read on, from *partitions* alone. Raises PollFailed, OffsetsLost or GroupTrouble.

        getmany is awaited directly: in a task of its own it hands out records after the
        revocation has begun.
        """
        self._check_group()
        wanted = [TopicPartition(*partition) for partition in partitions] or [NOWHERE]
        try:
            batches = await self._consumer.getmany(
                *wanted, timeout_ms=int(seconds * 1000), max_records=limit
            )
            # No await from here on: while records are on their way to the ledger, nobody may
            # take their partition away and give it back.
            return Poll(
                dict(_records(tp, raws) for tp, raws in batches.items()),
                {
                    partition: position
                    for partition in partitions
                    if partition not in batches
                    and (position := self._position(partition)) is not None
                },
            )
        except OffsetOutOfRangeError as error:
            raise OffsetsLost(f"the topic does not hold the next offset {error.args[0]}") from error
        # A batch can fail to decode in any way, and must never end the poll loop.
        except Exception as error:
            raise PollFailed(sentence(error)) from error

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
        found = await _answer(self._consumer._coordinator.fetch_committed_offsets(wanted))
        return {Partition(*tp): Commit(at.offset, at.metadata) for tp, at in found.items()}

    async def edges(self, partitions: set[Partition], *, latest: bool) -> dict[Partition, int]:
        """First, or next, offset of each partition. Raises KafkaFault."""
        wanted = [TopicPartition(*partition) for partition in partitions]
        ask = self._consumer.end_offsets if latest else self._consumer.beginning_offsets
        return {Partition(*tp): offset for tp, offset in (await _answer(ask(wanted))).items()}

    async def commit(self, commits: dict[Partition, Commit]) -> None:
        """Store *commits*. Raises NotCommitted; a commit that timed out may still be stored."""
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                for part in parts(commits):
                    await self._consumer.commit(part)
        except FAILURES as error:
            raise NotCommitted(sentence(error)) from error

    async def await_topics(self) -> None:
        """Look for topics that do not exist until all of them do."""
        while True:
            # The client itself would look again only when its metadata has aged.
            await asyncio.wait({self._consumer._client.force_metadata_update()}, timeout=1.0)
            missing = [topic for topic in self._topics if not self._known(topic)]
            if not missing:
                return
            log.warning("waiting for topics that do not exist: %s", ", ".join(missing))
            await asyncio.sleep(TOPICS_SECONDS)

    async def close(self, *, seconds: float) -> None:
        """Leave the group, or tear the connections down where that takes longer."""
        if not await close_consumer(self._consumer, seconds=seconds):
            log.warning("the group was not left in order; it waits for the session time-out")

    @property
    def rebalancing(self) -> bool:
        """The group is being joined: a poll waits for that, however long others take."""
        return bool(self._consumer._subscription.reassignment_in_progress)

    def _check_group(self) -> None:
        """Raise what the coordinator has said since the last poll, and notice a dead client.

        A background task of aiokafka that dies leaves a member that owns its partitions,
        sends heartbeats, and never again gets a record, or never again hears of the group.
        """
        for task in background_tasks(self._consumer):
            if task.done() and not task.cancelled() and (error := task.exception()):
                self._tell(KafkaFault(f"the Kafka client has stopped working: {error!r}"))
        try:
            self._consumer._coordinator.check_errors()
        except FAILURES as error:
            raise GroupTrouble(sentence(error)) from error

    def _tell(self, fault: KafkaFault) -> None:
        broken, self._broken = self._broken, None
        if broken is not None:
            broken(fault)

    def _position(self, partition: Partition) -> int | None:
        """Where the consumer stands; its own `position()` may wait for a broker."""
        subscription = self._consumer._subscription.subscription
        assignment = subscription.assignment if subscription is not None else None
        if assignment is None or partition not in assignment.tps:
            return None
        state = assignment.state_value(TopicPartition(*partition))
        return state.position if state.has_valid_position else None

    def _known(self, topic: str) -> bool:
        return bool(self._consumer.partitions_for_topic(topic))


def _consumer(kafka: Kafka) -> Any:
    return AIOKafkaConsumer(
        **options(kafka),
        group_id=kafka.group_id,
        group_instance_id=kafka.group_instance_id,
        enable_auto_commit=False,
        # Never the library's choice: it would take an error for "nothing was committed".
        auto_offset_reset="none",
        isolation_level=kafka.isolation_level,
        session_timeout_ms=int(kafka.session_timeout_seconds * 1000),
        heartbeat_interval_ms=int(kafka.heartbeat_seconds * 1000),
        rebalance_timeout_ms=int(kafka.rebalance_timeout_seconds * 1000),
        # Range alone: a customer's topics meet in one process. A second assignor would make
        # every join two.
        partition_assignment_strategy=[RangePartitionAssignor],
        # An idle partition's long poll delays a busy one of the same broker by this much.
        fetch_max_wait_ms=100,
        check_crcs=True,
    )


def _records(tp: TopicPartition, raws: list[Any]) -> tuple[Partition, list[Record]]:
    partition = Partition(*tp)
    return partition, [
        Record(partition, raw.offset, raw.timestamp, raw.key, raw.value, tuple(raw.headers))
        for raw in raws
    ]


async def _answer(call: Any) -> Any:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await call
    except FAILURES as error:
        raise KafkaFault(sentence(error)) from error
