"""Three instances are restarted one after the other, as a rollout does it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.system.bridge_process import BridgeProcess
from tests.system.settings import Sections
from tests.system.world import World

INSTANCES = 3


def dynamic(_: int) -> Sections:
    return {}


def static(number: int) -> Sections:
    return {"kafka": {"group_instance_id": f"bridge-{number}"}}


def rebalances(bridge: BridgeProcess) -> float:
    return bridge.metrics()["omeda_bridge_rebalances_total"]


@pytest.mark.parametrize("membership", [dynamic, static])
def test_a_rollout_costs_no_repeat(world: World, membership: Callable[[int], Any]) -> None:
    world.create_topics()
    world.omeda.latency = 0.02
    bridges = [world.start_bridge(membership(number)) for number in range(INSTANCES)]
    for bridge in bridges:
        bridge.wait_ready()

    with world.audited_commits(), world.load(per_second=300):
        world.await_more_accepted(300)
        for number in range(INSTANCES):
            bridges[number].terminate()
            assert bridges[number].wait() == 0
            bridges[number] = world.ready_bridge(membership(number))
            world.await_more_accepted(300)
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check()


def test_a_static_member_that_is_back_in_time_disturbs_nobody(world: World) -> None:
    world.create_topics()
    bridges = [world.ready_bridge(static(number)) for number in range(INSTANCES)]
    world.produce(world.author.mixed(400))
    world.await_delivered()
    before = [rebalances(bridge) for bridge in bridges[1:]]

    with world.load(per_second=300):
        bridges[0].terminate()
        assert bridges[0].wait() == 0
        world.ready_bridge(static(0))
        world.await_more_accepted(600)
    world.await_delivered()

    assert [rebalances(bridge) for bridge in bridges[1:]] == before
    world.check()
