"""What processes hold that live through trouble for long: it stays flat, or it is a leak."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from statistics import median
from typing import NamedTuple

from tests.faults.rig import Rig
from tests.system.background import repeating
from tests.system.bridge_process import BridgeProcess
from tests.system.settings import CONCURRENCY

SAMPLE_SECONDS = 5.0
FEWEST_SAMPLES = 24
"""Two minutes; less shows nothing."""

MEBIBYTE = 1024 * 1024
MOST_GROWTH = 1.15
SLACK_BYTES = 8 * MEBIBYTE
SLACK_DESCRIPTORS = 10
MOST_CONNECTIONS = CONCURRENCY + 1
"""To Omeda: one for each request in flight, and one that orders are looked up by."""

SLACK_TASKS = 40
"""A process has one for each request in flight, and some; amidst a fault there are fewer."""


class Sample(NamedTuple):
    """One process at one moment."""

    resident_bytes: int
    connections: int
    """To Omeda; they come and go with what is in flight."""
    descriptors: int
    """All others."""
    tasks: int


class Samples:
    """What was seen of each process."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, list[Sample]] = defaultdict(list)

    def take(self, rig: Rig) -> None:
        for bridge in rig.bridges:
            with suppress(OSError):  # it may end just now
                self._seen[bridge.name].append(_sample(bridge, rig.world.omeda.port))

    def check(self) -> str:
        """Raises AssertionError where something grew; says in words what was seen."""
        long = {name: seen for name, seen in self._seen.items() if len(seen) >= FEWEST_SAMPLES}
        assert long, f"void: no process lived for {FEWEST_SAMPLES * SAMPLE_SECONDS:g} s"
        return "\n".join(_flat(name, seen) for name, seen in long.items())


@contextmanager
def sampled(rig: Rig) -> Iterator[Samples]:
    """Samples are taken while the block runs."""
    samples = Samples()
    with repeating(lambda: samples.take(rig), every=SAMPLE_SECONDS):
        yield samples


def _sample(bridge: BridgeProcess, omeda: int) -> Sample:
    connections = bridge.connections(omeda)
    return Sample(
        bridge.resident_bytes(),
        connections,
        len(bridge.descriptors()) - connections,
        bridge.count_tasks(),
    )


def _flat(name: str, seen: Sequence[Sample]) -> str:
    """The second quarter against the last: what a process gets at first is no leak."""
    quarter = len(seen) // 4
    before, after = _typical(seen[quarter : 2 * quarter]), _typical(seen[-quarter:])
    most = max(one.connections for one in seen)
    story = (
        f"{name}: {before.resident_bytes / MEBIBYTE:.0f} -> {after.resident_bytes / MEBIBYTE:.0f}"
        f" MiB, {before.descriptors} -> {after.descriptors} descriptors,"
        f" {before.tasks} -> {after.tasks} tasks, {most} connections to Omeda at most,"
        f" {len(seen)} samples"
    )
    assert most <= MOST_CONNECTIONS, story
    assert after.resident_bytes <= before.resident_bytes * MOST_GROWTH + SLACK_BYTES, story
    assert after.descriptors <= before.descriptors + SLACK_DESCRIPTORS, story
    assert after.tasks <= before.tasks + SLACK_TASKS, story
    return story


def _typical(seen: Sequence[Sample]) -> Sample:
    return Sample(
        int(median(one.resident_bytes for one in seen)),
        int(median(one.connections for one in seen)),
        int(median(one.descriptors for one in seen)),
        int(median(one.tasks for one in seen)),
    )
