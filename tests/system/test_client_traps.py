"""Where the Kafka client would hang, lose or repeat, on a real broker: what the bridge's edge
makes of it.
"""

import asyncio
import time

import pytest
from aiokafka import TopicPartition

from bridge.config.kafka import Kafka
from bridge.errors import NotCommitted
from bridge.kafka import guard
from bridge.kafka.client import COMMIT_SECONDS
from bridge.kafka.source import KafkaSource
from bridge.model import Commit, Partition
from tests.system.broker import Broker
from tests.system.cluster import Cluster
from tests.system.member import (
    AHEAD_BYTES,
    CLOSE_SECONDS,
    JOIN_SECONDS,
    SLACK_SECONDS,
    Membership,
    none_left,
    polled,
    until,
)

NOTICED_SECONDS = 10


@pytest.mark.parametrize("harm", ["freeze", "kill"])
async def test_without_a_broker_a_commit_and_a_close_end_in_bounded_time(
    mortal_broker: Broker, kafka: Kafka, topic: str, harm: str
) -> None:
    guard.install()
    before = asyncio.all_tasks()
    source, membership = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES), Membership()
    await source.connect()
    source.subscribe(membership, _never)
    async with polled(source):
        await until(lambda: len(membership.partitions) == 2, seconds=JOIN_SECONDS)
        await source.commit({Partition(topic, 0): Commit(0, "before")})
        getattr(mortal_broker, harm)()

        began = time.monotonic()
        with pytest.raises(NotCommitted):
            await source.commit({Partition(topic, 0): Commit(1), Partition(topic, 1): Commit(1)})
        assert time.monotonic() - began < COMMIT_SECONDS + SLACK_SECONDS

    began = time.monotonic()
    await source.close(seconds=CLOSE_SECONDS)
    assert time.monotonic() - began < CLOSE_SECONDS + 1 + SLACK_SECONDS

    await none_left(before)


async def test_a_wait_during_an_outage_comes_back_on_time_with_nothing(
    mortal_broker: Broker, kafka: Kafka, topic: str
) -> None:
    guard.install()
    source = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    partition = Partition(topic, 0)
    source._consumer.assign([TopicPartition(*partition)])
    source.seek(partition, 0)
    mortal_broker.kill()
    try:
        for _ in range(5):
            began = time.monotonic()
            await source.wait(seconds=0.2)
            assert source.read(partition, limit=1) == ([], 0)
            assert time.monotonic() - began < 0.2 + SLACK_SECONDS
    finally:
        await source.close(seconds=CLOSE_SECONDS)


async def test_a_group_s_offsets_are_found_again_by_a_reader_that_outlived_a_restart(
    mortal_broker: Broker, kafka: Kafka, topic: str
) -> None:
    """While the broker loads them it answers as if there were none."""
    guard.install()
    stored = {Partition(topic, 0): Commit(7, "a map"), Partition(topic, 1): Commit(0)}
    source = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    source._consumer.assign([TopicPartition(*partition) for partition in stored])
    try:
        await source.commit(stored)
        mortal_broker.kill()
        await asyncio.to_thread(mortal_broker.start)

        assert await source.committed(set(stored)) == stored
    finally:
        await source.close(seconds=CLOSE_SECONDS)


async def test_a_topic_that_is_created_later_is_noticed_and_joined(
    bootstrap_servers: str, kafka: Kafka, topic: str
) -> None:
    guard.install()
    later = f"{topic}-later"
    source, membership = KafkaSource(kafka, [topic, later], ahead_bytes=AHEAD_BYTES), Membership()
    await source.connect()
    source.subscribe(membership, _never)
    watching = asyncio.create_task(source.watch_topics())
    try:
        async with polled(source):
            await until(lambda: len(membership.partitions) == 2, seconds=JOIN_SECONDS)
            await asyncio.to_thread(Cluster(bootstrap_servers).create_topics, {later: 3})
            await until(lambda: len(membership.partitions) == 5, seconds=NOTICED_SECONDS)
    finally:
        watching.cancel()
        await source.close(seconds=CLOSE_SECONDS)


async def test_a_topic_that_is_deleted_is_missed(
    bootstrap_servers: str,
    kafka: Kafka,
    topic: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bridge.kafka.source.STANDING_SECONDS", 0.5)
    guard.install()
    source = KafkaSource(kafka, [topic], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    source.subscribe(Membership(), _never)
    watching = asyncio.create_task(source.watch_topics())
    try:
        async with polled(source):
            missed = f"waiting for topics that do not exist: {topic}"
            await asyncio.sleep(2)
            assert missed not in caplog.text
            await asyncio.to_thread(Cluster(bootstrap_servers).delete_topic, topic)
            await until(lambda: missed in caplog.text, seconds=NOTICED_SECONDS)
    finally:
        watching.cancel()
        await source.close(seconds=CLOSE_SECONDS)


async def test_commits_beyond_what_the_broker_takes_at_once_are_stored_in_parts(
    bootstrap_servers: str, kafka: Kafka, name: str
) -> None:
    guard.install()
    Cluster(bootstrap_servers).create_topics({name: 300})
    commits = {Partition(name, number): Commit(number, "m" * 4096) for number in range(300)}
    source = KafkaSource(kafka, [name], ahead_bytes=AHEAD_BYTES)
    await source.connect()
    source._consumer.assign([TopicPartition(*partition) for partition in commits])
    try:
        await source.commit(commits)

        assert await source.committed(set(commits)) == commits
    finally:
        await source.close(seconds=CLOSE_SECONDS)


def _never(error: Exception) -> None:
    raise AssertionError(f"a rebalance went wrong: {error!r}")
