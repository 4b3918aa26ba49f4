"""Kafka as the tests see it, through a client that is not the bridge's."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import NamedTuple

from tests.system.kafka_python import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    Admin,
    ConfigResource,
    ConfigResourceType,
    KafkaConsumer,
    OffsetSpec,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    TopicPartition,
)

READ_SECONDS = 20


class Partition(NamedTuple):
    topic: str
    number: int


class Commit(NamedTuple):
    """What a group has stored of a partition."""

    offset: int
    metadata: str


class Stored(NamedTuple):
    """A record as it stands in a topic."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp_ms: int

    def header(self, name: str) -> str:
        values = [value for key, value in self.headers if key == name]
        assert len(values) == 1, f"{name} stands {len(values)} times in {self.headers}"
        return values[0].decode()


class Cluster:
    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.replicas = 1
        """Of each topic that is created."""

    def create_topics(
        self, partitions: Mapping[str, int], configs: Mapping[str, str] | None = None
    ) -> None:
        wanted = {
            topic: {
                "num_partitions": count,
                "replication_factor": self.replicas,
                "configs": dict(configs or {}),
            }
            for topic, count in partitions.items()
        }
        with closing(self._admin()) as admin:
            admin.create_topics(wanted, wait_for_metadata=True)

    def delete_topic(self, topic: str) -> None:
        with closing(self._admin()) as admin:
            admin.delete_topics([topic])

    def configure(self, topic: str, **settings: str) -> None:
        """Change *settings* of a topic, with underscores for the dots in their names."""
        named = {name.replace("_", "."): value for name, value in settings.items()}
        with closing(self._admin()) as admin:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, named)])

    def forbid(self, user: str, topic: str) -> None:
        """From now on *user* may not write to *topic*."""
        pattern = ResourcePattern(ResourceType.TOPIC, topic)
        rule = ACL(f"User:{user}", "*", ACLOperation.WRITE, ACLPermissionType.DENY, pattern)
        with closing(self._admin()) as admin:
            assert not admin.create_acls([rule])["failed"]

    def allow(self, topic: str) -> None:
        """Whatever was forbidden of *topic* is allowed again."""
        pattern = ResourcePatternFilter(ResourceType.TOPIC, topic, ACLResourcePatternType.LITERAL)
        rule = ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, pattern)
        with closing(self._admin()) as admin:
            [(_, found, _)] = admin.delete_acls([rule])
        assert found, f"nothing was forbidden of {topic}"

    def topics(self) -> list[str]:
        with closing(self._admin()) as admin:
            return list(admin.list_topics())

    def committed(self, group: str) -> dict[Partition, int]:
        return {where: commit.offset for where, commit in self.commits(group).items()}

    def commits(self, group: str) -> dict[Partition, Commit]:
        with closing(self._admin()) as admin:
            offsets = admin.list_group_offsets({group: None})[group]
        return {
            Partition(*where): Commit(found.offset, found.metadata)
            for where, found in offsets.items()
        }

    def members(self, group: str) -> int:
        """How many share the group's partitions; 0 while these are being dealt."""
        with closing(self._admin()) as admin:
            described = admin.describe_groups([group])[group]
        return len(described["members"]) if described["group_state"] == "Stable" else 0

    def commit_metadata(self, group: str) -> list[str]:
        return [commit.metadata for commit in self.commits(group).values()]

    def end_offsets(self, topics: Iterable[str]) -> dict[Partition, int]:
        with closing(self._admin()) as admin:
            asked = {
                TopicPartition(topic["name"], partition["partition_index"]): OffsetSpec.LATEST
                for topic in admin.describe_topics(list(topics))
                for partition in topic["partitions"]
            }
            found = admin.list_partition_offsets(asked)
        return {Partition(*where): at.offset for where, at in found.items()}

    def read(self, topic: str) -> list[Stored]:
        """Everything that stands in *topic* at this moment."""
        return [stored for records in self.read_partitions(topic).values() for stored in records]

    def read_partitions(self, topic: str) -> dict[int, list[Stored]]:
        """The same by the partition's number, in its order."""
        found: dict[int, list[Stored]] = {where.number: [] for where in self.end_offsets([topic])}
        for number, stored in self.each(topic):
            found[number].append(stored)
        return found

    def each(self, topic: str) -> Iterator[tuple[int, Stored]]:
        """The same one by one, with the partition's number; those of a partition in its order."""
        ends = {TopicPartition(*where): end for where, end in self.end_offsets([topic]).items()}
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap_servers, group_id=None)
        with closing(consumer):
            consumer.assign(list(ends))
            consumer.seek_to_beginning()
            while any(consumer.position(where) < end for where, end in ends.items()):
                polled = consumer.poll(timeout_ms=READ_SECONDS * 1000)
                assert polled, f"{topic} gave no record in {READ_SECONDS} s; it should to {ends}"
                for where, records in polled.items():
                    for one in records:
                        stored = Stored(one.key, one.value, list(one.headers), one.timestamp)
                        yield where.partition, stored

    def _admin(self) -> Admin:
        return Admin(
            bootstrap_servers=self.bootstrap_servers,
            bootstrap_timeout_ms=5_000,
            request_timeout_ms=10_000,
        )
