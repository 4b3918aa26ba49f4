"""A dead-letter topic that takes no letter: the bad record waits, and everybody else goes on."""

import time

import pytest

from tests.system.bridge_process import BridgeProcess
from tests.system.cluster import Partition
from tests.system.security import USER, Guarded
from tests.system.settings import Sections
from tests.system.world import World
from tests.system.writer import Message

KEY = b"4711"
"""A customer of nobody else's, so that its lane is its own."""


@pytest.fixture(scope="session")
def bootstrap_servers(guarded: Guarded) -> str:
    """The tests themselves come in by the door that nobody guards."""
    return guarded.broker.bootstrap_servers


@pytest.fixture
def by_password(guarded: Guarded) -> Sections:
    return guarded.by("SASL", "SCRAM-SHA-512")


def test_a_letter_waits_while_its_topic_is_forbidden(world: World, by_password: Sections) -> None:
    world.create_topics()
    world.cluster.forbid(USER, world.topics.dead_letters)
    place = write_a_bad_record_among_good_ones(world)
    bridge = world.start_bridge(by_password)
    check_that_it_waits(world, bridge, place, "TopicAuthorizationFailedError")

    world.cluster.allow(world.topics.dead_letters)
    check_that_it_is_written(world)


def test_a_letter_waits_while_its_topic_has_no_room_for_it(
    world: World, by_password: Sections
) -> None:
    world.create_topics()
    world.cluster.configure(world.topics.dead_letters, max_message_bytes="64")
    place = write_a_bad_record_among_good_ones(world)
    bridge = world.start_bridge(by_password)
    check_that_it_waits(world, bridge, place, "MessageSizeTooLargeError")

    world.cluster.configure(world.topics.dead_letters, max_message_bytes="100000")
    check_that_it_is_written(world)


def write_a_bad_record_among_good_ones(world: World) -> Partition:
    """Where it stands, as the first of its partition."""
    place = world.place("order", KEY)
    world.writer.write([Message(place, KEY, b"not json")])
    world.produce(world.author.mixed(400))
    return place


def check_that_it_waits(world: World, bridge: BridgeProcess, place: Partition, why: str) -> None:
    world.await_delivered()
    world.eventually(
        "the letter was refused",
        lambda: bridge.told("a dead letter was not written") > 1,
        within=60,
        instead=bridge.log_tail,
    )
    assert bridge.told(why) > 0, bridge.log_tail()
    time.sleep(1)  # several commits' worth, for the one that must not come
    assert world.committed([place]) == {place: 0}


def check_that_it_is_written(world: World) -> None:
    world.await_committed_to_the_end(within=60)
    [letter] = world.cluster.read(world.topics.dead_letters)
    # Each try leaves out more than the one before. Room that comes between two of them is found by
    # the later.
    said = {name for name, _ in letter.headers}
    key = None if "bridge.key_omitted" in said else KEY
    value = None if "bridge.value_omitted" in said else b"not json"
    assert (letter.key, letter.value) == (key, value)
    world.check()
