"""Receipts on a real Kafka: what was settled has one, whatever befalls bridge or topic."""

import json
import time
from typing import Any

import pytest

from tests.system.broker import Broker
from tests.system.cluster import Partition
from tests.system.settings import (
    FEW_TOGETHER,
    SOON_MISSED,
    TOGETHER,
    Sections,
    merged,
    repeats_per_crash,
)
from tests.system.world import World

KILLS = 3
AWAY_SECONDS = 8
RECEIPT_PARTITIONS = 2


def receipts_topic(world: World) -> str:
    return f"{world.group}-receipts"


def kept(world: World, *, required: bool) -> Sections:
    return {"receipts": {"topic": receipts_topic(world), "required": required}}


def create_receipts_topic(world: World) -> None:
    world.cluster.create_topics({receipts_topic(world): RECEIPT_PARTITIONS})


def receipts_of(world: World) -> list[dict[str, Any]]:
    return [json.loads(one.value or b"") for one in world.cluster.read(receipts_topic(world))]


def places_of(receipts: list[dict[str, Any]]) -> set[tuple[Partition, int]]:
    return {(Partition(one["topic"], one["partition"]), one["offset"]) for one in receipts}


def check_none_is_missing(world: World) -> None:
    receipts = receipts_of(world)
    assert places_of(receipts) == {(one.partition, one.offset) for one in world.produced}
    assert {one["outcome"] for one in receipts} == {"delivered"}
    orders = [one for one in receipts if one["kind"] == "order"]
    assert orders
    assert all(one["transaction_id"] for one in orders)


@pytest.mark.timeout(600)  # what is awaited has limits of its own
def test_kill_9_under_load_leaves_no_settled_record_without_its_receipt(world: World) -> None:
    world.create_topics()
    create_receipts_topic(world)
    world.omeda.latency = 0.02
    world.produce(world.author.mixed(6_000))
    settings = merged(SOON_MISSED, FEW_TOGETHER, kept(world, required=True))

    for _ in range(KILLS):
        bridge = world.ready_bridge(settings)
        world.await_more_accepted(300)
        bridge.kill()
        assert world.waiting
        standing = places_of(receipts_of(world))
        for partition, committed in world.committed(world.places()).items():
            assert {(partition, offset) for offset in range(committed)} <= standing
    world.start_bridge(settings)
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check(repeats_at_most=KILLS * repeats_per_crash(TOGETHER))
    check_none_is_missing(world)


def test_while_the_required_topic_is_missing_records_wait_and_none_is_sent_again(
    world: World,
) -> None:
    world.create_topics()
    world.produce(world.author.mixed(400))
    bridge = world.start_bridge(kept(world, required=True))
    world.await_accepted(100)
    world.eventually(
        "the log tells of the missing topic",
        lambda: bridge.told("receipts were not written") > 0,
        within=60,
        instead=bridge.log_tail,
    )
    assert set(world.committed(world.places()).values()) == {0}

    create_receipts_topic(world)
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check()
    check_none_is_missing(world)


def test_a_missing_topic_of_receipts_that_are_only_kept_holds_nothing_up(world: World) -> None:
    world.create_topics()
    world.produce(world.author.mixed(400))
    bridge = world.start_bridge(kept(world, required=False))
    world.await_delivered()
    world.await_committed_to_the_end()
    world.eventually(
        "the receipts fail",
        lambda: bridge.metrics()["omeda_bridge_receipt_failures_total"] > 0,
        within=60,
        instead=bridge.log_tail,
    )

    began = time.monotonic()
    bridge.terminate()
    assert bridge.wait() == 0
    # The drain of the tests is 10 s; what the receipts topic is given ends with it.
    assert time.monotonic() - began < 10 + 8
    assert bridge.told("400 receipts could not be written before the end") == 1
    world.check()


def test_a_frozen_broker_costs_no_receipt(world: World, mortal_broker: Broker) -> None:
    world.create_topics()
    create_receipts_topic(world)
    world.ready_bridge(kept(world, required=True))

    with world.load(per_second=300):
        world.await_accepted(600)
        mortal_broker.freeze()
        time.sleep(AWAY_SECONDS)
        mortal_broker.thaw()
        world.await_more_accepted(600)
    world.await_delivered()
    world.await_committed_to_the_end()

    world.check()
    check_none_is_missing(world)


def test_a_stop_under_load_waits_for_receipts_that_nobody_requires(world: World) -> None:
    world.create_topics()
    create_receipts_topic(world)
    world.omeda.latency = 0.02
    world.produce(world.author.mixed(3_000))
    for _ in range(2):
        bridge = world.ready_bridge(kept(world, required=False))
        world.await_more_accepted(300)
        bridge.terminate()
        assert bridge.wait() == 0
    assert world.waiting
    accepted = {each.submission.seq for each in world.omeda.accepted}

    places = {(one.partition, one.offset) for one in world.produced if one.seq in accepted}
    assert places_of(receipts_of(world)) == places
