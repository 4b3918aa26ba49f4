"""`check --connect` with a real Kafka: its doors, its topics, its group."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.system import commands
from tests.system.security import DOORS, PASSWORD, WRONG_PASSWORD, Guarded, written_password
from tests.system.settings import Sections
from tests.system.world import PARTITIONS, World


@pytest.fixture(scope="session")
def bootstrap_servers(guarded: Guarded) -> str:
    """The tests themselves come in by the door that nobody guards."""
    return guarded.broker.bootstrap_servers


def checked(world: World, work: Path, *changes: Sections) -> tuple[int, dict[str, Any]]:
    """Its status, and Kafka's steps by their names."""
    config = commands.written(work, world.settings(*changes))
    ended = commands.run(config, "check", "--connect", "--json")
    assert not ended.complaints
    assert PASSWORD not in ended.out
    assert WRONG_PASSWORD not in ended.out
    steps = json.loads(ended.out)["steps"]
    return ended.status, {step["name"]: step for step in steps if "Kafka" in step["about"]}


def test_by_every_door_all_is_well(world: World, work: Path, guarded: Guarded) -> None:
    world.create_topics()
    for door, mechanism in (DOORS[0], DOORS[1], DOORS[2], DOORS[-1]):
        status, steps = checked(world, work, guarded.by(door, mechanism))

        assert (status, [step for step in steps.values() if step["outcome"] == "failed"]) == (0, [])
        assert ("login" if mechanism else "protocol") in steps
        assert ("TLS" in steps) == (door != "SASL")


def test_the_offsets_of_the_group_are_counted(world: World, work: Path) -> None:
    world.create_topics()
    bridge = world.ready_bridge()
    world.produce([world.author.behavior(1001)])
    world.await_committed_to_the_end()
    bridge.close()

    _, steps = checked(world, work)

    every = 2 * PARTITIONS
    assert steps[f"group {world.group}"]["said"] == f"{every} of {every} partitions have an offset"


def test_a_refused_login_is_told_with_the_settings_to_look_at(
    world: World, work: Path, guarded: Guarded
) -> None:
    door, mechanism = DOORS[-1]
    password = str(written_password(work))

    status, steps = checked(world, work, guarded.by(door, mechanism, password_file=password))

    assert status == 3
    assert steps["login"]["outcome"] == "failed"
    assert "kafka.security.password_file" in steps["login"]["advice"]
    assert "metadata" not in steps


def test_topics_of_a_brand_with_unequal_partition_counts_are_warned_of(
    world: World, work: Path
) -> None:
    topics = world.topics
    counts = {topics.behaviors: 4, topics.orders: 2, topics.dead_letters: 1}
    world.cluster.create_topics(counts)

    status, steps = checked(world, work)

    [warning] = [step for step in steps.values() if "equal counts" in step["advice"]]
    assert (status, warning["outcome"]) == (0, "warning")
    assert warning["said"] == f"{topics.behaviors} has 4, {topics.orders} has 2"
