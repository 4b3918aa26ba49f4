"""The seventeen rules of Grafana's dashboard-linter, written anew and held more strictly.

The linter leaves some types of panels out, and only warns of a label; here each rule holds for
every panel that is not the heading of a row. Which units there are, Grafana says (test_typed).
"""

import re
from collections.abc import Callable, Iterator

import promql_parser as promql

from tests.deploy.dashboards.reading import (
    RATE_INTERVAL,
    Found,
    Json,
    panels,
    parsed,
    selectors,
    targets,
    variables,
)

Rule = Callable[[Json], Iterator[str]]

DATASOURCE = "${datasource}"
COUNTING = {"rate", "irate", "increase"}
RELOADED_WITH_TIME = 2


def template_datasource(board: Json) -> Iterator[str]:
    found = variables(board, "datasource")
    if len(found) != 1:
        yield f"{len(found)} variables choose a data source"
    for one in found:
        if one["name"] != "datasource" or one.get("label") != "Data source":
            yield f"the data source is called {one['name']}, labelled {one.get('label')}"


def template_job(board: Json) -> Iterator[str]:
    yield from _chooses(board, "job")


def template_instance(board: Json) -> Iterator[str]:
    yield from _chooses(board, "instance")


def _chooses(board: Json, name: str) -> Iterator[str]:
    found = [one for one in board["templating"]["list"] if one["name"] == name]
    if not found:
        yield f"no variable {name}"
    wanted = {"type": "query", "label": name.title(), "multi": True, "allValue": ".+"}
    for one in found:
        for key, value in wanted.items():
            if one.get(key) != value:
                yield f"{name}: {key} is {one.get(key)}, not {value}"
        if one.get("datasource", {}).get("uid") != DATASOURCE:
            yield f"{name}: another data source"


def template_label_promql(board: Json) -> Iterator[str]:
    for one in variables(board, "query"):
        form = re.fullmatch(r"label_values\((?:(.+), *)?([a-z_]+)\)", str(one["query"]))
        if form is None:
            yield f"{one['name']}: {one['query']} asks for no label"
        elif form[1]:
            yield from _unparsed(one["name"], form[1])


def template_on_time_change_reload(board: Json) -> Iterator[str]:
    for one in variables(board, "query"):
        if one.get("refresh") != RELOADED_WITH_TIME:
            yield f"{one['name']} is not read again when the time changes"


def panel_datasource(board: Json) -> Iterator[str]:
    for panel in panels(board):
        asked = [panel, *panel.get("targets", [])]
        if any(one.get("datasource", {}).get("uid") != DATASOURCE for one in asked):
            yield f"{panel['title']}: another data source"


def panel_title_description(board: Json) -> Iterator[str]:
    for panel in panels(board):
        if not panel.get("title") or not panel.get("description"):
            yield f"panel {panel['id']}: no title, or no description"


def panel_units(board: Json) -> Iterator[str]:
    for panel in panels(board):
        if not panel.get("fieldConfig", {}).get("defaults", {}).get("unit"):
            yield f"{panel['title']}: no unit"


def panel_no_targets(board: Json) -> Iterator[str]:
    for panel in panels(board):
        if not panel.get("targets"):
            yield f"{panel['title']}: no target"


def target_logql(board: Json) -> Iterator[str]:
    """There is no log here, and no parser of LogQL: a query of logs at least selects a stream."""
    for panel, target in _of_logs(board):
        if not re.match(r'[^"]*\{[^{}]+\}', target.get("expr", "")):
            yield f"{panel['title']}: {target.get('expr')} selects no stream"


def target_logql_auto(board: Json) -> Iterator[str]:
    for panel, target in _of_logs(board):
        if set(re.findall(r"\[([^\]]*)\]", target.get("expr", ""))) - {"$__auto"}:
            yield f"{panel['title']}: a range that is not $__auto"


def _of_logs(board: Json) -> Iterator[tuple[Json, Json]]:
    for panel, target in targets(board):
        if target.get("datasource", {}).get("type") == "loki":
            yield panel, target


def target_promql(board: Json) -> Iterator[str]:
    for panel, target in targets(board):
        yield from _unparsed(panel["title"], target.get("expr", ""))


def target_rate_interval(board: Json) -> Iterator[str]:
    magic = promql.parse_duration(RATE_INTERVAL)
    for where, found in _found(board):
        for outer, inner in zip(found.within, found.within[1:], strict=False):
            rated = isinstance(outer, promql.Call) and outer.func.name in {"rate", "irate"}
            if rated and isinstance(inner, promql.MatrixSelector) and inner.range != magic:
                yield f"{where}: a rate over something else than $__rate_interval"


def target_job(board: Json) -> Iterator[str]:
    yield from _matched(board, "job")


def target_instance(board: Json) -> Iterator[str]:
    yield from _matched(board, "instance")


def _matched(board: Json, label: str) -> Iterator[str]:
    wanted = (label, promql.MatchOp.Re, f"${label}")
    for where, found in _found(board):
        matchers = found.selector.matchers.matchers
        if wanted not in [(one.name, one.op, one.value) for one in matchers]:
            yield f'{where}: {found.selector.name} without {label}=~"${label}"'


def target_counter_agg(board: Json) -> Iterator[str]:
    for where, found in _found(board):
        if not (found.selector.name or "").endswith("_total"):
            continue
        around = found.within[-2] if len(found.within) > 1 else None
        if not isinstance(around, promql.Call) or around.func.name not in COUNTING:
            yield f"{where}: {found.selector.name} is shown as it counts"


def uneditable_dashboard(board: Json) -> Iterator[str]:
    if board.get("editable", True):
        yield "it can be edited, and the next rollout would undo that"


def _found(board: Json) -> Iterator[tuple[str, Found]]:
    for panel, target in targets(board):
        try:
            expr = parsed(target.get("expr", ""))
        except ValueError:
            continue  # which is another rule's
        for found in selectors(expr):
            yield panel["title"], found


def _unparsed(where: str, expr: str) -> Iterator[str]:
    try:
        parsed(expr)
    except ValueError as error:
        yield f"{where}: {expr} is no PromQL: {error}"


RULES: dict[str, Rule] = {
    "template-datasource-rule": template_datasource,
    "template-job-rule": template_job,
    "template-instance-rule": template_instance,
    "template-label-promql-rule": template_label_promql,
    "template-on-time-change-reload-rule": template_on_time_change_reload,
    "panel-datasource-rule": panel_datasource,
    "panel-title-description-rule": panel_title_description,
    "panel-units-rule": panel_units,
    "panel-no-targets-rule": panel_no_targets,
    "target-logql-rule": target_logql,
    "target-logql-auto-rule": target_logql_auto,
    "target-promql-rule": target_promql,
    "target-rate-interval-rule": target_rate_interval,
    "target-job-rule": target_job,
    "target-instance-rule": target_instance,
    "target-counter-agg-rule": target_counter_agg,
    "uneditable-dashboard": uneditable_dashboard,
}
