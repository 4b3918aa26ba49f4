"""Whole dashboards: what can be chosen at their top, what is marked in all graphs, and the rows."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as parts

from bridge.metrics.catalogue import FAMILY
from scripts.dashboards.drawing import DATASOURCE, drawn
from scripts.dashboards.panels import Board
from scripts.dashboards.queries import ALL
from scripts.dashboards.rows import (
    freshness,
    kafka,
    letters,
    omeda,
    process,
    receipts,
    saturation,
    throughput,
)

RUNBOOKS = "docs/runbooks"
"""Where the runbooks are in the repository; the chart puts its own address before it."""

TAG = "omeda-bridge"

SERVICE = Board(
    "omeda-bridge-service",
    "Omeda bridge",
    "Events from Kafka to Omeda: whether they arrive in time, and where they wait if not.",
    (
        freshness.ROW,
        throughput.ROW,
        omeda.ROW,
        kafka.ROW,
        saturation.ROW,
        process.ROW,
        receipts.ROW,
    ),
)
DEAD_LETTERS = Board(
    "omeda-bridge-dead-letters",
    "Omeda bridge: dead letters",
    "What was not delivered, of which brand, and why: what to tell which producer.",
    letters.ROWS,
    brands=True,
)
BOARDS = {"service.json": SERVICE, "dead-letters.json": DEAD_LETTERS}


def written(board: Board) -> str:
    """The dashboard as JSON, the same for the same panels."""
    plain = json.loads(json.dumps(_built(board).build(), cls=JSONEncoder))
    return json.dumps(_known(plain), indent=2) + "\n"


def _known(made: dict[str, Any]) -> dict[str, Any]:
    """Without what the SDK adds, and Grafana's types do not know where it stands."""
    for variable in made["templating"]["list"]:
        for name in ("auto", "auto_min", "auto_count"):
            del variable[name]
    for panel in made["panels"]:
        panel.get("options", {}).pop("footer", None)
    return made


def _built(board: Board) -> dashboard.Dashboard:
    builder = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags([TAG])
        # What is committed is what is shown: a change by hand would be lost at the next rollout.
        .readonly()
        .tooltip(parts.DashboardCursorSync.CROSSHAIR)
        .time("now-3h", "now")
        .refresh("30s")
        .timezone("browser")
        .link(_siblings())
        .variables(list(_variables(board)))
        .annotations(list(_marks()))
    )
    ids = itertools.count(1)
    for row in board.rows:
        builder.with_row(dashboard.Row(row.title).id(next(ids)))
        for panel in row.panels:
            builder.with_panel(drawn(panel).id(next(ids)))
    return builder


def _siblings() -> dashboard.DashboardLink:
    link = dashboard.DashboardLink("Omeda bridge").type(parts.DashboardLinkType.DASHBOARDS)
    return link.tags([TAG]).include_vars(True).keep_time(True)


def _variables(
    board: Board,
) -> Iterator[dashboard.DatasourceVariable | dashboard.QueryVariable | dashboard.TextBoxVariable]:
    yield dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus")
    build = FAMILY["build"].exposed
    yield _choice("job", f"label_values({build}, job)")
    yield _choice("instance", f'label_values({build}{{job=~"$job"}}, instance)')
    if board.brands:
        consumed = FAMILY["records_consumed"].exposed
        yield _choice("brand", f'label_values({consumed}{{job=~"$job"}}, brand)')
    yield _runbooks()


def _choice(name: str, query: str) -> dashboard.QueryVariable:
    """Any number of a label's values; at first all of them."""
    everything = parts.VariableOption(text=["All"], value=["$__all"], selected=True)
    return (
        dashboard.QueryVariable(name)
        .label(name.title())
        .query(query)
        .datasource(DATASOURCE)
        .refresh(parts.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(parts.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".+")
        .current(everything)
    )


def _runbooks() -> dashboard.TextBoxVariable:
    return (
        dashboard.TextBoxVariable("runbooks")
        .label("Runbooks")
        .description("The address below which the runbooks are published.")
        .default_value(RUNBOOKS)
        .current(parts.VariableOption(text=RUNBOOKS, value=RUNBOOKS, selected=True))
    )


def _marks() -> Iterator[dashboard.AnnotationQuery]:
    """Starts and rebalances explain most steps in the graphs."""
    age = f"(time() - {ALL.foreign('process_start_time_seconds')})"
    versions = f"on (job, instance) group_left (version) {ALL.metric('build')}"
    yield _mark("Start", "blue", f"{age} * {versions} < 60 + $__interval_ms / 1000")
    yield _mark("Rebalance", "orange", f"{ALL.rate('rebalances', by=('instance',))} > 0")


def _mark(name: str, color: str, expr: str) -> dashboard.AnnotationQuery:
    mark = dashboard.AnnotationQuery().name(name).icon_color(color).enable(True)
    return mark.datasource(DATASOURCE).expr(expr)
