"""Topics of the embedded broker that have records from the start."""

from itertools import count

from bridge.model import Partition
from tests.edges.embedded import PARTITIONS, Broker

COUNT = 300
"""Records in each partition."""

_numbers = count()


def filled_topic(broker: Broker) -> str:
    """A new one, with `COUNT` records in each partition."""
    topic = f"topic-{next(_numbers)}"
    for number in range(PARTITIONS):
        broker.write(topic, [b"%d" % at for at in range(COUNT)], partition=number)
    return topic


def partitions_of(topic: str) -> list[Partition]:
    return [Partition(topic, number) for number in range(PARTITIONS)]
