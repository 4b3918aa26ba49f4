"""What is lost where a partition no longer holds the next offset, and where reading goes on."""

from typing import NamedTuple

from bridge.config.kafka import LostOffsets


class Edges(NamedTuple):
    """The first offset that a partition holds, and the one that will be written next."""

    first: int
    next: int


class Loss(NamedTuple):
    """What the policy makes of it."""

    offsets: int
    """So many were not delivered and will not be: an upper bound for the records, because
    compaction and transaction markers leave offsets that no record has."""
    start: int | None
    """Where reading goes on; None where the partition is to stand."""
    why: str


def loss_of(wanted: int, edges: Edges, policy: LostOffsets) -> Loss:
    """What follows from Kafka's word that *wanted*, the next offset, is out of range.

    That word is final. Where *wanted* lies within the edges all the same, the topic was cut
    off below it and has grown over it since: other records stand there now.
    """
    if wanted < edges.first:
        gone = edges.first - wanted
        why = (
            f"retention took {gone} offsets from {wanted} on that were not delivered;"
            f" the topic now begins at {edges.first}"
        )
    else:
        gone = 0
        why = (
            f"the next offset {wanted} does not exist, the topic now ends at {edges.next}:"
            " it was created anew or cut off"
        )
    if policy is LostOffsets.HALT:
        return Loss(gone, None, why)
    if policy is LostOffsets.EARLIEST:
        return Loss(gone, edges.first, why)
    return Loss(gone + edges.next - edges.first, edges.next, why)
