"""A client that is closed or cannot be replaced ends nothing of the line."""

import asyncio
from typing import Any

import pytest
from aiokafka import TopicPartition

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault, PollFailed
from bridge.kafka.client import answer
from bridge.kafka.member import Member
from bridge.model import Commit, Partition
from tests.edges.embedded import Broker, connected, joined

pytestmark = pytest.mark.slow
COUNT = 20


@pytest.fixture
def topic(broker: Broker, request: pytest.FixtureRequest) -> str:
    topic = f"topic-{request.node.name}".replace("_", "-")
    broker.write(topic, [b"%d" % at for at in range(COUNT)])
    return topic


async def test_nothing_is_given_up_while_kafka_cannot_be_reached_anew(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with joined(kafka, topic) as (source, membership):
        former = source._consumer
        nowhere = Kafka(bootstrap_servers="127.0.0.1:1", group_id=kafka.group_id)
        monkeypatch.setattr(source, "_kafka", nowhere)
        made: list[Member] = []

        def remembered(*arguments: Any, ahead_bytes: int) -> Member:
            made.append(Member(*arguments, ahead_bytes=ahead_bytes))
            return made[-1]

        monkeypatch.setattr("bridge.kafka.source.Member", remembered)

        with pytest.raises(KafkaFault):
            await source.renew(lambda: True)

        [fresh] = made
        assert fresh.consumer._closed
        assert source._consumer is former
        assert membership.joined.is_set()


async def test_nothing_is_given_up_where_the_former_client_has_recovered_meanwhile(
    kafka: Kafka, topic: str
) -> None:
    before = asyncio.all_tasks()
    async with joined(kafka, topic) as (source, membership):
        former = source._consumer

        assert not await source.renew(lambda: False)

        assert source._consumer is former
        assert (membership.joined.is_set(), membership.revocations) == (True, 1)
        await source.commit({Partition(topic, 0): Commit(1)})
    assert asyncio.all_tasks() == before


async def test_a_future_that_the_client_cancels_is_a_failed_call_and_no_cancellation() -> None:
    cancelled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    cancelled.cancel()

    with pytest.raises(KafkaFault, match="closed meanwhile"):
        await answer(cancelled, seconds=1)


async def test_a_task_s_own_cancellation_stays_one() -> None:
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    asking = asyncio.create_task(answer(never, seconds=60))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait({asking})

    assert asking.cancelled()


async def test_a_wait_that_a_closing_client_cancels_has_failed_and_is_made_again(
    kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(kafka, topic) as source:

        async def getmany(*_: TopicPartition, **__: int) -> dict[TopicPartition, list[object]]:
            raise asyncio.CancelledError

        monkeypatch.setattr(source._consumer, "getmany", getmany)
        with pytest.raises(PollFailed):
            await source.wait(seconds=0)


async def test_a_wait_for_an_assignment_has_failed_once_its_client_is_replaced(
    kafka: Kafka, topic: str
) -> None:
    """Nobody gives that client one any more: the wait would never come back, nor the next one."""
    async with joined(kafka, topic) as (source, _):
        source._consumer._subscription.begin_reassignment()
        wait = asyncio.create_task(source.wait(seconds=0))
        await asyncio.sleep(0)

        await source.renew(lambda: True)

        with pytest.raises(PollFailed):
            await asyncio.wait_for(wait, 5)


async def test_what_the_loop_says_of_a_connection_that_was_just_closed_is_a_failed_call() -> None:
    """uvloop raises no OSError where the client writes to it: it would end the process."""

    async def write() -> None:
        raise RuntimeError("unable to perform operation on <TCPTransport closed=True>")

    with pytest.raises(KafkaFault, match="closed=True"):
        await answer(write(), seconds=1)
