"""A dry run of a real Kafka's topic: times, transactions, and no trace of it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from confluent_kafka import Producer

from tests.system import commands
from tests.system.world import World

SECONDS = 30
FIRST_MS = 1_772_443_800_000
"""2026-03-02T09:30:00Z"""


def dry_run(world: World, work: Path, *options: str) -> Any:
    """What it says, and what is remarked."""
    config = commands.written(work, world.settings())
    topic = world.topics.behaviors
    ended = commands.run(config, "dry-run", "--json", "--topic", topic, *options)
    assert ended.status in (0, 3), ended
    return json.loads(ended.out)


def write(world: World, count: int, *, partition: int = 0, first_ms: int = FIRST_MS) -> None:
    """Good events, one a second."""
    producer: Any = Producer({"bootstrap.servers": world.cluster.bootstrap_servers})
    for number in range(count):
        value = world.author.behavior(1001).value
        at = first_ms + number * 1000
        producer.produce(world.topics.behaviors, value, partition=partition, timestamp=at)
    assert producer.flush(SECONDS) == 0


@contextmanager
def transaction(world: World, count: int) -> Iterator[Any]:
    producer: Any = Producer(
        {
            "bootstrap.servers": world.cluster.bootstrap_servers,
            "transactional.id": f"{world.group}-{time.monotonic()}",
        }
    )
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    for _ in range(count):
        producer.produce(world.topics.behaviors, b"not an event", partition=0)
    assert producer.flush(SECONDS) == 0
    yield producer


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def test_a_range_of_times_is_that_of_the_records(world: World, work: Path) -> None:
    world.create_topics()
    write(world, 10)
    write(world, 10, partition=1, first_ms=FIRST_MS + 5000)

    said = dry_run(world, work, "--from", iso(FIRST_MS + 4000), "--to", iso(FIRST_MS + 7000))

    spans = {each["partition"]: (each["from"], each["to"]) for each in said["partitions"]}
    assert (spans[0], spans[1]) == ((4, 7), (0, 2))
    assert said["records"] == said["delivered"] == 5
    assert dry_run(world, work, "--from", iso(FIRST_MS + 60_000))["records"] == 0


def test_what_a_transaction_has_left_is_passed_and_behind_an_open_one_nothing_is_seen(
    world: World, work: Path
) -> None:
    world.create_topics()
    write(world, 3)
    with transaction(world, 4) as producer:
        producer.abort_transaction(SECONDS)
    write(world, 2)
    with transaction(world, 1) as producer:
        producer.commit_transaction(SECONDS)

    said = dry_run(world, work, "--partition", "0")

    # Behind each transaction stands its marker, at the end too.
    assert said["partitions"] == [{"partition": 0, "from": 0, "to": 3 + 4 + 1 + 2 + 1 + 1}]
    assert (said["delivered"], said["reasons"]) == (5, {"not_json": 1})
    assert dry_run(world, work, "--partition", "0", "--from", "4", "--to", "7")["records"] == 0
    with transaction(world, 1) as producer:
        hidden = dry_run(world, work, "--partition", "0", "--from", "0")
        producer.abort_transaction(SECONDS)
    assert hidden["records"] == said["records"]
    assert "a transaction is open there" in hidden["remarks"][0]


def test_it_leaves_no_trace(world: World, work: Path) -> None:
    world.create_topics()
    write(world, 3)
    before = world.cluster.end_offsets(world.topics)

    assert dry_run(world, work)["records"] == 3

    assert world.cluster.end_offsets(world.topics) == before
    assert not world.cluster.members(world.group)
    assert set(world.committed(before).values()) == {0}
    assert not world.omeda.accepted
