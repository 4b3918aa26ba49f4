"""Whether Kafka has what the configuration names, step by step. Joins no group, writes nothing."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.conn import collect_hosts

from bridge.config import Config
from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.client import CALL_SECONDS, FAILURES, answer, options, sentence
from bridge.kafka.closing import close_consumer
from bridge.kafka.refusals import asked, hint
from bridge.reach import Step, Target, reach

CLOSE_SECONDS = 3.0
_SERVERS = "kafka.bootstrap_servers"


async def kafka_steps(config: Config) -> AsyncIterator[Step]:
    """From the names of the servers to the offsets of the group."""
    reached = False
    for host, port, _ in collect_hosts(config.kafka.bootstrap_servers, randomize=False):
        failed = False
        async for step in _server_steps(config.kafka, host, port):
            failed = failed or step.outcome == "failed"
            yield step
        reached = reached or not failed
    if reached:
        async for step in _cluster_steps(config):
            yield step


async def _server_steps(kafka: Kafka, host: str, port: int) -> AsyncIterator[Step]:
    tls = options(kafka).get("ssl_context")
    target = Target(f"Kafka at {host}:{port}", host, port, _SERVERS, tls, "kafka.security.ca_file")
    async for step in reach(target):
        yield step
        if step.outcome == "failed":
            return
    yield await _log_in(target, kafka)


async def _log_in(target: Target, kafka: Kafka) -> Step:
    name = "login" if kafka.security.protocol.startswith("SASL") else "protocol"
    cause = await asked(kafka, target.host, target.port)
    if cause is not None:
        advice = hint(cause) or f"look at {_SERVERS} and kafka.security.protocol"
        return Step(target.about, name, "failed", sentence(cause), advice)
    user = f"as {kafka.security.username}, " if name == "login" else ""
    return Step(target.about, name, "ok", f"{user}{kafka.security.protocol}")


async def _cluster_steps(config: Config) -> AsyncIterator[Step]:
    consumer = _consumer(config.kafka)
    try:
        cluster = await _metadata(consumer)
        if isinstance(cluster, Step):
            yield cluster
            return
        async for step in _broker_steps(cluster):
            yield step
        counts = {
            topic: len(cluster.partitions_for_topic(topic) or ()) for topic in _topics(config)
        }
        for step in _topic_steps(config, counts):
            yield step
        yield await _group_step(config, consumer, counts)
    finally:
        await close_consumer(consumer, seconds=CLOSE_SECONDS)


async def _metadata(consumer: Any) -> Any:
    try:
        await answer(consumer.start(), seconds=CALL_SECONDS)
        # Asking for all topics makes none, where brokers make those that are asked for.
        return await answer(consumer._client.fetch_all_metadata(), seconds=CALL_SECONDS)
    except KafkaFault as error:
        return Step("Kafka", "metadata", "failed", str(error), "may the user describe topics?")


async def _broker_steps(cluster: Any) -> AsyncIterator[Step]:
    """Each by the address that the cluster itself gives: clients are sent there."""
    for broker in sorted(cluster.brokers(), key=lambda broker: broker.nodeId):
        name = f"broker {broker.nodeId}"
        target = Target("Kafka", broker.host, broker.port, _SERVERS)
        steps = [step async for step in reach(target)]
        if steps[-1].outcome == "ok":
            yield Step("Kafka", name, "ok", f"{broker.host}:{broker.port}")
        else:
            yield Step(
                "Kafka",
                name,
                "failed",
                f"{broker.host}:{broker.port}: {steps[-1].said}",
                "brokers call themselves so (advertised.listeners), and clients go there",
            )


def _topics(config: Config) -> list[str]:
    ends = (config.dead_letters.topic, config.receipts.topic)
    return [*(route.topic for route in config.routes), *filter(None, ends)]


def _topic_steps(config: Config, counts: dict[str, int]) -> list[Step]:
    return [
        *(_topic_step(topic, count) for topic, count in counts.items()),
        *_unequal(config, counts),
    ]


def _topic_step(topic: str, partitions: int) -> Step:
    if partitions:
        return Step("Kafka", f"topic {topic}", "ok", f"{partitions} partitions")
    advice = "create it, or let the user describe it; until then `run` waits for it"
    return Step("Kafka", f"topic {topic}", "failed", "there is no such topic", advice)


def _unequal(config: Config, counts: dict[str, int]) -> list[Step]:
    """A customer's records of two topics are held apart only where both have one reader."""
    by_brand: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for route in config.routes:
        if counts[route.topic]:
            by_brand[route.brand][route.topic] = counts[route.topic]
    return [
        Step(
            "Kafka",
            f"partitions of {brand}",
            "warning",
            ", ".join(f"{topic} has {count}" for topic, count in topics.items()),
            "give a brand's topics equal counts: else two processes may have requests for one"
            " customer under way at once",
        )
        for brand, topics in by_brand.items()
        if len(set(topics.values())) > 1
    ]


async def _group_step(config: Config, consumer: Any, counts: dict[str, int]) -> Step:
    name = f"group {config.kafka.group_id}"
    places = [
        TopicPartition(route.topic, number)
        for route in config.routes
        for number in range(counts[route.topic])
    ]
    if not places:
        return Step("Kafka", name, "warning", "no topic is there to ask for", "create the topics")
    try:
        # By hand: nothing is joined.
        consumer.assign(places)
        async with asyncio.timeout(CALL_SECONDS):
            found = [await consumer.committed(place) for place in places]
    except FAILURES as error:
        return Step("Kafka", name, "failed", sentence(error), "may the user read the group?")
    known = sum(offset is not None for offset in found)
    said = f"{known} of {len(places)} partitions have an offset"
    if known < len(places):
        said += f"; the others begin by kafka.start_from ({config.kafka.start_from})"
    return Step("Kafka", name, "ok", said)


def _consumer(kafka: Kafka) -> Any:
    return AIOKafkaConsumer(
        **options(kafka),
        group_id=kafka.group_id,
        enable_auto_commit=False,
        auto_offset_reset="none",
    )
