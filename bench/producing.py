"""Writing a workload's records: all before a run, or at a steady rate while it goes on."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from bench.workloads import Workload
from tests.system.cluster import Cluster, Partition
from tests.system.events import Event, partition_of
from tests.system.writer import Message, Writer

AT_ONCE = 10_000
STEP_SECONDS = 0.01


class Topic(NamedTuple):
    """Where a workload's records stand."""

    name: str
    places: dict[str, int]
    """The order in which the events were written, by sequence text."""


def topic(cluster: Cluster, name: str, workload: Workload) -> Topic:
    """A new one."""
    cluster.create_topics({name: workload.partitions})
    return Topic(name, {})


class Producer:
    """Writes events of a workload, in their order."""

    def __init__(self, writer: Writer, workload: Workload, topic: Topic) -> None:
        self._writer = writer
        self._topic = topic
        self._partitions = workload.partitions
        self._records = workload.records()
        self._left = workload.events

    def write_all(self) -> None:
        """All that is left, acknowledged by the broker."""
        while events := self._next(AT_ONCE):
            self._write(events)

    def write(self, count: int) -> None:
        """The next *count*."""
        self._write(self._next(count))

    def write_steadily(self, per_second: int) -> dict[str, int]:
        """All that is left at this rate; when each was written, in nanoseconds since the epoch."""
        written: dict[str, int] = {}
        began = time.monotonic()
        while self._left:
            due = int((time.monotonic() - began) * per_second) - len(written)
            events = self._next(due)
            now = time.time_ns()
            written |= dict.fromkeys((event.seq for event in events), now)
            self._write(events)
            time.sleep(STEP_SECONDS)
        return written

    def _next(self, count: int) -> list[Event]:
        events = list(islice(self._records, count))
        self._left -= len(events)
        return events

    def _write(self, events: list[Event]) -> None:
        places = self._topic.places
        for event in events:
            places[event.seq] = len(places)
        self._writer.write(list(self._messages(events)))

    def _messages(self, events: list[Event]) -> Iterator[Message]:
        for event in events:
            number = partition_of(event.key, self._partitions)
            yield Message(Partition(self._topic.name, number), event.key, event.value)
