"""The examples of docs/producers.md: in each language the same keys, partitions and order."""

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Producer

from bridge.event import Event
from bridge.identity import lane_of
from bridge.model import Kind, Route, Service
from bridge.model import Partition as Place
from bridge.reading import Reader
from bridge.record import Record
from tests.docs.reading import ROOT
from tests.system.broker import Broker
from tests.system.cluster import Cluster, Stored
from tests.system.jars import fetch, jars_directory

EXAMPLES = ROOT / "docs/examples"
ORDERS = EXAMPLES / "orders.jsonl"
GUIDE = (ROOT / "docs/producers.md").read_text()
PARTITIONS = 12
RUN_SECONDS = 60

Partitions = dict[int, list[Stored]]
Written = dict[str, Partitions]
Command = Callable[[str, str, Path], list[str]]
"""From bootstrap servers, a topic and an empty folder."""


def python(servers: str, topic: str, _work: Path) -> list[str]:
    return [sys.executable, str(EXAMPLES / "python/produce.py"), servers, topic, str(ORDERS)]


def java(servers: str, topic: str, work: Path) -> list[str]:
    jars = fetch(EXAMPLES / "java/pom.xml", jars_directory().with_name("example-4.2.0"))
    source = EXAMPLES / "java/src/main/java/Produce.java"
    compiling = ["javac", "-Werror", "-cp", f"{jars}/*", "-d", str(work), str(source)]
    subprocess.run(compiling, check=True, timeout=RUN_SECONDS)
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    return ["java", quiet, "-cp", f"{work}:{jars}/*", "Produce", servers, topic, str(ORDERS)]


def javascript(servers: str, topic: str, work: Path) -> list[str]:
    subprocess.run([ROOT / "scripts/tools.sh", "examples"], check=True, timeout=RUN_SECONDS)
    folder = shutil.copytree(EXAMPLES / "javascript", work / "javascript")
    return ["node", str(folder / "produce.js"), servers, topic, str(ORDERS)]


def send(servers: str, topic: str, work: Path) -> list[str]:
    config = work / "bridge.yaml"
    config.write_text(
        f'kafka: {{bootstrap_servers: "{servers}"}}\n'
        f"routes: [{{topic: {topic}, kind: order, brand: DEMO}}]\n"
        "brands: {DEMO: {}}\n"
    )
    command = [sys.executable, "-m", "bridge", "send", "--config", str(config)]
    return [*command, "--topic", topic, str(ORDERS)]


LANGUAGES: dict[str, Command] = {one.__name__: one for one in (python, java, javascript, send)}


@pytest.fixture(scope="session")
def written(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """What each language has written, partition by partition."""
    cluster = Cluster(broker.bootstrap_servers)
    cluster.create_topics(dict.fromkeys(LANGUAGES, PARTITIONS))
    secrets = {"BRIDGE__BRANDS__DEMO__APP_ID": "a", "BRIDGE__BRANDS__DEMO__INPUT_ID": "b"}
    for topic, command in LANGUAGES.items():
        subprocess.run(
            command(broker.bootstrap_servers, topic, tmp_path_factory.mktemp(topic)),
            cwd=ROOT,
            env={**os.environ, **secrets},
            check=True,
            timeout=RUN_SECONDS,
        )
    return {topic: cluster.read_partitions(topic) for topic in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_is_one_that_the_bridge_takes(language: str, written: Written) -> None:
    reader = Reader(Route(language, Service("DEMO", Kind.ORDER)), wall_clock=lambda: 0.0)
    count = 0
    for number, records in written[language].items():
        for stored in records:
            record = Record(Place(language, number), 0, 0, None, stored.value)
            read = reader.read(record)
            assert isinstance(read, Event), read
            assert read.warnings == ()
            # The key says whose event it is, also where its value could not be read.
            assert stored.key == read.lane.customer.encode()
            assert read.lane != lane_of(record, "DEMO", {})
            count += 1
    assert count == len(ORDERS.read_text().splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_puts_a_customer_into_the_same_partition(
    language: str, written: Written
) -> None:
    assert keys(written[language]) == keys(written["java"])
    assert sum(map(bool, written["java"].values())) > 3  # else any partitioner would agree


def keys(partitions: Partitions) -> dict[bytes | None, list[int]]:
    """In which partitions each key stands, once for each record."""
    found = defaultdict(list)
    for number, records in partitions.items():
        for record in records:
            found[record.key].append(number)
    return dict(found)


@pytest.mark.parametrize(
    "example",
    ["python/produce.py", "java/src/main/java/Produce.java", "javascript/produce.js"],
)
def test_the_guide_shows_the_examples_as_they_are_run(example: str) -> None:
    assert (EXAMPLES / example).read_text() in GUIDE


def test_the_default_of_librdkafka_puts_keys_elsewhere(broker: Broker, written: Written) -> None:
    cluster = Cluster(broker.bootstrap_servers)
    cluster.create_topics({"default": PARTITIONS})
    producer = Producer({"bootstrap.servers": broker.bootstrap_servers})
    for key in keys(written["java"]):
        producer.produce("default", key=key, value=b"{}")
    producer.flush(RUN_SECONDS)

    there = keys(cluster.read_partitions("default"))
    elsewhere = [key for key, found in there.items() if found[0] != keys(written["java"])[key][0]]
    assert len(elsewhere) > len(there) / 2
