"""A member that the group gave up while it was frozen moves nobody's offset, on a real broker."""

import asyncio
import time

from aiokafka import TopicPartition
from aiokafka.protocol.group import LeaveGroupRequest

from bridge.config.kafka import Kafka
from bridge.errors import NotCommitted
from bridge.kafka import guard
from bridge.kafka.source import KafkaSource
from bridge.model import Commit, Partition
from tests.system.cluster import Cluster
from tests.system.member import AHEAD_BYTES, CLOSE_SECONDS, JOIN_SECONDS, polled, until


class Committing:
    """Commits once more when partitions are taken away, as the line does."""

    def __init__(self, source: KafkaSource, last: dict[Partition, Commit]) -> None:
        self._source = source
        self._last = last
        self.assignments = 0
        self.refused: list[str] = []

    async def assigned(self, _partitions: set[Partition]) -> None:
        self.assignments += 1

    async def revoked(self) -> None:
        if self.assignments:
            try:
                await self._source.commit(self._last)
            except NotCommitted as error:
                self.refused.append(str(error))


async def test_what_others_committed_meanwhile_stands(bootstrap_servers: str) -> None:
    guard.install()
    topic = f"given-up-{time.time_ns()}"
    Cluster(bootstrap_servers).create_topics({topic: 2})
    kafka = Kafka(bootstrap_servers=bootstrap_servers, group_id=f"{topic}-group")
    first = Partition(topic, 0)
    source, other = (
        KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES),
        KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES),
    )
    members = Committing(source, {first: Commit(7)})
    await source.connect()
    await other.connect()
    other._consumer.assign([TopicPartition(*first)])
    source.subscribe(members, lambda _: None)
    try:
        async with polled(source):
            await until(lambda: members.assignments == 1, seconds=JOIN_SECONDS)
            await _leave_unnoticed(source)
            await other.commit({first: Commit(100)})
            await until(lambda: members.assignments == 2, seconds=JOIN_SECONDS)

        assert members.refused
        assert await other.committed({first}) == {first: Commit(100)}
    finally:
        await asyncio.gather(*(one.close(seconds=CLOSE_SECONDS) for one in (source, other)))


async def _leave_unnoticed(source: KafkaSource) -> None:
    """The group gives the member up, as after a session; its next heartbeat is a while away."""
    proven_at = source.proven_at
    await until(lambda: source.proven_at != proven_at, seconds=JOIN_SECONDS)
    coordinator = source._consumer._coordinator
    await coordinator._send_req(LeaveGroupRequest(coordinator.group_id, coordinator.member_id))
