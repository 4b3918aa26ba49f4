"""What is committed is what is generated; panels lead to runbooks; no metric is left out."""

import re
from collections import Counter
from itertools import combinations

import pytest

from bridge.metrics.catalogue import FAMILIES
from scripts.dashboards.boards import BOARDS, RUNBOOKS, written
from tests.deploy.dashboards import alerts
from tests.deploy.dashboards.reading import (
    FILES,
    FOLDER,
    Json,
    asked,
    boards,
    metrics,
    panels,
    parsed,
    variables,
)

UNSEEN: dict[str, str] = {}
"""Families that stand in no panel and no alert, each with the reason."""

NAMES = [path.stem for path in FILES]


def test_the_committed_dashboards_are_the_generated_ones() -> None:
    """`make dashboards` writes them anew."""
    assert {path.name: path.read_text() for path in FILES} == {
        name: written(board) for name, board in BOARDS.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_query_is_promql(name: str) -> None:
    for one in asked(boards()[name]):
        parsed(one.expr)


@pytest.mark.parametrize("name", NAMES)
def test_panels_neither_overlap_nor_leave_the_grid(name: str) -> None:
    board = boards()[name]
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    places = [panel["gridPos"] for panel in board["panels"]]
    assert all(one["x"] + one["w"] <= 24 for one in places)
    assert not [pair for pair in combinations(places, 2) if _overlap(*pair)]


def _overlap(one: Json, other: Json) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "w"), ("y", "h"))
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_title_stands_once_and_a_description_is_a_sentence(name: str) -> None:
    found = panels(boards()[name])
    titles = Counter(panel["title"] for panel in found)
    assert titles.most_common(1)[0][1] == 1
    assert all(panel["description"].endswith((".", "?")) for panel in found)


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_is_of_an_alert_that_looks_at_the_panels_metric(name: str) -> None:
    rules = alerts.read()
    for panel in panels(boards()[name]):
        shown = _shown(panel, rules)
        for alert in _linked(panel):
            assert alert in rules.alerts, f"{panel['title']} links to {alert}"
            assert shown & rules.metrics(rules.alerts[alert]), f"{panel['title']}: {alert}"


def test_every_alert_is_linked_from_a_panel() -> None:
    linked = {
        alert for board in boards().values() for panel in panels(board) for alert in _linked(panel)
    }
    assert linked == set(alerts.read().alerts)


def test_links_begin_with_the_address_that_is_typed_at_the_top() -> None:
    for board in boards().values():
        [runbooks] = variables(board, "textbox")
        assert runbooks["name"] == "runbooks"
        assert runbooks["query"] == runbooks["current"]["value"] == RUNBOOKS
    assert (FOLDER.parents[2] / RUNBOOKS).parent.is_dir()


def test_every_metric_is_on_a_panel_in_an_alert_or_left_out_with_a_reason() -> None:
    rules = alerts.read()
    seen = {name for expr in rules.alerts.values() for name in rules.metrics(expr)}
    for board in boards().values():
        for panel in panels(board):
            seen |= _shown(panel, rules)
    families = {family.exposed for family in FAMILIES}
    assert families - seen == set(UNSEEN)
    assert all(UNSEEN.values())


def _shown(panel: Json, rules: alerts.Rules) -> set[str]:
    shown: set[str] = set()
    for target in panel["targets"]:
        shown |= rules.metrics(target["expr"])
    return shown


def _linked(panel: Json) -> list[str]:
    pages = [link["url"] for link in panel.get("links", [])]
    found = [re.fullmatch(r"\$\{runbooks:raw\}/(OmedaBridge\w+)\.md", page) for page in pages]
    assert all(found), pages
    return [match[1] for match in found if match]


def test_all_own_metrics_of_the_queries_are_in_the_catalogue() -> None:
    rules = alerts.read()
    known = {family.exposed for family in FAMILIES}
    exprs = [one.expr for board in boards().values() for one in asked(board)]
    exprs += [*rules.alerts.values(), *rules.records.values()]
    found = {alerts.whole(name) for expr in exprs for name in metrics(expr)}
    own = {name for name in found if name.startswith("omeda_bridge_")}
    assert own <= known
