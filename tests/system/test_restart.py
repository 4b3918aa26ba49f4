"""The bridge is ended, gently or not, and started again: nothing is lost, little is repeated."""

import time

import pytest

from tests.system.settings import (
    APART,
    FEW_TOGETHER,
    SOON_MISSED,
    TOGETHER,
    merged,
    repeats_per_crash,
)
from tests.system.world import World

pytestmark = pytest.mark.long

# Slow enough that events are still waiting whenever a process is ended.
LATENCY = 0.02
KILLS = 6
REPEATS_PER_KILL = repeats_per_crash(TOGETHER)
SOON_MISSED_FEW_TOGETHER = merged(SOON_MISSED, FEW_TOGETHER)


def test_sigterm_under_load_exits_0_and_costs_no_repeat(world: World) -> None:
    world.create_topics()
    world.omeda.latency = LATENCY
    world.produce(world.author.mixed(8_000))

    with world.audited_commits():
        for _ in range(4):
            bridge = world.ready_bridge()
            world.await_more_accepted(800)
            assert world.waiting
            bridge.terminate()
            assert bridge.wait() == 0
        world.start_bridge()
        world.await_delivered()
        world.await_committed_to_the_end()

    world.check()


@pytest.mark.timeout(900)  # what is awaited has limits of its own
def test_kill_9_six_times_under_load_loses_nothing_and_repeats_little(world: World) -> None:
    world.create_topics()
    world.omeda.latency = LATENCY
    world.produce(world.author.mixed(45_000))
    bridges = [world.start_bridge(SOON_MISSED_FEW_TOGETHER) for _ in range(2)]

    with world.audited_commits():
        for _ in range(KILLS):
            for bridge in bridges:
                bridge.wait_ready()
            world.await_more_accepted(800)
            assert world.waiting
            bridges.pop(0).kill()
            bridges.append(world.start_bridge(SOON_MISSED_FEW_TOGETHER))
        # Bounded for a machine that starts brokers beside this, too.
        world.await_delivered(within=180)
        world.await_committed_to_the_end()

    world.check(repeats_at_most=KILLS * REPEATS_PER_KILL)


def test_where_the_only_member_was_killed_the_next_one_goes_on(world: World) -> None:
    world.create_topics()
    world.omeda.latency = LATENCY
    world.produce(world.author.mixed(3_000))
    bridge = world.ready_bridge(SOON_MISSED_FEW_TOGETHER)

    world.await_accepted(800)
    assert world.waiting
    bridge.kill()
    world.start_bridge(SOON_MISSED_FEW_TOGETHER)
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check(repeats_at_most=REPEATS_PER_KILL)


def test_a_member_frozen_past_its_session_sends_nothing_of_what_others_own_by_then(
    world: World,
) -> None:
    world.create_topics()
    world.omeda.latency = LATENCY
    world.produce(world.author.mixed(14_000))
    # Each event in a request of its own, so that there is work for longer than a session.
    settings = merged(SOON_MISSED, APART)
    frozen, other = [world.start_bridge(settings) for _ in range(2)]
    frozen.wait_ready()
    other.wait_ready()
    world.await_more_accepted(800)

    frozen.freeze()
    # Until the session is over, and the other one has gone on with what was the frozen one's.
    time.sleep(12)
    assert world.waiting
    frozen.thaw()
    world.await_delivered()
    world.await_committed_to_the_end()

    assert frozen.answers("/livez")
    world.check(repeats_at_most=repeats_per_crash(1))
