"""What a panel says, before anything is known of Grafana."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Query(NamedTuple):
    """One question to Prometheus; *legend* names each of its answers."""

    expr: str
    legend: str = ""
    exemplars: bool = False
    """Whether the traces that Prometheus keeps beside it are shown as points."""


class Step(NamedTuple):
    """From *value* on, *color*; None stands for the least there is."""

    value: float | None
    color: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Title, description and unit have no default: a panel without them is not understood."""

    title: str
    description: str
    unit: str
    queries: Sequence[Query]
    alerts: Sequence[str] = ()
    """Names, without their prefix, of the alerts that look at the same metric."""
    decimals: int | None = None
    """0 where things are counted: what `increase` makes of them is not whole."""
    width: int = 8
    height: int = 8


@dataclass(frozen=True, kw_only=True)
class Stat(Panel):
    """One number for the time that is shown."""

    steps: Sequence[Step]
    width: int = 4
    height: int = 4


@dataclass(frozen=True, kw_only=True)
class Graph(Panel):
    """Lines over time."""

    stacked: bool = False
    limits: Sequence[Step] = ()
    """Drawn as dashed lines: what an alert or a setting holds the lines against."""
    colors: Mapping[str, str] | None = None
    """By legend; whatever is not named takes the next colour of the palette."""


@dataclass(frozen=True, kw_only=True)
class States(Panel):
    """What each service was in, over time; the value's place in *states* is its name and colour."""

    states: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Table(Panel):
    """The labels of the answers in *columns*, and last their value, the largest first."""

    columns: Sequence[str]
    value: str
    width: int = 12


class Row(NamedTuple):
    """A heading, and what stands below it."""

    title: str
    panels: Sequence[Panel]


class Board(NamedTuple):
    """A dashboard."""

    uid: str
    title: str
    description: str
    rows: Sequence[Row]
    brands: bool = False
    """Whether brands can be chosen."""
