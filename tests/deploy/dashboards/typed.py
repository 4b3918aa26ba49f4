"""A dashboard as TypeScript, so that Grafana's own types say what is wrong with it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.deploy.container import ROOT
from tests.deploy.dashboards.reading import Json, panels
from tests.deploy.tools import CHECK_SECONDS, INSTALL_SECONDS

GRAFANA = ROOT / "tools/grafana"
TYPES = {
    "stat": "stat/panelcfg/x/StatPanelCfg_types.gen",
    "timeseries": "timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen",
    "state-timeline": "statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen",
    "table": "table/panelcfg/x/TablePanelCfg_types.gen",
}
"""Of each type of panel, where its options are declared; `Dashboard` leaves them open."""

WITH_FIELDS = {"timeseries", "state-timeline", "table"}
"""Those that declare settings of fields as well."""


def install() -> None:
    subprocess.run([ROOT / "scripts/tools.sh", "grafana"], check=True, timeout=INSTALL_SECONDS)


def complaints(found: dict[str, Json], directory: Path) -> str:
    """What the compiler says of dashboards, by name; nothing where all is well."""
    for name, board in found.items():
        (directory / f"{name}.ts").write_text("\n".join(_source(board)))
    shutil.copy(GRAFANA / "plain.ts", directory)
    (directory / "node_modules").symlink_to(GRAFANA / "node_modules")
    (directory / "package.json").write_text('{"type": "module"}')
    command: list[str | Path] = ["node", GRAFANA / "node_modules/typescript/bin/tsc"]
    command += ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"]
    done = subprocess.run(
        [*command, *(f"{name}.ts" for name in found)],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=CHECK_SECONDS,
    )
    assert done.returncode == 0 or done.stdout, done.stderr
    return done.stdout


def units() -> set[str]:
    """Ids of all that Grafana knows."""
    done = subprocess.run(
        ["node", GRAFANA / "units.cjs"],
        capture_output=True,
        text=True,
        check=True,
        timeout=CHECK_SECONDS,
    )
    return set(json.loads(done.stdout))


def _source(board: Json) -> Iterator[str]:
    yield "import type { Dashboard } from '@grafana/schema';"
    yield "import type { Part, Plain } from './plain.js';"
    for kind, path in TYPES.items():
        name = _name(kind)
        yield f"import type * as {name} from '@grafana/schema/dist/esm/raw/composable/{path}';"
    yield f"export const board: Plain<Dashboard> = {json.dumps(_declared(board))};"
    for panel in panels(board):
        yield from _parts(panel)


def _declared(board: Json) -> Json:
    """Without the queries of marks: those are the data source's own, and no type names them."""
    marks = [
        {key: value for key, value in mark.items() if key != "expr"}
        for mark in board["annotations"]["list"]
    ]
    return {**board, "annotations": {"list": marks}}


def _parts(panel: Json) -> Iterator[str]:
    kind, number = panel["type"], panel["id"]
    options = json.dumps(panel["options"])
    yield f"export const options{number}: Part<Plain<{_name(kind)}.Options>> = {options};"
    fields = panel["fieldConfig"]["defaults"].get("custom")
    if fields is not None:
        assert kind in WITH_FIELDS, f"{panel['title']}: a {kind} has no settings of fields"
        text = json.dumps(fields)
        yield f"export const fields{number}: Part<Plain<{_name(kind)}.FieldConfig>> = {text};"


def _name(kind: str) -> str:
    return kind.replace("-", "_")
