"""The loop that one writes by hand: aiokafka, an aiohttp session, a commit.

    python -m bench.opponents.loop one|gather TOPIC GROUP BOOTSTRAP URL

`one` sends a record, waits for its answer and commits after each poll. `gather` sends up to 64
records of a poll at once and commits when all are answered: a customer's records among them
overtake one another.
"""

import asyncio
import sys

import aiohttp
import uvloop

from bench.opponents.consuming import consumer

CONCURRENCY = 64
ANSWER_SECONDS = 60
HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "loop",
    "x-omeda-appid": "an-app-id",
    "x-omeda-inputid": "an-input-id",
}


async def run(way: str, topic: str, group: str, bootstrap: str, url: str) -> None:
    """Until the process is ended."""
    reading = consumer(topic, group, bootstrap)
    await reading.start()
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    async with aiohttp.ClientSession(
        connector=connector, headers=HEADERS, timeout=timeout
    ) as session:

        async def send(value: bytes) -> None:
            async with session.post(url, data=value) as answer:
                answer.raise_for_status()
                await answer.read()

        while True:
            polled = await reading.getmany(timeout_ms=500, max_records=CONCURRENCY)
            values = [record.value for records in polled.values() for record in records]
            if way == "gather":
                await asyncio.gather(*map(send, values))
            else:
                for value in values:
                    await send(value)
            if values:
                await reading.commit()


if __name__ == "__main__":
    uvloop.run(run(*sys.argv[1:6]))
