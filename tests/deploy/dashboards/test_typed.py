"""Grafana's types and its list of units, held against the dashboards."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.dashboards import typed
from tests.deploy.dashboards.reading import Json, boards, panels


@pytest.fixture(scope="module", autouse=True)
def _grafana() -> None:
    typed.install()


def _panel(board: Json, kind: str) -> Json:
    panel: Json = next(one for one in panels(board) if one["type"] == kind)
    return panel


WRONG: dict[str, Callable[[Json], object]] = {
    "key": lambda board: board.update(refesh="30s"),
    "type": lambda board: board.update(schemaVersion="41"),
    "panel": lambda board: panels(board)[0].update(gridPos={"h": 4, "w": 4, "x": 0}),
    "variable": lambda board: board["templating"]["list"][1].update(multiple=True),
    "option": lambda board: _panel(board, "stat")["options"].update(graphMode="lines"),
    "legend": lambda board: _panel(board, "timeseries")["options"]["legend"].update(place="right"),
    "field": lambda board: _panel(board, "timeseries")["fieldConfig"]["defaults"].update(
        custom={"fill": 3}
    ),
    "table": lambda board: _panel(board, "table")["options"].update(cellHeight="tiny"),
}


def test_grafana_takes_the_dashboards_and_finds_every_fault(tmp_path: Path) -> None:
    found = boards()
    for name, wrong in WRONG.items():
        found[f"wrong-{name}"] = boards()["service"]
        wrong(found[f"wrong-{name}"])

    lines = typed.complaints(found, tmp_path).splitlines()

    assert {line.partition(".ts")[0] for line in lines if "error TS" in line} == {
        f"wrong-{name}" for name in WRONG
    }, "\n".join(lines)


def test_every_unit_is_one_that_grafana_knows() -> None:
    known = typed.units()
    assert "s" in known
    assert "sec" not in known
    for board in boards().values():
        for panel in panels(board):
            assert panel["fieldConfig"]["defaults"]["unit"] in known, panel["title"]
