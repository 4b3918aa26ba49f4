"""Three brokers that keep each record twice at least: one of them may freeze, and nothing stands
still for longer than Kafka takes to miss it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.broker import Broker, Seat
from tests.system.jars import BrokerUnavailable
from tests.system.needing import do_without
from tests.system.settings import (
    APART,
    CONCURRENCY,
    SOON_MISSED,
    SOON_SECONDS,
    merged,
    repeats_per_crash,
)
from tests.system.world import World

pytestmark = pytest.mark.long

BROKERS = 3
INSTANCES = 2
EVENTS = 4_000
LATENCY_SECONDS = 0.2
"""So slow that a session's time is enough for a part of the events only."""

FROZEN_AFTER = 500
PER_SESSION = CONCURRENCY * round(SOON_SECONDS / LATENCY_SECONDS)
"""Requests, each with one event, that an instance can make while its last sign of life counts."""

REPEATS = INSTANCES * (PER_SESSION + repeats_per_crash(1))
"""While the group's coordinator is frozen, no commit can be made: whatever a session's time has
delivered may be delivered again by the next owner."""

MISSED_SECONDS = 150
"""Kafka itself takes some seconds to miss a broker, and every client some more for each request
that the frozen one still holds."""


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Broker]]:
    """The first is the controller as well, and is not to be harmed."""
    try:
        first = Broker(tmp_path_factory.mktemp("node-1"), seat=Seat(replicas=BROKERS))
        brokers = [first]
        for node in range(2, BROKERS + 1):
            seat = Seat(node, first.controller_port, BROKERS)
            brokers.append(Broker(tmp_path_factory.mktemp(f"node-{node}"), seat=seat))
    except BrokerUnavailable as unavailable:
        do_without(unavailable)
    try:
        for broker in brokers:
            broker.launch()
        for broker in brokers:
            broker.await_answer()
        yield brokers
    finally:
        for broker in reversed(brokers):
            broker.stop()


@pytest.mark.timeout(900)  # what is awaited has limits of its own
@pytest.mark.parametrize("frozen", [1, 2])
def test_a_frozen_broker_of_three_loses_nothing_and_its_partitions_go_on(
    brokers: list[Broker], work: Path, frozen: int
) -> None:
    servers = ",".join(broker.bootstrap_servers for broker in brokers)
    with World(servers, name=f"trio-{frozen}", work=work) as world:
        world.cluster.replicas = BROKERS
        world.omeda.latency = LATENCY_SECONDS
        world.create_topics()
        world.produce(world.author.mixed(EVENTS))
        settings = merged(SOON_MISSED, APART)
        bridges = [world.start_bridge(settings) for _ in range(INSTANCES)]
        world.await_accepted(FROZEN_AFTER)

        brokers[frozen].freeze()
        assert world.waiting > REPEATS
        world.await_delivered(within=MISSED_SECONDS)
        brokers[frozen].thaw()

        world.await_committed_to_the_end(within=MISSED_SECONDS)
        for bridge in bridges:
            bridge.terminate()
        assert [bridge.wait() for bridge in bridges] == [0] * INSTANCES
        world.check(repeats_at_most=REPEATS)
