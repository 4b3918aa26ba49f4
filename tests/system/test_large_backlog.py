"""Omeda is down for long, and three hundred thousand events wait."""

import time

import pytest

from tests.system.settings import Sections
from tests.system.world import World

pytestmark = pytest.mark.long

WAITING = 300_000
MANY_SLOTS: Sections = {
    "delivery": {"concurrency": 64, "breaker": {"failures": 10, "max_open_seconds": 5}}
}
OUTAGE_SECONDS = 14
MOST_REQUESTS = 100
MEBIBYTE = 1024 * 1024


def test_a_long_outage_is_waited_out_with_few_requests_and_flat_memory(world: World) -> None:
    world.create_topics()
    bridge = world.ready_bridge(MANY_SLOTS)
    world.omeda.down = True
    before = world.omeda.asked

    world.produce(world.author.mixed(1_000))
    time.sleep(OUTAGE_SECONDS)
    asked = world.omeda.asked - before
    # Some must be tried, or the end of the outage would not be noticed.
    assert 3 <= asked < MOST_REQUESTS, asked

    resident = [bridge.resident_bytes()]
    rebalances = bridge.metrics()["omeda_bridge_rebalances_total"]
    for _ in range(6):
        world.produce(world.author.mixed(WAITING // 6))
        resident.append(bridge.resident_bytes())
    grown = [(now - resident[0]) // MEBIBYTE for now in resident]
    assert max(grown) < 64, f"grown by {grown} MiB while {WAITING} events came in"
    assert bridge.answers("/livez")
    assert bridge.answers("/readyz")
    assert bridge.metrics()["omeda_bridge_rebalances_total"] == rebalances

    world.omeda.down = False
    healed = time.monotonic()
    world.await_accepted(1)
    assert time.monotonic() - healed < 5 + 5, "the end of the outage was noticed too late"
    world.await_accepted(20_000)
    bridge.terminate()
    assert bridge.wait() == 0

    assert not any(world.cluster.end_offsets([world.topics.dead_letters]).values())
    world.omeda.one_at_a_time.check()
    assert len(world.omeda.accepted) == len(world.omeda.accepted_seqs), "repeats"
