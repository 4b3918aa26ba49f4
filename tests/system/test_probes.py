"""What Kubernetes asks and does: probes, a stop, more instances and fewer."""

import time
from contextlib import suppress

from tests.faults.launcher import LAUNCHER
from tests.system.bridge_process import BridgeProcess
from tests.system.waiting import eventually
from tests.system.world import PARTITIONS, World

OUTAGE_SECONDS = 15
LATENCY_SECONDS = 2.0
BLOCKED_SECONDS = 30
"""Within this the signal that blocks has been handled."""


def alive_all_along(bridge: BridgeProcess, seconds: float) -> int:
    """How often the process said that it lives and is ready; it never said anything else."""
    until, answers = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        assert bridge.answers("/livez"), bridge.log_tail()
        assert bridge.answers("/readyz"), bridge.log_tail()
        answers += 1
        time.sleep(0.2)
    return answers


def test_an_outage_of_omeda_changes_no_probe_and_restarts_nobody(world: World) -> None:
    world.create_topics()
    world.omeda.down = True
    world.produce(world.author.mixed(400))
    bridge = world.ready_bridge()

    assert alive_all_along(bridge, OUTAGE_SECONDS) > OUTAGE_SECONDS
    assert not world.omeda.accepted

    world.omeda.down = False
    world.await_delivered()
    world.check()


def test_a_member_without_a_partition_is_ready(world: World) -> None:
    world.create_topics()
    # Each instance is given some of both topics; the ones beyond that have none.
    bridges = [world.ready_bridge() for _ in range(PARTITIONS + 1)]

    def idle() -> list[BridgeProcess]:
        return [one for one in bridges if not one.metrics()["omeda_bridge_assigned_partitions"]]

    world.eventually("one has nothing to do", lambda: bool(idle()), within=30, instead=idle)
    without = idle()
    assert without
    for bridge in without:
        assert alive_all_along(bridge, 2)


def test_a_process_whose_event_loop_is_blocked_does_not_live(world: World) -> None:
    world.command = LAUNCHER
    world.create_topics()
    bridge = world.ready_bridge()

    bridge.block()
    eventually("it stands still", lambda: not bridge.answers("/livez"), within=BLOCKED_SECONDS)
    assert not bridge.answers("/livez")

    bridge.unblock()
    bridge.wait_answering("/livez")


def test_a_process_that_was_asked_to_stop_is_not_ready_and_ends_within_its_time(
    world: World,
) -> None:
    world.create_topics()
    world.omeda.latency = LATENCY_SECONDS
    bridge = world.ready_bridge()
    world.produce(world.author.mixed(100))
    eventually(
        "requests are under way",
        lambda: bridge.metrics()["omeda_bridge_in_flight"] > 0,
        within=30,
    )

    bridge.terminate()
    asked = time.monotonic()
    told = False
    while bridge.running and not told:
        with suppress(OSError):
            told = not bridge.answers("/readyz") and "not now" in bridge.page("/readyz")
    assert told, bridge.log_tail()
    assert bridge.wait() == 0
    assert time.monotonic() - asked < LATENCY_SECONDS + 15

    world.omeda.latency = 0.0
    world.ready_bridge()
    world.await_delivered()
    world.check()


def test_from_one_instance_to_three_and_back_nothing_is_repeated(world: World) -> None:
    world.create_topics()
    bridges = [world.ready_bridge()]
    with world.load(per_second=200):
        world.await_more_accepted(300)
        bridges += [world.ready_bridge(), world.ready_bridge()]
        world.await_more_accepted(600)
        for bridge in bridges[1:]:
            bridge.terminate()
            assert bridge.wait() == 0
            world.await_more_accepted(300)
    world.await_delivered()
    world.await_committed_to_the_end()
    world.check()
