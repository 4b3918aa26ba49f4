"""What the benchmark found, as it is kept: plain values, a JSON file. Standard library only."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import DifferentSets, paired_ratio


@dataclass(frozen=True, kw_only=True)
class Run:
    """One contender in one round of one workload."""

    workload: str
    contender: str
    round: int
    produced: int
    delivered: int
    """Distinct events that Omeda accepted while it was waited."""
    timed: int
    """Those among them that `seconds` and `cpu_seconds` are of."""
    digest: str
    """Of the set of events that were delivered."""
    repeats: int
    out_of_order: int
    overlaps: int
    """Requests of a customer who had another under way."""
    refused: int
    """Requests that were none of Omeda's."""
    requests: int
    seconds: float
    """From the first request, of a steady workload the first record written, to the last event."""
    seconds_95: float
    """To the event that completed 95 of 100."""
    cpu_seconds: float
    """Of the contender and its children, meanwhile."""
    cpu_seconds_whole: float
    """From its start on."""
    omeda_cpu_seconds: float
    """Of the stand-in for Omeda, meanwhile."""
    peak_bytes: int
    delay_p50_ms: float | None = None
    delay_p99_ms: float | None = None
    committed: bool = False
    """The group's offsets reached the end soon after the last event."""
    note: str = ""

    @property
    def complete(self) -> bool:
        """All was delivered while it was waited."""
        return self.delivered == self.produced

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.timed / self.seconds if self.seconds else 0.0

    @property
    def per_cpu_second(self) -> float:
        """Events for each second of CPU."""
        return self.timed / self.cpu_seconds if self.cpu_seconds else 0.0

    @property
    def cpu_per_thousand(self) -> float:
        """CPU seconds for 1,000 events."""
        return self.cpu_seconds / self.timed * 1000 if self.timed else 0.0


@dataclass
class Results:
    """All runs, and what they were made on."""

    about: dict[str, str] = field(default_factory=dict)
    ceiling: float = 0.0
    """Requests a second that the stand-in for Omeda was seen to take."""
    workloads: dict[str, str] = field(default_factory=dict)
    """What each is, in words."""
    contenders_say: dict[str, str] = field(default_factory=dict)
    """What must be known of each."""
    runs: list[Run] = field(default_factory=list)
    growth: list[Run] = field(default_factory=list)
    micro: dict[str, float] = field(default_factory=dict)
    """Microseconds an event."""

    def of(self, workload: str, contender: str) -> list[Run]:
        """Its rounds."""
        return [r for r in self.runs if (r.workload, r.contender) == (workload, contender)]

    def contenders(self, workload: str) -> list[str]:
        """Who was in it, in the order of the first round."""
        return list(dict.fromkeys(r.contender for r in self.runs if r.workload == workload))

    def middle(self, workload: str, contender: str, value: str) -> float | None:
        """Median of *value* over the rounds; None where no round has it."""
        found = [getattr(run, value) for run in self.of(workload, contender)]
        known = [each for each in found if each is not None]
        return median(known) if known else None

    def save(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")


def load(path: Path) -> Results:
    """What `Results.save` wrote."""
    found: dict[str, Any] = json.loads(path.read_text())
    for name in ("runs", "growth"):
        found[name] = [Run(**run) for run in found[name]]
    return Results(**found)


def digest(events: Iterator[str] | set[str]) -> str:
    """Equal for equal sets, whatever their order."""
    return sha256("\n".join(sorted(set(events))).encode()).hexdigest()[:16]


def ratio(these: list[Run], those: list[Run], value: str = "rate") -> float | None:
    """Of *value*, median over the rounds. Raises DifferentSets unless all delivered the same."""
    runs = [*these, *those]
    for run in runs:
        if not run.complete:
            raise DifferentSets(
                f"{run.contender} delivered {run.delivered} of {run.produced} events"
            )
    if len({run.digest for run in runs}) > 1:
        raise DifferentSets("other events were delivered, though as many")
    return paired_ratio(_by_round(these, value), _by_round(those, value))


def _by_round(runs: list[Run], value: str) -> dict[int, float]:
    return {run.round: getattr(run, value) for run in runs}
