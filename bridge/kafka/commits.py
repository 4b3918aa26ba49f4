"""Commits in requests that the broker can store."""

import logging
from collections.abc import Iterator
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import OffsetMetadataTooLargeError
from aiokafka.structs import OffsetAndMetadata

from bridge.model import Commit, Partition

log = logging.getLogger(__name__)

COMMIT_CHARACTERS = 512 * 1024
"""Metadata of one commit request: the broker stores a request as one record of about 1 MiB."""

COMMIT_OVERHEAD = 512
"""What the broker stores of a partition besides, the longest group name included."""


class Room:
    """How much of a completion map the brokers store, as their answers tell.

    `offset.metadata.max.bytes` may be smaller than it is by default. A map that cannot be stored is
    cut, and must cost neither its offset nor the maps of other partitions.
    """

    def __init__(self) -> None:
        self._refused = float("inf")
        """The shortest map that was refused: from then on none of that length is sent."""

    async def store(
        self, consumer: Any, commits: dict[Partition, Commit]
    ) -> dict[Partition, Commit]:
        """Commit *commits* through *consumer*; what was stored. Raises what it raises."""
        stored = {at: self._fitted(commit) for at, commit in commits.items()}
        for part in parts(stored):
            try:
                await consumer.commit(part)
            except OffsetMetadataTooLargeError:
                at_fault = part.keys() & consumer._coordinator.unfit or part.keys()
                lengths = {at: len(part[at].metadata) for at in at_fault if part[at].metadata}
                if not lengths:
                    raise
                self._learn(min(lengths.values()))
                stored |= {Partition(*at): Commit(part[at].offset, cut=True) for at in lengths}
                # All once more: should others have been at fault, nothing is taken for stored.
                for again in parts({Partition(*at): stored[Partition(*at)] for at in part}):
                    await consumer.commit(again)
        return stored

    def _fitted(self, commit: Commit) -> Commit:
        if len(commit.metadata) < self._refused:
            return commit
        return Commit(commit.offset, cut=True)

    def _learn(self, refused: int) -> None:
        self._refused = refused
        log.warning(
            "no room for completion maps of %d characters: is offset.metadata.max.bytes below"
            " 4096? From now on they are left out, and a crash repeats more",
            refused,
        )


def parts(
    commits: dict[Partition, Commit],
) -> Iterator[dict[TopicPartition, OffsetAndMetadata]]:
    """*commits*, split by partitions where one request could not hold them all."""
    part: dict[TopicPartition, OffsetAndMetadata] = {}
    characters = 0
    for partition, commit in commits.items():
        entry = len(commit.metadata) + len(partition.topic) + COMMIT_OVERHEAD
        characters += entry
        if part and characters > COMMIT_CHARACTERS:
            yield part
            part, characters = {}, entry
        part[TopicPartition(*partition)] = OffsetAndMetadata(commit.offset, commit.metadata)
    if part:
        yield part
