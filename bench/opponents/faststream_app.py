"""FastStream over aiokafka, in an environment of its own.

    python -m bench.opponents.faststream_app ack|ack_first TOPIC GROUP BOOTSTRAP URL

`ack` acknowledges after the work; FastStream then takes at most a consumer for each partition.
`ack_first` acknowledges before, with 64 workers: what is under way at a crash is lost, and a
customer's records overtake one another.
"""

import logging
import sys

import aiohttp
import uvloop
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker

CONCURRENCY = 64
PARTITIONS = 4
ANSWER_SECONDS = 60
HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "faststream",
    "x-omeda-appid": "an-app-id",
    "x-omeda-inputid": "an-input-id",
}


async def run(way: str, topic: str, group: str, bootstrap: str, url: str) -> None:
    """Until the process is ended."""
    broker = KafkaBroker(bootstrap, logger=None, log_level=logging.ERROR)
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    async with aiohttp.ClientSession(
        connector=connector, headers=HEADERS, timeout=timeout
    ) as session:

        @broker.subscriber(  # type: ignore[untyped-decorator]  # not installed here
            topic,
            group_id=group,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.ACK_FIRST if way == "ack_first" else AckPolicy.NACK_ON_ERROR,
            max_workers=CONCURRENCY if way == "ack_first" else PARTITIONS,
            decoder=lambda message: message.body,
        )
        async def send(value: bytes) -> None:
            async with session.post(url, data=value) as answer:
                answer.raise_for_status()
                await answer.read()

        await FastStream(broker, logger=None).run()


if __name__ == "__main__":
    uvloop.run(run(*sys.argv[1:6]))
