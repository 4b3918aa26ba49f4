"""Kafka or Omeda is away for a while: the bridge stays, and everything arrives afterwards."""

import time

from tests.system.broker import Broker
from tests.system.events import FIRST_CUSTOMER, Event
from tests.system.world import World
from tests.system.writer import Message

AWAY_SECONDS = 8
MEBIBYTE = 1024 * 1024


def test_a_broker_that_is_killed_and_comes_back_loses_nothing(
    world: World, mortal_broker: Broker
) -> None:
    world.create_topics()
    world.ready_bridge()

    with world.load(per_second=300):
        world.await_accepted(600)
        mortal_broker.kill()
        time.sleep(AWAY_SECONDS)
        mortal_broker.start()
        world.await_more_accepted(600)
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check()


def test_a_broker_that_freezes_for_a_while_loses_nothing(
    world: World, mortal_broker: Broker
) -> None:
    world.create_topics()
    world.ready_bridge()

    with world.load(per_second=300):
        world.await_accepted(600)
        mortal_broker.freeze()
        time.sleep(AWAY_SECONDS)
        mortal_broker.thaw()
        world.await_more_accepted(600)
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check()


def test_requests_that_fail_now_and_then_are_repeated_in_their_customers_order(
    world: World,
) -> None:
    world.create_topics()
    world.omeda.fail_share = 0.1
    world.omeda.retry_after = "0"
    world.produce(world.author.mixed(4_000))

    world.start_bridge()
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check()


def test_without_a_dead_letter_topic_a_bad_record_waits_and_other_customers_go_on(
    world: World,
) -> None:
    world.create_topics(dead_letters=False)
    key = b"4711"  # a customer of nobody else's, so that its lane is its own
    place = world.place("order", key)
    [offset] = world.writer.write([Message(place, key, b"not json")])
    world.produce(world.author.mixed(800))

    world.start_bridge()
    world.await_delivered()
    time.sleep(1)  # several commits' worth, for the one that must not come

    assert world.committed([place]) == {place: offset}

    world.create_dead_letter_topic()
    world.await_committed_to_the_end(within=60)
    [letter] = world.cluster.read(world.topics.dead_letters)
    assert (letter.key, letter.value) == (key, b"not json")
    world.check()


def test_while_omeda_is_down_memory_stays_flat_and_all_is_delivered_afterwards(
    world: World,
) -> None:
    small_backlog = {"delivery": {"backlog_high": 2000, "backlog_low": 1000}}
    world.create_topics()
    bridge = world.ready_bridge(small_backlog)
    before = bridge.resident_bytes()

    world.omeda.down = True
    world.produce(bulky_orders(world, 60_000))
    resident = []
    for _ in range(10):
        time.sleep(1)
        resident.append(bridge.resident_bytes())

    assert bridge.answers("/livez")
    assert bridge.answers("/readyz")
    assert not world.omeda.accepted
    # 60,000 of these are some 60 MB as bytes alone, and several times that as objects.
    grown = [(now - before) // MEBIBYTE for now in resident]
    assert max(grown) < 64, f"grown by {grown} MiB, second by second"

    world.omeda.down = False
    world.await_accepted(5_000)
    bridge.terminate()
    assert bridge.wait() == 0


def bulky_orders(world: World, count: int) -> list[Event]:
    answers = [
        {"OmedaDemographicId": number, "OmedaDemographicValue": "x" * 80} for number in range(7)
    ]
    return [
        world.author.order(FIRST_CUSTOMER + number % 500, CustomerDemographics=answers)
        for number in range(count)
    ]
