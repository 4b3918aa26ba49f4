"""What operators do to topics and offsets, and what the bridge makes of it."""

import time
from collections.abc import Iterable

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions, NewTopic

from tests.system.account import Produced
from tests.system.cluster import Partition
from tests.system.events import Event
from tests.system.world import PARTITIONS, World
from tests.system.writer import Message, Writer

pytestmark = pytest.mark.long

ADMIN_SECONDS = 30
NOTICED_SECONDS = 100
"""The client looks at its topics once a minute."""


class Operator:
    def __init__(self, world: World) -> None:
        self._world = world
        self._admin = AdminClient({"bootstrap.servers": world.cluster.bootstrap_servers})

    def add_partition(self, topic: str) -> Partition:
        added = self._admin.create_partitions([NewPartitions(topic, PARTITIONS + 1)])
        added[topic].result(ADMIN_SECONDS)
        return Partition(topic, PARTITIONS)

    def set_offsets(self, offsets: dict[Partition, int]) -> None:
        wanted = [TopicPartition(*where, at) for where, at in offsets.items()]
        group = ConsumerGroupTopicPartitions(self._world.group, wanted)
        [done] = self._admin.alter_consumer_group_offsets([group]).values()
        done.result(ADMIN_SECONDS)

    def expire(self, before: dict[Partition, int]) -> None:
        """As retention does."""
        wanted = [TopicPartition(*where, at) for where, at in before.items()]
        for done in self._admin.delete_records(wanted).values():
            done.result(ADMIN_SECONDS)

    def recreate(self, topic: str) -> None:
        self._admin.delete_topics([topic])[topic].result(ADMIN_SECONDS)
        self._world.eventually(
            f"{topic} is gone",
            lambda: topic not in self._world.cluster.topics(),
            within=ADMIN_SECONDS,
            instead=self._world.cluster.topics,
        )
        made = self._admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
        made[topic].result(ADMIN_SECONDS)


@pytest.fixture
def operator(world: World) -> Operator:
    return Operator(world)


def write(world: World, place: Partition, events: Iterable[Event]) -> list[Produced]:
    """To that partition, whatever the customers are."""
    events = list(events)
    offsets = world.writer.write([Message(place, event.key, event.value) for event in events])
    written = [
        Produced(place, offset, event.customer, event.seq)
        for offset, event in zip(offsets, events, strict=True)
    ]
    world.produced += written
    return written


def behaviors(world: World, count: int) -> list[Event]:
    return [world.author.behavior(1001 + number) for number in range(count)]


def test_nothing_is_skipped_of_a_partition_that_is_added_meanwhile(
    world: World, operator: Operator
) -> None:
    world.create_topics()
    world.ready_bridge({"kafka": {"start_from": "latest"}})
    await_start(world)
    world.produce(world.author.mixed(100))
    world.await_delivered()

    added = operator.add_partition(world.topics.behaviors)
    world.writer = Writer(world.cluster.bootstrap_servers)  # the former knows four partitions
    write(world, added, behaviors(world, 50))
    world.await_delivered(within=NOTICED_SECONDS)
    world.await_committed_to_the_end()

    world.check()


def await_start(world: World) -> None:
    """Until the group stands at what was the end of each partition: what comes later is read.

    It is ready before that.
    """
    world.eventually(
        "a start is committed in every partition",
        lambda: set(world.places()) <= set(world.cluster.committed(world.group)),
        within=30,
        instead=lambda: world.cluster.committed(world.group),
    )


@pytest.mark.parametrize("to", [0, 30])
def test_offsets_that_were_set_while_nothing_ran_are_where_it_goes_on(
    world: World, operator: Operator, to: int
) -> None:
    world.create_topics()
    place = Partition(world.topics.behaviors, 0)
    written = write(world, place, behaviors(world, 50))
    bridge = world.ready_bridge()
    world.await_committed_to_the_end()
    bridge.terminate()
    assert bridge.wait() == 0

    operator.set_offsets({place: to})
    world.start_bridge()
    world.await_committed_to_the_end()

    accepted = [one.submission.seq for one in world.omeda.accepted]
    assert sorted(accepted) == sorted(
        [*(one.seq for one in written)] + [one.seq for one in written[to:]]
    )


def test_by_default_a_partition_that_lost_records_stands_and_says_so(
    world: World, operator: Operator
) -> None:
    place, written = with_loss(world, operator)
    bridge = world.ready_bridge()
    world.eventually(
        "the loss is counted",
        lambda: bridge.metrics()["omeda_bridge_lost_records_total"] == 20,
        within=30,
        instead=bridge.log_tail,
    )
    time.sleep(2)  # several commits' worth, for the one that must not come

    assert world.committed([place]) == {place: 10}
    assert world.omeda.accepted_seqs == {one.seq for one in written[:10]}
    assert "stands still" in bridge.log_tail()
    assert bridge.answers("/livez")


def test_a_partition_that_lost_records_goes_on_with_what_there_is_where_that_is_chosen(
    world: World, operator: Operator
) -> None:
    _, written = with_loss(world, operator)
    bridge = world.ready_bridge({"kafka": {"on_lost_offsets": "earliest"}})
    world.await_committed_to_the_end()

    assert world.omeda.accepted_seqs == {one.seq for one in [*written[:10], *written[30:]]}
    assert bridge.metrics()["omeda_bridge_lost_records_total"] == 20
    assert len(world.omeda.accepted) == len(world.omeda.accepted_seqs)


def with_loss(world: World, operator: Operator) -> tuple[Partition, list[Produced]]:
    """Fifty records, of which ten were delivered, and retention has taken the next twenty."""
    world.create_topics()
    place = Partition(world.topics.behaviors, 0)
    written = write(world, place, behaviors(world, 10))
    bridge = world.ready_bridge()
    world.await_committed_to_the_end()
    bridge.terminate()
    assert bridge.wait() == 0
    written += write(world, place, behaviors(world, 40))
    operator.expire({place: 30})
    return place, written


def test_a_topic_that_is_created_anew_is_read_from_its_first_record(
    world: World, operator: Operator
) -> None:
    world.create_topics()
    place = Partition(world.topics.behaviors, 0)
    write(world, place, behaviors(world, 50))
    world.ready_bridge({"kafka": {"on_lost_offsets": "earliest"}})
    world.await_delivered()
    world.await_committed_to_the_end()

    operator.recreate(world.topics.behaviors)
    write(world, place, behaviors(world, 20))
    world.await_delivered(within=NOTICED_SECONDS)
    world.await_committed_to_the_end(within=NOTICED_SECONDS)

    assert len(world.omeda.accepted) == 70
