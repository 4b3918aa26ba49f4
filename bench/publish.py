"""Results into a folder: the raw numbers, the tables, the plots."""

import subprocess
from pathlib import Path

from bench import tools
from bench.render import document
from bench.results import Results

REPOSITORY = Path(__file__).parents[1]


def publish(results: Results, into: Path) -> None:
    """results.json, results.md and the SVG files that it shows."""
    found = into / "results.json"
    results.save(found)
    plot = [str(tools.environment("plots")), "-m", "bench.plots", str(found.resolve())]
    subprocess.run([*plot, str(into.resolve())], cwd=REPOSITORY, check=True)
    pictures = sorted(path.name for path in into.glob("*.svg"))
    measured = document(results, pictures)
    (into / "results.md").write_text(measured)
    print(f"\n{measured}\nwritten to {into}")
