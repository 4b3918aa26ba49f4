"""Which part of a topic is meant: offsets, times or the last of each partition."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from bridge.errors import ConfigError, KafkaFault
from bridge.kafka.topics import Span, TopicReader

MOST_REMARKS = 5

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


def remarks(topic: str, chosen: Sequence[Part], wanted: Wanted) -> list[str]:
    """What a person should know of bounds that lie outside of what is there."""
    some = any(part.offsets for part in chosen)
    said = [
        f"{topic}-{part.number} {remark}"
        for part in chosen
        # Where others have something, that one has nothing is no news.
        if (remark := _remark(part, wanted)) and (part.offsets or not some)
    ]
    more = len(said) - MOST_REMARKS
    return said[:MOST_REMARKS] + [f"and {more} partitions more are like that"] * (more > 0)


def _remark(part: Part, wanted: Wanted) -> str:
    first, end = part.held
    holds = f"holds offsets from {first} to below {end}"
    match wanted:
        case _ if first == end:
            return "is empty"
        case Wanted(start=int(start)) if start >= end:
            return f"{holds}: nothing is there from {start} on"
        case Wanted(end=int(until)) if until <= first:
            return f"{holds}: nothing is left below {until}"
        case Wanted(start=int(start)) if start < first:
            return f"{holds}: what was below is gone"
        case Wanted(end=int(until)) if until > end:
            return f"{holds}: there is nothing up to {until} yet"
        case _:
            return "" if part.offsets else "has nothing in that range"


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
