"""Did the run keep its promises? Everything that is known of it is told to the guarantees."""

import time
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from tests.guarantees import AtLeastOnce, KeyOrder, NeverAheadOfSettled, Repeats
from tests.system.cluster import Cluster, Commit, Partition
from tests.system.kafka_python import KafkaError
from tests.system.omeda import Accepted


class Produced(NamedTuple):
    """An event that Kafka acknowledged, and where it stands."""

    partition: Partition
    offset: int
    customer: int
    seq: str


class Read(NamedTuple):
    """What the group had committed no later than at *at*, in seconds since the epoch."""

    at: float
    commits: Mapping[Partition, Commit]


def check_delivery(
    produced: Iterable[Produced],
    accepted: Iterable[Accepted],
    *,
    dead_lettered: Collection[str],
    repeats_at_most: int,
) -> None:
    at_least_once, key_order = AtLeastOnce(), KeyOrder()
    repeats = Repeats(at_most=repeats_at_most)
    places: dict[str, Produced] = {}
    for record in produced:
        places[record.seq] = record
        at_least_once.produced(record.seq)
    for seq in dead_lettered:
        at_least_once.dead_lettered(seq)
    for submission in (one.submission for one in accepted):
        place = places[submission.seq]
        at_least_once.accepted(submission.seq)
        key_order.accepted(submission.customer, place.partition, place.offset)
        repeats.accepted(submission.seq)
    for guarantee in (at_least_once, key_order, repeats):
        guarantee.check()


class CommitAudit:
    """Compares the group's commits, time after time, with what Omeda has accepted by then.

    Meant for runs without dead letters: acceptance is the only end of a record it knows.
    """

    def __init__(self, cluster: Cluster, group: str) -> None:
        self._cluster = cluster
        self._group = group
        self._guarantee = NeverAheadOfSettled()
        self._open: dict[str, Produced] = {}
        self._known = 0
        self._samples = 0
        self.read: list[Read] = []
        """What was found, where it was something else than the time before."""

    def sample(self, produced: list[Produced], accepted_seqs: Collection[str]) -> None:
        # The commits are read first: what they cover was accepted before that, or wrongly
        # committed. The other way round, an honest bridge would look ahead of itself.
        try:
            commits = self._cluster.commits(self._group)
        except KafkaError:
            return  # the broker is not up to it just now
        self._samples += 1
        if not self.read or self.read[-1].commits != commits:
            self.read.append(Read(time.time(), commits))
        self._admit(produced)
        self._settle(accepted_seqs)
        for partition, commit in commits.items():
            self._guarantee.committed(partition, commit.offset)

    def check(self) -> None:
        assert self._samples, "no commit was ever read"
        self._guarantee.check()

    def _admit(self, produced: list[Produced]) -> None:
        for record in produced[self._known :]:
            self._open[record.seq] = record
            self._guarantee.admitted(record.partition, record.offset)
            self._known += 1

    def _settle(self, accepted_seqs: Collection[str]) -> None:
        for seq in [seq for seq in self._open if seq in accepted_seqs]:
            record = self._open.pop(seq)
            self._guarantee.settled(record.partition, record.offset)
