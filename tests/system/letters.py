"""Dead letters as a test needs them, and the command that replays them."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource

from tests.system import commands
from tests.system.cluster import Partition
from tests.system.commands import Ended
from tests.system.waiting import eventually
from tests.system.world import PARTITIONS, World
from tests.system.writer import Message

READ_SECONDS = 30
MARKED_SECONDS = 60
DEAD_SINCE_MS = 1_772_443_800_000

_SET = AlterConfigOpType.SET

Headers = tuple[tuple[str, bytes], ...]


class Found(NamedTuple):
    """A record that is committed."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]


class Letters:
    """The dead letters of *world*, and its source topics behind them."""

    def __init__(self, world: World, work: Path) -> None:
        self._world = world
        world.create_topics()
        self._config = commands.written(work, world.settings())

    def die(
        self, number: int, key: bytes, value: bytes, *, said: Headers = (), stored: bytes | None
    ) -> Message:
        """The letter of a record of partition *number*, which is written to its topic first."""
        place = Partition(self._world.topics.orders, number)
        [offset] = self._world.writer.write([Message(place, key, value)])
        headers = (
            ("__connect.errors.topic", place.topic.encode()),
            ("__connect.errors.partition", b"%d" % number),
            ("__connect.errors.offset", b"%d" % offset),
            ("bridge.reason", b"rule"),
            ("bridge.brand", b"DEMO"),
            ("bridge.failed_at", b"%d" % DEAD_SINCE_MS),
            *said,
        )
        return Message(Partition(self._world.topics.dead_letters, 0), key, stored, headers)

    def whole(self, number: int, key: bytes, value: bytes) -> Message:
        return self.die(number, key, value, stored=value)

    def write(self, *letters: Message) -> list[int]:
        return self._world.writer.write(letters)

    def set_of_source(self, name: str, value: str) -> None:
        """Change a setting of the source topic."""
        topic = ConfigResource(
            ConfigResource.Type.TOPIC,
            self._world.topics.orders,
            incremental_configs=[ConfigEntry(name, value, incremental_operation=_SET)],
        )
        admin: Any = AdminClient({"bootstrap.servers": self._world.cluster.bootstrap_servers})
        admin.incremental_alter_configs([topic])[topic].result()

    @contextmanager
    def open_transaction(self) -> Iterator[None]:
        """Somebody writes to the dead-letter topic, and is not done as long as the block runs."""
        producer: Any = Producer(
            {
                "bootstrap.servers": self._world.cluster.bootstrap_servers,
                "transactional.id": f"{self._world.group}-somebody",
            }
        )
        producer.init_transactions(READ_SECONDS)
        producer.begin_transaction()
        producer.produce(self._world.topics.dead_letters, b"not yet", partition=0)
        assert producer.flush(READ_SECONDS) == 0
        yield
        producer.abort_transaction(READ_SECONDS)

    def begin(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return commands.begin(self._config, "dead-letters", *arguments)

    def command(self, *arguments: str) -> Ended:
        return commands.run(self._config, "dead-letters", *arguments)

    def replay(self, *arguments: str) -> Ended:
        return self.command("replay", *arguments)

    def listed(self) -> list[dict[str, Any]]:
        _, out, _ = self.command("list", "--json")
        return [json.loads(line) for line in out.splitlines()]

    def replayed(self) -> list[Found]:
        """The replayed records of the source topic, in the order of their offsets."""
        return [one for one in self.sources() if "bridge.replays" in one.headers]

    def sources(self) -> list[Found]:
        return self._committed(self._world.topics.orders, PARTITIONS)

    def markers(self) -> list[str]:
        stored = self._committed(self._world.topics.dead_letters, 1)
        names = [one.headers.get("bridge.replayed") for one in stored]
        return [name.decode() for name in names if name is not None]

    def await_markers(self, count: int) -> None:
        eventually(
            f"{count} letters are marked as replayed",
            lambda: len(self.markers()) >= count,
            within=MARKED_SECONDS,
            instead=self.markers,
        )

    def await_letters(self, count: int) -> None:
        eventually(
            f"{count} letters are listed",
            lambda: len(self.listed()) >= count,
            within=MARKED_SECONDS,
            instead=self.listed,
        )

    def _committed(self, topic: str, partitions: int) -> list[Found]:
        consumer: Any = Consumer(
            {
                "bootstrap.servers": self._world.cluster.bootstrap_servers,
                "group.id": "nobody",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 20,
                "enable.partition.eof": True,
            }
        )
        places = [TopicPartition(topic, n, OFFSET_BEGINNING) for n in range(partitions)]
        consumer.assign(places)
        try:
            return sorted(_up_to_the_ends(consumer, partitions))
        finally:
            consumer.close()


def _up_to_the_ends(consumer: Any, partitions: int) -> list[Found]:
    found: list[Found] = []
    open_partitions = partitions
    deadline = time.monotonic() + READ_SECONDS
    while open_partitions:
        assert time.monotonic() < deadline, f"only {len(found)} records were read"
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error() is not None:
            assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
            open_partitions -= 1
        else:
            found.append(_found(message))
    return found


def _found(message: Any) -> Found:
    return Found(
        message.partition(),
        message.offset(),
        message.timestamp()[1],
        message.key(),
        message.value(),
        dict(message.headers() or ()),
    )
