"""What a group has committed, asked from outside: nobody joins it, and the bridge may run."""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import TopicPartition, errors
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.commit import OffsetFetchRequest

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.client import CALL_SECONDS, FAILURES, answer, options, sentence
from bridge.kafka.refusals import why
from bridge.model import Commit, Partition

TRIES = 5
AGAIN_SECONDS = 1.0
CLOSE_SECONDS = 2.0


class GuardedAdmin(AIOKafkaAdminClient):
    """Raises what an OffsetFetch reply says for the whole group, as `guard` does for members."""

    async def _send_request(self, request: Any, node_id: int | None = None) -> Any:
        response = await super()._send_request(request, node_id)
        if isinstance(request, OffsetFetchRequest) and response.error_code:
            error = errors.for_code(response.error_code)
            raise error("the whole group is concerned")
        return response


async def group_offsets(kafka: Kafka, partitions: Iterable[Partition]) -> dict[Partition, Commit]:
    """The group's offsets; a partition without one is absent. Bounded. Raises KafkaFault."""
    admin = GuardedAdmin(**options(kafka))
    try:
        async with asyncio.timeout(CALL_SECONDS):
            await admin.start()
        return await _asked(admin, kafka.group_id, [TopicPartition(*one) for one in partitions])
    except FAILURES as error:
        raise KafkaFault(
            f"Kafka could not be reached at {kafka.bootstrap_servers}: {await why(kafka, error)}"
        ) from error
    finally:
        await asyncio.wait({asyncio.ensure_future(admin.close())}, timeout=CLOSE_SECONDS)


async def _asked(
    admin: GuardedAdmin, group: str, wanted: list[TopicPartition]
) -> dict[Partition, Commit]:
    for tries in range(1, TRIES + 1):
        try:
            call = admin.list_consumer_group_offsets(group, partitions=wanted)
            found = await answer(call, seconds=CALL_SECONDS)
        except KafkaFault as error:
            # A coordinator that loads, or has moved, answers soon.
            if tries == TRIES or not getattr(error.__cause__, "retriable", False):
                cause = sentence(error.__cause__ or error)
                raise KafkaFault(
                    f"the offsets of the group {group} could not be read ({cause}):"
                    " may the bridge's user describe it?"
                ) from error
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            break
    return {
        Partition(*where): Commit(at.offset, at.metadata)
        for where, at in found.items()
        if at.offset >= 0
    }
