"""Kafka in: what a broker has no room for costs no more than it must."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import OffsetMetadataTooLargeError
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetCommitResponse_v3

from bridge.config.kafka import Kafka
from bridge.model import Commit, Partition
from tests.edges.embedded import Broker, owning, running_broker

TOPIC = "behaviors"
FIRST, SECOND, THIRD = (Partition(TOPIC, number) for number in range(3))


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        broker.create(TOPIC)
        yield broker


@pytest.fixture
def kafka(broker: Broker, request: pytest.FixtureRequest) -> Kafka:
    return Kafka(bootstrap_servers=broker.address, group_id=request.node.name)


class Narrow:
    """`offset.metadata.max.bytes` is 100, and each partition is judged alone, as Kafka does it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.requests = 0
        self.stored: dict[Partition, Commit] = {}
        self._genuine = GroupCoordinator._send_req
        narrow = self

        async def send(coordinator: Any, request: Any) -> Any:
            if isinstance(request, OffsetCommitRequest):
                return narrow._judge(request)
            return await narrow._genuine(coordinator, request)

        monkeypatch.setattr(GroupCoordinator, "_send_req", send)

    def _judge(self, request: Any) -> Any:
        self.requests += 1
        codes = []
        for topic, partitions in request._topics:
            for number, offset, metadata in partitions:
                fits = len(metadata) <= 100
                codes.append((number, 0 if fits else OffsetMetadataTooLargeError.errno))
                if fits:
                    self.stored[Partition(topic, number)] = Commit(offset, metadata)
        return OffsetCommitResponse_v3(0, [(TOPIC, codes)])


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Narrow:
    return Narrow(monkeypatch)


async def test_a_map_that_a_broker_has_no_room_for_costs_neither_its_offset_nor_other_maps(
    kafka: Kafka, narrow: Narrow
) -> None:
    commits = {FIRST: Commit(7, "x" * 101), SECOND: Commit(8, "a map"), THIRD: Commit(9, cut=True)}
    async with owning(kafka, TOPIC) as (source, _):
        told = await source.commit(commits)

    assert narrow.stored == {FIRST: Commit(7), SECOND: Commit(8, "a map"), THIRD: Commit(9)}
    assert told == commits | {FIRST: Commit(7, cut=True)}


async def test_what_was_refused_once_is_not_sent_again_and_said_once(
    kafka: Kafka, narrow: Narrow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bridge")
    async with owning(kafka, TOPIC) as (source, _):
        await source.commit({FIRST: Commit(7, "x" * 150)})
        before = narrow.requests
        later = {FIRST: Commit(8, "x" * 160), SECOND: Commit(9, "x" * 100)}
        told = await source.commit(later)

    assert narrow.requests == before + 1
    assert narrow.stored == {FIRST: Commit(8), SECOND: Commit(9, "x" * 100)}
    assert told == later | {FIRST: Commit(8, cut=True)}
    assert len(caplog.records) == 1


async def test_a_shorter_map_that_does_not_fit_either_is_learnt_too(
    kafka: Kafka, narrow: Narrow
) -> None:
    async with owning(kafka, TOPIC) as (source, _):
        for characters in (150, 120, 101, 100):
            told = await source.commit({FIRST: Commit(characters, "x" * characters)})

    assert narrow.requests == 2 * 3 + 1
    assert told == {FIRST: Commit(100, "x" * 100)}
