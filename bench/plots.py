"""The plots, as SVG; run in an environment that has matplotlib, which nothing else here needs.

python -m bench.plots RESULTS.json FOLDER
"""

import sys
from pathlib import Path
from statistics import median

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.results import Results, Run, load

mpl.rcParams["svg.hashsalt"] = "omeda-bridge"  # the same results give the same file
BRIDGE, OTHER, UNFINISHED = "#2a6fbb", "#9aa5b1", "#e3e6ea"


def bars(results: Results, value: str, title: str) -> Figure:
    """A panel for each workload, a bar for each contender: the median of its rounds."""
    names = list(results.workloads)
    figure = Figure(figsize=(9, 0.5 + 2.1 * len(names)), layout="constrained")
    panels = figure.subplots(len(names), 1, squeeze=False)[:, 0]
    for axes, workload in zip(panels, names, strict=True):
        _panel(axes, results, workload, value)
    figure.suptitle(title)
    return figure


def _panel(axes: Axes, results: Results, workload: str, value: str) -> None:
    contenders = results.contenders(workload)[::-1]
    heights = [results.middle(workload, each, value) or 0.0 for each in contenders]
    drawn = axes.barh(
        contenders, heights, color=[_colour(results.of(workload, each)) for each in contenders]
    )
    # Events a second in whole, CPU seconds to the millisecond.
    digits = 0 if value == "rate" else 3
    axes.bar_label(drawn, [f" {height:,.{digits}f}" for height in heights])
    axes.set_title(workload, loc="left", fontsize=10)
    axes.margins(x=0.12)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def _colour(runs: list[Run]) -> str:
    if not all(run.complete for run in runs):
        return UNFINISHED
    return BRIDGE if runs[0].contender.startswith("omeda-bridge") else OTHER


def growth(results: Results) -> Figure:
    """What an event costs, by what grows."""
    axes_of: dict[str, list[tuple[int, float]]] = {}
    for run in results.growth:
        what, _, many = run.workload.partition(": ")
        point = (int(many.replace(",", "")), run.cpu_per_thousand)
        axes_of.setdefault(what, []).append(point)
    figure = Figure(figsize=(9, 3), layout="constrained")
    panels = figure.subplots(1, len(axes_of), squeeze=False, sharey=True)[0]
    for axes, (what, points) in zip(panels, axes_of.items(), strict=True):
        axes.plot(*zip(*points, strict=True), marker="o", color=BRIDGE)
        axes.set_xscale("log")
        axes.set_ylim(0, 2 * median(cost for _, cost in points) or 1)
        axes.set_xlabel(what)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("CPU s per 1,000 events")
    return figure


def main(found: str, into: str) -> None:
    """Write every plot that there are figures for."""
    results = load(Path(found))
    figures: dict[str, Figure] = {}
    if results.runs:
        figures["performance-rate"] = bars(results, "rate", "events per second")
        cost = "CPU seconds for 1,000 events"
        figures["performance-cpu"] = bars(results, "cpu_per_thousand", cost)
    if results.growth:
        figures["performance-growth"] = growth(results)
    for name, figure in figures.items():
        figure.savefig(Path(into) / f"{name}.svg", format="svg", metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:3])
