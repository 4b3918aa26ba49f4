"""The costs of a run, as a table for people or as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.faults.run import Cost

HEAD = (
    *("fault", "configuration", "s", "events", "repeats"),
    *("longest stall s", "well again s", "rebalances", "lies"),
)


def table(costs: Sequence[Cost], *, seed: int) -> str:
    """In Markdown."""
    events, repeats = sum(cost.events for cost in costs), sum(cost.repeats for cost in costs)
    rows = [HEAD, ("---",) * len(HEAD), *(_row(cost) for cost in costs)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    share = 100 * repeats / max(1, events)
    return "\n".join(
        [
            *lines,
            "",
            f"seed {seed}: {len(costs)} faults, {events} events, {repeats} repeats ({share:.2f} %)",
        ]
    )


def write(path: Path, costs: Sequence[Cost], *, seed: int) -> None:
    """As JSON, for programs."""
    faults = [cost._asdict() for cost in costs]
    path.write_text(json.dumps({"seed": seed, "faults": faults}, indent=2) + "\n")


def _row(cost: Cost) -> tuple[str, ...]:
    seconds = (f"{cost.stall_seconds:.1f}", f"{cost.healed_seconds:.1f}")
    counts = (str(cost.rebalances), str(cost.lies))
    return (
        cost.fault,
        cost.configuration,
        f"{cost.seconds:.0f}",
        str(cost.events),
        str(cost.repeats),
        *seconds,
        *counts,
    )
