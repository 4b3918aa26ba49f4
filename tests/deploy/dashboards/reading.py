"""The committed dashboards, and the queries that stand in them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import promql_parser as promql

from tests.deploy.container import ROOT

FOLDER = ROOT / "helm/omeda-bridge/dashboards"
FILES = sorted(FOLDER.glob("*.json"))

Json = dict[str, Any]

RATE_INTERVAL, RANGE, INTERVAL = "4243s", "90001s", "17s"
"""Lengths that nobody would write down, so that each can be told from a fixed one."""

TIMES = {
    "$__rate_interval": RATE_INTERVAL,
    "$__range": RANGE,
    "$__interval_ms": "17000",
    "$__interval": INTERVAL,
}


class Asked(NamedTuple):
    """One query, and where it stands."""

    where: str
    expr: str
    instant: bool = False


def boards() -> dict[str, Json]:
    """By the file's name without its ending, each time anew."""
    return {path.stem: json.loads(path.read_text()) for path in FILES}


def panels(board: Json) -> list[Json]:
    """All but the headings of rows."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def targets(board: Json) -> Iterator[tuple[Json, Json]]:
    """Each target with its panel."""
    for panel in panels(board):
        for target in panel.get("targets", []):
            yield panel, target


def variables(board: Json, kind: str) -> list[Json]:
    return [one for one in board["templating"]["list"] if one["type"] == kind]


def asked(board: Json) -> Iterator[Asked]:
    """Every query of the panels, and of what is marked in them."""
    for panel, target in targets(board):
        where = f"{board['title']} / {panel['title']} / {target['refId']}"
        yield Asked(where, target["expr"], target.get("instant", False))
    for mark in board["annotations"]["list"]:
        yield Asked(f"{board['title']} / mark {mark['name']}", mark["expr"])


def with_times(expr: str, times: Mapping[str, str] = TIMES) -> str:
    """As Prometheus is asked, but for what is chosen at the top: that stays, within its quotes."""
    for name in sorted(times, key=len, reverse=True):
        expr = expr.replace(name, times[name])
    return expr


def parsed(expr: str) -> promql.Expr:
    """Raises ValueError where it is not PromQL."""
    return promql.parse(with_times(expr))


class Found(NamedTuple):
    """A selector, and what it stands in, the outermost first."""

    selector: promql.VectorSelector
    within: tuple[promql.Expr, ...]


def selectors(expr: promql.Expr, within: tuple[promql.Expr, ...] = ()) -> Iterator[Found]:
    if isinstance(expr, promql.VectorSelector):
        yield Found(expr, within)
    for inner in _inner(expr):
        yield from selectors(inner, (*within, expr))


def _inner(expr: promql.Expr) -> list[promql.Expr]:
    match expr:
        case promql.MatrixSelector():
            return [expr.vector_selector]
        case promql.BinaryExpr():
            return [expr.lhs, expr.rhs]
        case promql.Call():
            return list(expr.args)
        case promql.AggregateExpr():
            return [expr.expr, *([expr.param] if expr.param else [])]
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            return [expr.expr]
        case _:
            return []


def metrics(expr: str) -> set[str]:
    """Names of the metrics that a query looks at."""
    return {found.selector.name or "" for found in selectors(parsed(expr))}
