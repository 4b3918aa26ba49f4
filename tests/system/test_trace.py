"""`omeda-bridge trace` beside a bridge at work: what waits, what was accepted, what is dead."""

import json
from typing import Any

from tests.system import commands
from tests.system.cluster import Partition
from tests.system.commands import Ended
from tests.system.test_receipts import create_receipts_topic, kept
from tests.system.world import World
from tests.system.writer import Message

LONG = "1000000"


class Tracing:
    """The command, with the configuration of the bridge."""

    def __init__(self, world: World) -> None:
        self._config = commands.written(world.work, world.settings(kept(world, required=True)))

    def run(self, *arguments: str) -> Ended:
        return commands.run(self._config, "trace", *arguments)

    def found(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("--json", *arguments).out.splitlines()]

    def at(self, partition: Partition, offset: int) -> dict[str, Any]:
        place = ("--topic", partition.topic, "--partition", str(partition.number))
        [found] = self.found(*place, "--offset", str(offset))
        return found


def test_an_order_is_followed_from_waiting_to_its_transaction(world: World) -> None:
    world.create_topics()
    create_receipts_topic(world)
    tracing = Tracing(world)
    world.omeda.down = True
    [order, behavior] = world.produce([world.author.order(1001), world.author.behavior(1001)])
    refused = world.author.order(1002)
    world.omeda.refused.add(refused.seq)
    [dead] = world.produce([refused])
    world.produce(world.author.mixed(200))
    bridge = world.ready_bridge(kept(world, required=True))

    assert tracing.at(order.partition, order.offset)["state"] == "waiting"
    world.omeda.down = False
    world.await_delivered(besides={dead.seq})
    world.await_committed_to_the_end()

    found = tracing.at(order.partition, order.offset)
    assert (found["state"], found["customer"]) == ("delivered", "1001")
    assert found["transaction_id"] > 0
    found = tracing.at(dead.partition, dead.offset)
    assert (found["state"], found["reason"], found["letters"][0]["letter"]) == (
        *("rejected", "refused"),
        "0:0",
    )
    of_customer = tracing.found("--customer", "1001", "--from", "2020-01-01T00:00Z")
    places = {(one["topic"], one["partition"], one["offset"]) for one in of_customer}
    assert {(*order.partition, order.offset), (*behavior.partition, behavior.offset)} <= places
    assert {one["state"] for one in of_customer} == {"delivered"}
    assert tracing.found("--customer", "1001", "--from", "2100-01-01T00:00Z") == []
    bridge.check_running()
    world.check(dead_lettered={dead.seq})


def test_a_record_that_is_settled_above_the_committed_offset_is_told_by_the_map(
    world: World,
) -> None:
    world.create_topics()
    tracing = Tracing(world)
    key = b"4711"
    place = world.place("order", key)
    world.cluster.configure(world.topics.dead_letters, max_message_bytes="64")
    [stuck] = world.writer.write([Message(place, key, b"not json")])
    world.produce(world.author.mixed(400))
    world.start_bridge()
    world.await_delivered()
    above = next(one for one in world.produced if one.partition == place)
    world.eventually(
        "the map names it",
        lambda: tracing.at(place, above.offset)["state"] == "settled",
        within=30,
        instead=lambda: tracing.run("--customer", "4711", "--last", LONG),
    )

    assert tracing.at(place, stuck)["state"] == "waiting"
    ended = tracing.run("--customer", "4711")
    assert "no receipt was looked for" in ended.complaints
    assert ended.status == 0
