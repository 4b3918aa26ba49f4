"""Draw the dashboards from a play's real answers: python -m tests.deploy.dashboards.pictures

Grafana's own components draw the panels, in a browser without a window; where each panel stands is
this program's work (tools/pictures/).
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.deploy.container import ROOT
from tests.deploy.dashboards.reading import Json, boards, panels
from tests.deploy.dashboards.recording import Recording, recorded
from tests.deploy.tools import CHECK_SECONDS, INSTALL_SECONDS

CALM_SECONDS = 8.0
TOOLS = ROOT / "tools/pictures"
WIDTH = 1400
GRID_HEIGHT = 32
"""Pixels of a unit of the grid; tools/pictures/page.tsx has it, too."""

PAGE = """<!doctype html>
<meta charset="utf-8">
<link rel="stylesheet" href="page.css">
<body><div id="root"></div>
<script>window.picture = {picture};</script>
<script src="page.js"></script>
"""


def main() -> None:
    subprocess.run([ROOT / "scripts/tools.sh", "pictures"], check=True, timeout=INSTALL_SECONDS)
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        _bundle(directory)
        (directory / "stage").mkdir()
        with recorded(directory / "stage", calm_seconds=CALM_SECONDS) as recording:
            found = {name: _answered(board, recording) for name, board in boards().items()}
        for name, picture in found.items():
            _draw(picture, directory, ROOT / f"docs/dashboard-{name}.png")


def _answered(board: Json, recording: Recording) -> Json:
    """The dashboard, and beside each panel what Prometheus says to it."""
    answers = {panel["id"]: _answers(panel, recording) for panel in panels(board)}
    return {
        "board": board,
        "answers": answers,
        "from": recording.began,
        "to": recording.ended,
    }


def _answers(panel: Json, recording: Recording) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for target in panel["targets"]:
        ask = recording.at_the_end if target.get("instant") else recording.shown
        legend = target.get("legendFormat", "")
        found += [{**one, "name": _named(legend, one["metric"])} for one in ask(target["expr"])]
    return found


def _named(legend: str, labels: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), legend)


def _bundle(directory: Path) -> None:
    subprocess.run([TOOLS / "node_modules/.bin/tsc", "-p", TOOLS], check=True)
    command: list[str | Path] = [TOOLS / "node_modules/.bin/esbuild", TOOLS / "page.tsx"]
    command += ["--bundle", "--minify", "--jsx=automatic", f"--outdir={directory}"]
    command += ['--define:process.env.NODE_ENV="production"', "--loader:.svg=dataurl"]
    command += ["--loader:.ttf=dataurl", "--loader:.woff2=dataurl", "--log-level=error"]
    subprocess.run(command, check=True, timeout=CHECK_SECONDS)


def _draw(picture: Json, directory: Path, target: Path) -> None:
    page = directory / "page.html"
    page.write_text(PAGE.replace("{picture}", json.dumps(picture).replace("</", "<\\/")))
    places = [panel["gridPos"] for panel in picture["board"]["panels"]]
    height = max(one["y"] + one["h"] for one in places) * GRID_HEIGHT + GRID_HEIGHT
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={directory / 'browser'}", "--virtual-time-budget=15000"]
    command += [f"--screenshot={target}", f"--window-size={WIDTH},{height}", page.as_uri()]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=CHECK_SECONDS
    )
    assert done.returncode == 0, done.stderr
    # A picture has few colours, and the repository keeps every one that is ever committed.
    subprocess.run(
        ["pngquant", "--force", "--strip", "--output", target, target],
        check=True,
        timeout=CHECK_SECONDS,
    )
    sys.stdout.write(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
