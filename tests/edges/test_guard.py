"""The guards around aiokafka's gaps, against the embedded broker and with invented replies."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import aiokafka
import aiokafka.consumer.consumer as consumer_module
import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.protocol.commit import OffsetFetchRequest, OffsetFetchResponse_v3

from bridge.config.kafka import Kafka
from bridge.errors import ConfigError, KafkaFault, NotCommitted
from bridge.kafka import guard
from bridge.model import Commit, Partition
from tests.edges.embedded import (
    PARTITIONS,
    Broker,
    commit,
    connected,
    joined,
    owning,
    read,
    running_broker,
)

TOPIC = "behaviors"
STORED = {Partition(TOPIC, number): Commit(50 + number, "a map") for number in range(PARTITIONS)}
LOADING, NOT_AVAILABLE, MOVED = 14, 15, 16
REFUSED, UNKNOWN = 30, -1
UNKNOWN_TOPIC = 3


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    """A broker whose group has committed `STORED`."""
    with running_broker() as broker:
        for number in range(PARTITIONS):
            broker.write(TOPIC, [b"%d" % at for at in range(100)], partition=number)
        asyncio.run(commit(broker.kafka, STORED))
        yield broker


class Replies:
    """Answers the first OffsetFetch requests with an error for the whole group, as Kafka does:
    in the one field that aiokafka does not look at, and with no partition at all.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._genuine = GroupCoordinator._send_req
        self._codes: list[int] = []
        self.asked: Counter[str] = Counter()
        replies = self

        async def send(coordinator: Any, request: Any) -> Any:
            return await replies._answer(coordinator, request)

        monkeypatch.setattr(GroupCoordinator, "_send_req", send)

    def inject(self, code: int, *, times: int) -> None:
        self._codes = [code] * times

    @property
    def left(self) -> int:
        return len(self._codes)

    async def _answer(self, coordinator: Any, request: Any) -> Any:
        self.asked[type(request).__name__] += 1
        coordinator._retry_backoff_ms = 5
        if isinstance(request, OffsetFetchRequest) and self._codes:
            return OffsetFetchResponse_v3(0, [], self._codes.pop(0))
        return await self._genuine(coordinator, request)


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> Replies:
    return Replies(monkeypatch)


@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize("code", [LOADING, NOT_AVAILABLE, MOVED])
async def test_a_coordinator_that_cannot_answer_is_asked_until_it_can(
    broker: Broker, replies: Replies, code: int, times: int
) -> None:
    async with connected(broker.kafka, TOPIC) as source:
        replies.inject(code, times=times)

        assert await source.committed(set(STORED)) == STORED

        assert not replies.left


async def test_a_partition_that_the_coordinator_does_not_know_is_not_one_without_an_offset(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiokafka takes the error for "nothing committed", and `start_from` would follow."""
    genuine = GroupCoordinator._send_req

    async def send(coordinator: Any, request: Any) -> Any:
        if isinstance(request, OffsetFetchRequest):
            return OffsetFetchResponse_v3(0, [(TOPIC, [(0, -1, "", UNKNOWN_TOPIC)])], 0)
        return await genuine(coordinator, request)

    monkeypatch.setattr(GroupCoordinator, "_send_req", send)
    async with connected(broker.kafka, TOPIC) as source:
        with pytest.raises(KafkaFault):
            await source.committed({Partition(TOPIC, 0)})


async def test_a_member_that_the_group_has_given_up_sends_no_commit(
    broker: Broker, replies: Replies
) -> None:
    """Kafka would take it, from nobody, while the group is empty; whoever owned the partitions
    meanwhile may have committed more.
    """
    kafka = Kafka(bootstrap_servers=broker.address, group_id="given-up")
    async with joined(kafka, TOPIC) as (source, _):
        await source.commit({Partition(TOPIC, 0): Commit(60)})
        before = replies.asked["OffsetCommitRequest"]
        source._consumer._coordinator.reset_generation()

        with pytest.raises(NotCommitted):
            await source.commit({Partition(TOPIC, 0): Commit(7)})

        assert replies.asked["OffsetCommitRequest"] == before


async def test_a_coordinator_that_has_moved_is_looked_up_anew(
    broker: Broker, replies: Replies
) -> None:
    looked_up = 0

    async def count_lookups() -> None:
        nonlocal looked_up
        looked_up += 1

    async with connected(broker.kafka, TOPIC) as source:
        coordinator = source._consumer._coordinator
        genuine = coordinator.ensure_coordinator_known

        async def ensure() -> None:
            if coordinator.coordinator_id is None:
                await count_lookups()
            await genuine()

        coordinator.ensure_coordinator_known = ensure
        await source.committed(set(STORED))
        before = looked_up
        replies.inject(MOVED, times=3)
        await source.committed(set(STORED))

    assert looked_up - before == 3


@pytest.mark.parametrize("code", [LOADING, NOT_AVAILABLE, MOVED, REFUSED, UNKNOWN])
async def test_without_the_guard_the_same_replies_lose_every_offset(
    broker: Broker, replies: Replies, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """What the others would not notice, if aiokafka were sound: then the guard can go."""
    guard.install()
    monkeypatch.setattr(consumer_module, "GroupCoordinator", GroupCoordinator)
    async with connected(broker.kafka, TOPIC, guarded=False) as source:
        replies.inject(code, times=1)

        assert await source.committed(set(STORED)) == {}


@pytest.mark.parametrize("code", [REFUSED, UNKNOWN, 12345])
async def test_any_other_error_is_told_and_is_never_no_offset(
    broker: Broker, replies: Replies, code: int
) -> None:
    async with connected(broker.kafka, TOPIC) as source:
        replies.inject(code, times=1)

        with pytest.raises(KafkaFault):
            await source.committed(set(STORED))

        assert await source.committed(set(STORED)) == STORED


async def test_a_group_that_never_committed_has_no_offsets(
    broker: Broker, replies: Replies
) -> None:
    del replies
    fresh = Broker(broker.address).kafka
    nobody = type(fresh)(bootstrap_servers=broker.address, group_id="nobody")
    async with connected(nobody, TOPIC) as source:
        assert await source.committed(set(STORED)) == {}


def test_another_version_of_aiokafka_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiokafka, "__version__", "0.15.0")

    with pytest.raises(ConfigError, match=r"aiokafka 0\.15\.0 is installed"):
        guard.install()


def test_aiokafka_without_its_c_extension_is_refused() -> None:
    program = "from bridge.kafka import guard; guard.install()"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "aiokafka's C extension did not load" in ended.stderr


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
async def test_batches_of_every_compression_are_read(broker: Broker, codec: str) -> None:
    topic = f"packed-{codec}"
    values = [b"%d" % at * 50 for at in range(300)]
    broker.write(topic, values, compression_type=codec)

    async with owning(broker.kafka, topic) as (source, [first, *_]):
        records = await read(source, first, len(values))

    assert [record.value for record in records] == values
