"""Events go through: in order, exactly as written, each of them, whatever comes between."""

import json

import pytest

from tests.system.cluster import Stored
from tests.system.events import FIRST_CUSTOMER
from tests.system.omeda import SUBMISSION_ID
from tests.system.omeda_contract import BRAND
from tests.system.world import World
from tests.system.writer import Message

EVENTS = 20_000


def test_every_event_arrives_once_and_in_order_while_members_join_and_leave(world: World) -> None:
    world.create_topics()
    world.omeda.latency = 0.02  # paces the run, so that both changes happen midway
    world.produce(world.author.mixed(EVENTS))
    leaving = world.start_bridge()
    world.start_bridge()

    with world.audited_commits():
        world.await_accepted(EVENTS // 5)
        joining = world.ready_bridge()
        world.await_accepted(EVENTS // 2)
        leaving.terminate()
        assert leaving.wait() == 0
        world.await_delivered()
        world.await_committed_to_the_end()

    assert joining.metrics()["omeda_bridge_assigned_partitions"] > 0
    world.check()


def test_a_member_that_joins_and_leaves_again_and_again_costs_no_repeat(world: World) -> None:
    world.create_topics()
    world.omeda.latency = 0.02
    world.produce(world.author.mixed(18_000))
    world.ready_bridge()

    for _ in range(3):
        visiting = world.ready_bridge()
        world.await_more_accepted(600)
        assert world.waiting
        visiting.terminate()
        assert visiting.wait() == 0
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check()


def test_a_request_holds_what_was_written_and_the_undocumented_byte_for_byte(world: World) -> None:
    world.create_topics()
    order = world.author.order(
        FIRST_CUSTOMER,
        Airmail="",
        MergeCode="0",
        FirstName="Zoë \N{SNOWMAN}",
        AmountPaid="71.50",
        Emails=[{"EmailAddress": "zoe@example.org", "EmailProducts": "ALL"}],
        Unheard={"Of": [1, "two", False]},
    )
    behavior = world.author.behavior(FIRST_CUSTOMER + 1)
    world.produce([order, behavior])

    world.start_bridge()
    world.await_delivered()

    bodies = {one.submission.seq: one.submission.body for one in world.omeda.accepted}
    assert json.loads(bodies[order.seq]) == json.loads(order.value)
    assert b'"Unheard":{"Of":[1,"two",false]}' in bodies[order.seq]
    assert bodies[behavior.seq] == behavior.value
    world.check()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(b'{"OmedaCustomerId": 1001,', "not_json", id="cut off"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(None, "empty", id="tombstone"),
    ],
)
def test_what_is_no_event_becomes_a_dead_letter_and_the_rest_is_delivered(
    world: World, value: bytes | None, reason: str
) -> None:
    world.create_topics()
    key = str(FIRST_CUSTOMER).encode()
    place = world.place("order", key)
    world.produce(world.author.mixed(400))
    [offset] = world.writer.write([Message(place, key, value, (("trace", b"t-1"),))])
    world.produce(world.author.mixed(400))

    world.start_bridge()
    world.await_delivered()
    world.await_committed_to_the_end()

    [letter] = world.cluster.read(world.topics.dead_letters)
    assert (letter.key, letter.value) == (key, value)
    assert source_of(letter) == (place.topic, str(place.number), str(offset))
    assert letter.header("trace") == "t-1"
    assert letter.header("bridge.reason") == reason
    assert letter.header("__connect.errors.stage") == "decode"
    assert_explained(letter, kind="order")
    world.check()


def test_what_omeda_refuses_becomes_a_dead_letter_and_the_rest_is_delivered(world: World) -> None:
    world.create_topics()
    events = world.author.mixed(2_000)
    refused = events[501::500]
    world.omeda.refused = {event.seq for event in refused}
    places = {record.seq: record for record in world.produce(events)}

    world.start_bridge()
    world.await_delivered(besides=world.omeda.refused)
    world.await_committed_to_the_end()

    letters = {letter.value: letter for letter in world.cluster.read(world.topics.dead_letters)}
    assert set(letters) == {event.value for event in refused}
    for event in refused:
        letter, place = letters[event.value], places[event.seq]
        assert letter.key == event.key
        assert source_of(letter) == (*map(str, place.partition), str(place.offset))
        assert letter.header("bridge.reason") == "refused"
        assert letter.header("bridge.status") == "400"
        # Those together with others count, too.
        assert int(letter.header("bridge.attempts")) >= 1
        assert letter.header("bridge.submission_id") == SUBMISSION_ID
        assert letter.header("__connect.errors.stage") == "deliver"
        assert "is not a valid customer id" in letter.header("__connect.errors.exception.message")
        assert_explained(letter, kind=event.kind)
    world.check(dead_lettered=world.omeda.refused)


def source_of(letter: Stored) -> tuple[str, str, str]:
    topic, partition, offset = (
        letter.header(f"__connect.errors.{name}") for name in ("topic", "partition", "offset")
    )
    return topic, partition, offset


def assert_explained(letter: Stored, *, kind: str) -> None:
    """The headers that each dead letter carries, whatever its reason."""
    assert letter.header("bridge.brand") == BRAND
    assert letter.header("bridge.kind") == kind
    for name in (
        "__connect.errors.exception.class.name",
        "__connect.errors.exception.message",
        "bridge.failed_at",
        "bridge.version",
    ):
        assert letter.header(name), f"{name} is empty"
