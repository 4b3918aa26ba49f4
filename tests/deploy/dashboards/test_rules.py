"""Each rule holds for both dashboards, and would say so if it did not."""

from collections.abc import Callable
from typing import cast

import pytest

from tests.deploy.dashboards.reading import FILES, Json, boards, panels, variables
from tests.deploy.dashboards.rules import RULES

Break = Callable[[Json], object]


def _variable(board: Json, name: str) -> Json:
    [found] = [one for one in board["templating"]["list"] if one["name"] == name]
    return cast(Json, found)


def _target(board: Json) -> Json:
    return cast(Json, panels(board)[0]["targets"][0])


def _asks(expr: str) -> Break:
    return lambda board: _target(board).update(expr=expr)


def _asks_logs(expr: str) -> Break:
    return lambda board: _target(board).update(expr=expr, datasource={"type": "loki"})


CHOSEN = 'job=~"$job", instance=~"$instance"'

BREAKS: list[tuple[str, Break]] = [
    ("template-datasource-rule", lambda board: board["templating"].update(list=[])),
    (
        "template-datasource-rule",
        lambda board: variables(board, "datasource")[0].update(label="Source"),
    ),
    ("template-job-rule", lambda board: _variable(board, "job").update(allValue=".*")),
    ("template-job-rule", lambda board: _variable(board, "job").update(name="service")),
    ("template-instance-rule", lambda board: _variable(board, "instance").update(multi=False)),
    (
        "template-instance-rule",
        lambda board: _variable(board, "instance").update(datasource={"uid": "mine"}),
    ),
    (
        "template-label-promql-rule",
        lambda board: _variable(board, "job").update(query="label_values(up{, job)"),
    ),
    (
        "template-label-promql-rule",
        lambda board: _variable(board, "job").update(query="query_result(up)"),
    ),
    (
        "template-on-time-change-reload-rule",
        lambda board: _variable(board, "job").update(refresh=1),
    ),
    ("panel-datasource-rule", lambda board: _target(board).update(datasource={"uid": "mine"})),
    ("panel-title-description-rule", lambda board: panels(board)[0].update(description="")),
    ("panel-units-rule", lambda board: panels(board)[0]["fieldConfig"]["defaults"].pop("unit")),
    ("panel-no-targets-rule", lambda board: panels(board)[0].pop("targets")),
    ("target-logql-rule", _asks_logs("count_over_time(bridge[$__auto])")),
    ("target-logql-auto-rule", _asks_logs('count_over_time({app="bridge"}[5m])')),
    ("target-promql-rule", _asks("sum by (brand (up)")),
    ("target-rate-interval-rule", _asks(f"rate(x_total{{{CHOSEN}}}[5m])")),
    ("target-rate-interval-rule", _asks(f"sum(1 - rate(x_total{{{CHOSEN}}}[$__range]))")),
    ("target-job-rule", _asks('up{instance=~"$instance"}')),
    ("target-job-rule", _asks(f'up{{{CHOSEN}}} + up{{job="$job", instance=~"$instance"}}')),
    ("target-instance-rule", _asks('up{job=~"$job"}')),
    ("target-counter-agg-rule", _asks(f"sum(x_total{{{CHOSEN}}})")),
    ("target-counter-agg-rule", _asks(f"max_over_time(x_total{{{CHOSEN}}}[$__range])")),
    ("uneditable-dashboard", lambda board: board.update(editable=True)),
]


@pytest.mark.parametrize("name", [path.stem for path in FILES])
@pytest.mark.parametrize("rule", RULES)
def test_a_dashboard_keeps_the_rule(rule: str, name: str) -> None:
    assert list(RULES[rule](boards()[name])) == []


@pytest.mark.parametrize(("rule", "broken"), BREAKS)
def test_a_rule_bites(rule: str, broken: Break) -> None:
    board = boards()["service"]
    broken(board)
    assert list(RULES[rule](board))


def test_every_rule_is_known_to_bite() -> None:
    assert {rule for rule, _ in BREAKS} == set(RULES)
    assert len(RULES) == 17
