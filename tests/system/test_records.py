"""Records of every size, and topics that are written to in transactions."""

from collections.abc import Sequence

from confluent_kafka import Producer

from tests.system.account import Produced
from tests.system.cluster import Partition
from tests.system.events import Event
from tests.system.world import World

TRANSACTION_SECONDS = 30
NEARLY_A_MEBIBYTE = 990_000


class Transactions:
    """A producer that writes whole transactions, or takes them back."""

    def __init__(self, world: World) -> None:
        servers = world.cluster.bootstrap_servers
        self._producer = Producer(
            {"bootstrap.servers": servers, "transactional.id": f"{world.group}-producer"}
        )
        self._producer.init_transactions(TRANSACTION_SECONDS)

    def write(self, place: Partition, events: Sequence[Event], *, commit: bool) -> None:
        self._producer.begin_transaction()
        for event in events:
            self._producer.produce(place.topic, event.value, event.key, place.number)
        self._producer.flush(TRANSACTION_SECONDS)
        if commit:
            self._producer.commit_transaction(TRANSACTION_SECONDS)
        else:
            self._producer.abort_transaction(TRANSACTION_SECONDS)


def test_what_a_transaction_took_back_is_not_delivered_and_its_markers_hold_nothing_up(
    world: World,
) -> None:
    world.create_topics()
    place = Partition(world.topics.behaviors, 0)
    transactions = Transactions(world)
    batches = [[world.author.behavior(1001 + number) for number in range(40)] for _ in range(6)]
    for number, batch in enumerate(batches):
        transactions.write(place, batch, commit=number % 2 == 0)

    world.start_bridge()
    world.await_committed_to_the_end(within=60)

    kept = [event.seq for batch in batches[::2] for event in batch]
    assert world.omeda.accepted_seqs == set(kept)
    assert len(world.omeda.accepted) == len(kept)


def test_records_as_large_as_kafka_takes_them_are_delivered_within_a_backlog_that_holds_two(
    world: World,
) -> None:
    world.create_topics()
    room = {"delivery": {"backlog_bytes": 2 * NEARLY_A_MEBIBYTE}}
    padding = "x" * NEARLY_A_MEBIBYTE
    events = [world.author.order(1001 + number % 3, Padding=padding) for number in range(24)]
    written: list[Produced] = world.produce(events)

    world.start_bridge(room)
    world.await_delivered()
    world.await_committed_to_the_end()

    assert len(written) == len(world.omeda.accepted)
    world.check()
