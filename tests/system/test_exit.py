"""How the process ends, and what stands committed when it does."""

import time

import pytest

from tests.system.broker import free_ports
from tests.system.settings import Sections
from tests.system.waiting import eventually
from tests.system.world import World


def unreachable_kafka(*, start_timeout_seconds: float) -> Sections:
    [port] = free_ports(1)
    return {
        "kafka": {
            "bootstrap_servers": f"127.0.0.1:{port}",
            "start_timeout_seconds": start_timeout_seconds,
        }
    }


def test_refused_credentials_halt_the_service_which_goes_on_by_itself_once_they_are_mended(
    world: World,
) -> None:
    world.create_topics()
    bridge = world.ready_bridge({"delivery": {"probe_seconds": 2}})
    world.produce(world.author.mixed(100))
    world.await_delivered()
    world.await_committed_to_the_end()
    before = world.cluster.committed(world.group)

    def halted() -> float:
        return bridge.metrics()["omeda_bridge_halted"]

    world.omeda.credentials_refused = True
    world.produce(world.author.mixed(100))
    eventually("both services halted", lambda: halted() == 2, within=30, instead=bridge.log_tail)
    time.sleep(5)

    assert bridge.answers("/livez")
    assert bridge.answers("/readyz")
    assert world.cluster.committed(world.group) == before
    assert not world.cluster.read(world.topics.dead_letters)
    world.omeda.credentials_refused = False
    world.await_delivered()
    world.await_committed_to_the_end()
    assert halted() == 0
    world.check()


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        pytest.param({"delivery": {"concurency": 4}}, "delivery", id="misspelt"),
        pytest.param({"delivery": {"concurrency": 0}}, "delivery.concurrency", id="too small"),
        pytest.param({"delivery": {"drain_seconds": 24}}, "delivery", id="drain too long"),
        pytest.param({"omeda": {"base_url": 7}}, "omeda.base_url", id="wrong type"),
    ],
)
def test_a_wrong_setting_ends_the_process_with_2_and_a_sentence_that_names_it(
    world: World, setting: Sections, path: str
) -> None:
    bridge = world.start_bridge(setting)

    assert bridge.wait() == 2
    said = bridge.log_tail()
    assert path in said
    assert "Traceback" not in said


def test_kafka_unreachable_until_the_start_timeout_ends_the_process_with_1(world: World) -> None:
    bridge = world.start_bridge(unreachable_kafka(start_timeout_seconds=3))

    assert bridge.wait() == 1
    assert "Traceback" not in bridge.log_tail()


def test_sigterm_while_kafka_is_unreachable_exits_0(world: World) -> None:
    bridge = world.start_bridge(unreachable_kafka(start_timeout_seconds=300))
    bridge.wait_answering("/startupz")

    bridge.terminate()

    assert bridge.wait() == 0
