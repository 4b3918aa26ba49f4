"""Commits in requests that the broker can store."""

from collections.abc import Iterator

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from bridge.model import Commit, Partition

COMMIT_CHARACTERS = 512 * 1024
"""Metadata of one commit request: the broker stores a request as one record of about 1 MiB."""

COMMIT_OVERHEAD = 512
"""What the broker stores of a partition besides, the longest group name included."""


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
