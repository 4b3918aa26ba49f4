"""The broker, one for the whole run, and for each test a world with names of its own."""

import gc
import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.config.kafka import Kafka
from tests.system.broker import Broker
from tests.system.cluster import Cluster
from tests.system.jars import BrokerUnavailable
from tests.system.needing import OUTSIDE_BROKER, do_without
from tests.system.security import Guarded
from tests.system.world import World

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest begin first, so that none of them is the last at work."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """What a test leaves to the collector fails that test, and none that comes later."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def bootstrap_servers(request: pytest.FixtureRequest) -> str:
    """The broker that the environment names, or one started for this run."""
    outside = os.environ.get(OUTSIDE_BROKER)
    if outside:
        return outside
    broker: Broker = request.getfixturevalue("own_broker")
    return broker.bootstrap_servers


@pytest.fixture
def name() -> str:
    """For a topic and a group that no other test has."""
    return f"trap-{time.time_ns()}-{next(_numbers)}"


@pytest.fixture
def kafka(bootstrap_servers: str, name: str) -> Kafka:
    return Kafka(bootstrap_servers=bootstrap_servers, group_id=f"{name}-group")


@pytest.fixture
def topic(bootstrap_servers: str, name: str) -> str:
    """With two partitions."""
    Cluster(bootstrap_servers).create_topics({name: 2})
    return name


@pytest.fixture(scope="session")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if os.environ.get(OUTSIDE_BROKER):
        pytest.skip(f"{OUTSIDE_BROKER} names a broker that is not ours to kill or freeze")
    try:
        broker = Broker(tmp_path_factory.mktemp("kafka"))
    except BrokerUnavailable as unavailable:
        do_without(unavailable)
    with _running(broker):
        yield broker


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A broker of its own, with a guarded door of each kind."""
    try:
        guarded = Guarded(tmp_path_factory.mktemp("guarded"))
    except BrokerUnavailable as unavailable:
        do_without(unavailable)
    with _running(guarded.broker):
        yield guarded


@contextmanager
def _running(broker: Broker) -> Iterator[None]:
    try:
        broker.start()
        yield
    finally:
        broker.stop()


@pytest.fixture
def mortal_broker(own_broker: Broker) -> Iterator[Broker]:
    """The run's broker for a test that harms it; alive and well again afterwards."""
    yield own_broker
    own_broker.revive()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Where a test's configurations, secrets and logs are."""
    return tmp_path


@pytest.fixture
def world(bootstrap_servers: str, work: Path) -> Iterator[World]:
    # The process id keeps runs apart that share a broker.
    name = f"t{os.getpid()}-{next(_numbers)}"
    with World(bootstrap_servers, name=name, work=work) as world:
        yield world
