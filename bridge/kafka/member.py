"""One consumer of the group, from its first connection to its end."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import FetchError, FetchResult
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import ConsumerStoppedError

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.client import CALL_SECONDS, answer, options
from bridge.kafka.closing import background_tasks, close_consumer
from bridge.kafka.guard import NEVER
from bridge.kafka.rebalance import Broken, Listener, Members
from bridge.kafka.unpacking import RECORDS
from bridge.model import Partition
from bridge.record import Record

log = logging.getLogger(__name__)

LEAST_FETCH_BYTES = 64 * 1024
"""Of a partition at once. A batch that is larger comes whole, when it is the first of its answer:
the client asks for its partitions in an order that it shuffles each time."""

MOST_FETCH_BYTES = 1024 * 1024


def fetch_bytes(ahead_bytes: int, partitions: int) -> int:
    """What each of so many partitions may fetch at once, for *ahead_bytes* over all of them."""
    return min(MOST_FETCH_BYTES, max(LEAST_FETCH_BYTES, ahead_bytes // max(1, partitions)))


class Member:
    """Built inside the loop; `close` it, connected or not. Not used again after that."""

    def __init__(self, kafka: Kafka, topics: Sequence[str], *, ahead_bytes: int) -> None:
        self._topics = topics
        self._ahead_bytes = ahead_bytes
        self._listener: Listener | None = None
        self._news: asyncio.Future[None] | None = None
        self.consumer: Any = _consumer(kafka)

    async def connect(self) -> None:
        """Reach Kafka once, at addresses looked up anew. Raises KafkaFault."""
        await answer(self.consumer.start(), seconds=CALL_SECONDS)

    async def count_partitions(self) -> dict[str, int]:
        """How many partitions each topic has; 0 where it does not exist. Raises KafkaFault."""
        cluster = await answer(self.consumer._client.fetch_all_metadata(), seconds=CALL_SECONDS)
        return {topic: len(cluster.partitions_for_topic(topic) or ()) for topic in self._topics}

    def subscribe(self, members: Members, broken: Broken) -> None:
        """Join the group, in the background; *members* hears of every rebalance."""
        self._listener = Listener(members, broken, dealt=self._share_fetches)
        self.consumer.subscribe(self._topics, listener=self._listener)

    def _share_fetches(self, partitions: int) -> None:
        # A fetched answer of each partition is held until it is polled, whatever is paused.
        fetcher = self.consumer._fetcher
        fetcher._max_partition_fetch_bytes = fetch_bytes(self._ahead_bytes, partitions)

    def fetched(self) -> list[Partition]:
        """Those of which something was fetched that nobody has taken yet, or an error."""
        return [Partition(*tp) for tp in self.consumer._fetcher._records]

    def take(self, partition: Partition, limit: int) -> list[Record]:
        """At most *limit* records of what was fetched of *partition*. Raises what the client does.

        Not while `rebalancing`, when the client's own `getmany` would wait. That looks, for each
        partition that it is asked for, at all of which something was fetched.
        """
        fetcher, subscription = self.consumer._fetcher, self.consumer._subscription
        if self.consumer._closed:
            raise ConsumerStoppedError
        with subscription.fetch_context():
            pass  # It counts as a poll: who has made none for long would leave the group.
        place = TopicPartition(*partition)
        if place not in fetcher._records:
            return []
        fetched = fetcher._records[place]
        records: list[Record] = fetched.getall(limit) if isinstance(fetched, FetchResult) else []
        if isinstance(fetched, FetchError) or not fetched.has_more():
            # The next of it may be fetched.
            del fetcher._records[place]
            fetcher._notify(fetcher._wait_consume_future)
        if isinstance(fetched, FetchError):
            fetched.check_raise()
        return records

    async def news(self, seconds: float) -> None:
        """Wait until something was fetched, of whichever partition.

        `wake` ends it as well, and so does the end of this consumer.
        """
        fetcher = self.consumer._fetcher
        # The client's own wait goes on for its whole time, whoever has room meanwhile.
        self._news = waiter = fetcher._create_fetch_waiter()
        try:
            await asyncio.wait([waiter], timeout=seconds)
        finally:
            waiter.cancel()

    def wake(self) -> None:
        """Let `news` come back."""
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def silence(self) -> None:
        """Whatever the group still tells this consumer, nobody hears of it."""
        if self._listener is not None:
            self._listener.silent = True

    @property
    def proven_at(self) -> float:
        """When the group last proved the membership, in `guard.boot_seconds`."""
        proven_at: float = getattr(self.consumer._coordinator, "proven_at", NEVER)
        return proven_at

    @property
    def rebalancing(self) -> bool:
        """The group is being joined: a poll waits for that, however long others take."""
        return bool(self.consumer._subscription.reassignment_in_progress)

    def check(self) -> None:
        """Raises KafkaFault where a background task of the client has died.

        Such a member owns its partitions, sends heartbeats, and never again gets a record, or
        never again hears of the group.
        """
        for task in background_tasks(self.consumer):
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise KafkaFault(f"the Kafka client has stopped working: {error!r}")

    async def close(self, *, seconds: float) -> None:
        """Leave the group, or tear the connections down where that takes longer."""
        self.silence()
        if not await close_consumer(self.consumer, seconds=seconds):
            log.warning("the group was not left in order; it waits for the session time-out")


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
        # Until it is known how many partitions share what may be fetched ahead.
        max_partition_fetch_bytes=LEAST_FETCH_BYTES,
        check_crcs=True,
        key_deserializer=RECORDS,
    )
