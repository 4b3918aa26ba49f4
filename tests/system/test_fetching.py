"""A record larger than what is fetched at once is read all the same, on a real broker."""

import asyncio
import time

from aiokafka import TopicPartition

from bridge.config.kafka import Kafka
from bridge.kafka import guard
from bridge.kafka.member import LEAST_FETCH_BYTES
from bridge.kafka.source import KafkaSource
from bridge.model import Partition
from tests.system.cluster import Cluster
from tests.system.cluster import Partition as Place
from tests.system.writer import Message, Writer

LARGE = b"x" * 12 * LEAST_FETCH_BYTES
COUNT = 5
SECONDS = 30


async def test_each_large_record_of_several_partitions_comes_whole(bootstrap_servers: str) -> None:
    guard.install()
    topic = f"fetching-{time.time_ns()}"
    Cluster(bootstrap_servers).create_topics({topic: 3})
    places = [Partition(topic, number) for number in range(3)]
    written = [Message(Place(*at), b"key", LARGE) for at in places]
    Writer(bootstrap_servers).write(written * COUNT)
    kafka = Kafka(bootstrap_servers=bootstrap_servers, group_id=f"{topic}-group")
    source = KafkaSource(kafka, [topic], ahead_bytes=1)
    await source.connect()
    source._consumer.assign([TopicPartition(*place) for place in places])
    for place in places:
        source.seek(place, 0)
    read = dict.fromkeys(places, 0)
    try:
        async with asyncio.timeout(SECONDS):
            while set(read.values()) != {COUNT}:
                await source.wait(seconds=0.2)
                for place in places:
                    records = source.read(place, limit=10).records
                    assert {record.value for record in records} <= {LARGE}
                    read[place] += len(records)
    finally:
        await source.close(seconds=3)
