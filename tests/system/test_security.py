"""Kafka behind TLS and passwords: the bridge comes in by every door."""

from pathlib import Path

import pytest

from tests.system import commands
from tests.system.commands import Ended
from tests.system.security import DOORS, PASSWORD, Guarded, written_password
from tests.system.world import World

COUNT = 200


@pytest.fixture(scope="session")
def bootstrap_servers(guarded: Guarded) -> str:
    """The tests themselves come in by the door that nobody guards."""
    return guarded.broker.bootstrap_servers


@pytest.mark.parametrize(("door", "mechanism"), DOORS)
def test_events_are_delivered_by_every_door_and_every_command_finds_its_way_in(
    world: World, work: Path, guarded: Guarded, door: str, mechanism: str | None
) -> None:
    world.create_topics()
    config = commands.written(work, world.settings(guarded.by(door, mechanism)))
    refused = world.author.behavior(4711)
    world.omeda.refused.add(refused.seq)

    bridge = world.ready_bridge(guarded.by(door, mechanism))
    world.produce([*world.author.mixed(COUNT), refused])
    world.await_delivered(besides={refused.seq})
    world.await_committed_to_the_end()
    world.check(dead_lettered={refused.seq})

    event = world.author.behavior(4712).value
    sent = commands.send(config, world.topics.behaviors, event)
    assert sent == Ended(0, f"1 events sent to {world.topics.behaviors}\n", "")
    world.await_accepted(COUNT + 1)
    listed = commands.run(config, "dead-letters", "list", "--json")
    assert (listed.status, listed.complaints) == (0, "1 letters, 1 refused\n")
    assert commands.run(config, "check").status == 0
    bridge.terminate()
    assert bridge.wait() == 0
    assert PASSWORD not in bridge.log.read_text()


def test_letters_are_replayed_through_a_guarded_door(
    world: World, work: Path, guarded: Guarded
) -> None:
    world.create_topics()
    door = guarded.by("SASL_TLS", "SCRAM-SHA-512")
    refused = world.author.behavior(4711)
    world.omeda.refused.add(refused.seq)
    world.ready_bridge(door)
    world.produce([refused])
    world.await_committed_to_the_end()
    world.omeda.refused.clear()

    config = commands.written(work, world.settings(door))
    replayed = commands.run(config, "dead-letters", "replay", "--all")

    assert (replayed.status, replayed.out) == (0, "1 letters replayed\n"), replayed
    world.await_delivered()


def test_a_bridge_keeps_trying_until_the_door_opens(
    world: World, work: Path, guarded: Guarded
) -> None:
    """A password file that is put right is read again by the next attempt."""
    password_file = written_password(work)
    door = guarded.by("SASL_TLS", "SCRAM-SHA-256", password_file=str(password_file))
    world.create_topics()
    bridge = world.start_bridge(door)
    world.eventually(
        "the bridge tries again",
        lambda: bridge.told("trying again") > 1,
        within=30,
        instead=bridge.log_tail,
    )

    password_file.write_text(PASSWORD)
    bridge.wait_ready()
    world.produce(world.author.mixed(10))
    world.await_delivered()
