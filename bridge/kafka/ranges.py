"""Which part of a topic is meant: offsets, times or the last of each partition."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bridge.errors import ConfigError, KafkaFault
from bridge.kafka.topics import Span, TopicReader

Bound = int | datetime
"""An offset, or a time that names its zone."""


class Wanted(NamedTuple):
    """What was asked for. Every part may be left out; *last* stands instead of the two bounds."""

    start: Bound | None = None
    end: Bound | None = None
    """What is there or later is not meant."""
    last: int | None = None
    """So many offsets at each partition's end."""
    partitions: frozenset[int] = frozenset()
    """None stands for all."""


class Part(NamedTuple):
    """What of one partition is read, and what it holds."""

    number: int
    held: Span
    span: Span

    @property
    def offsets(self) -> int:
        """How many offsets are read: not all of them need have a record."""
        return self.span.end - self.span.first


async def parts(reader: TopicReader, topic: str, wanted: Wanted) -> list[Part]:
    """What *wanted* is of *topic* now. Raises KafkaFault where there is no such topic.

    Raises ConfigError where it has no such partition.
    """
    held = await reader.open(topic)
    if not held:
        raise KafkaFault(
            f"Kafka has no topic {topic}: create it, or look at kafka.bootstrap_servers"
        )
    if unknown := wanted.partitions - held.keys():
        raise ConfigError(
            f"--partition: {topic} has no partition {min(unknown)}, only 0 to {max(held)}"
        )
    chosen = {
        n: span for n, span in held.items() if not wanted.partitions or n in wanted.partitions
    }
    starts = await _offsets(reader, chosen, wanted.start)
    ends = await _offsets(reader, chosen, wanted.end)
    return [
        Part(number, span, _part(span, starts[number], ends[number], wanted.last))
        for number, span in chosen.items()
    ]


def remarks(topic: str, chosen: Iterable[Part], wanted: Wanted) -> list[str]:
    """What a person should know of bounds that lie outside of what a partition holds."""
    said = []
    for part in chosen:
        first, end = part.held
        holds = f"{topic}-{part.number} holds offsets {first} to {end}, without the last"
        if first == end:
            said.append(f"{topic}-{part.number} is empty")
        elif isinstance(wanted.start, int) and wanted.start >= end:
            said.append(f"{holds}: nothing is there from {wanted.start} on")
        elif isinstance(wanted.end, int) and wanted.end <= first:
            said.append(f"{holds}: nothing is left below {wanted.end}")
        elif isinstance(wanted.start, int) and wanted.start < first:
            said.append(f"{holds}: what was below is gone")
        elif isinstance(wanted.end, int) and wanted.end > end:
            said.append(f"{holds}: there is nothing up to {wanted.end} yet")
        elif not part.offsets:
            said.append(f"{topic}-{part.number} has nothing in that range")
    return said


async def _offsets(
    reader: TopicReader, chosen: Iterable[int], bound: Bound | None
) -> dict[int, int | None]:
    if isinstance(bound, datetime):
        return dict(await reader.offsets_at(chosen, round(bound.timestamp() * 1000)))
    return dict.fromkeys(chosen, bound)


def _part(held: Span, start: int | None, end: int | None, last: int | None) -> Span:
    if last is not None:
        start = held.end - last
    first = held.first if start is None else min(max(held.first, start), held.end)
    until = held.end if end is None else min(max(first, end), held.end)
    return Span(first, until)
