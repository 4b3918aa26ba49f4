"""A topic that keeps the last record of each key: most offsets are gone, and nothing waits for
them."""

from tests.system.cluster import Partition
from tests.system.world import World
from tests.system.writer import Message

COMPACTED = {
    "cleanup.policy": "compact",
    "segment.ms": "100",
    "min.cleanable.dirty.ratio": "0.01",
    "max.compaction.lag.ms": "100",
}


def test_what_a_topic_still_has_is_delivered_and_its_gaps_hold_nothing_up(world: World) -> None:
    world.cluster.create_topics({world.topics.dead_letters: 1, world.topics.orders: 1})
    world.cluster.create_topics({world.topics.behaviors: 1}, COMPACTED)
    place = Partition(world.topics.behaviors, 0)
    seqs: dict[bytes | None, str] = {}

    def half_is_gone() -> bool:
        # A segment is closed by what is written after its time, and only then compacted.
        events = [world.author.behavior(1001 + customer) for customer in range(5)]
        seqs.update((event.value, event.seq) for event in events)
        world.writer.write([Message(place, event.key, event.value) for event in events])
        return len(world.cluster.read(place.topic)) < len(seqs) / 2

    world.eventually("half of it compacted", half_is_gone, within=60, instead=lambda: len(seqs))
    world.start_bridge()
    world.await_committed_to_the_end(within=60)

    kept = {seqs[record.value] for record in world.cluster.read(place.topic)}
    assert kept
    assert kept <= world.omeda.accepted_seqs
