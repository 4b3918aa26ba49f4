"""Panels as Grafana reads them, through its foundation SDK."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import (
    common,
    dashboard,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog import variants
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models import dashboard as parts
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from scripts.dashboards.panels import Graph, Panel, Query, Stat, States, Step, Table

DATASOURCE = parts.DataSourceRef(type_val="prometheus", uid="${datasource}")
ALERT_PREFIX = "OmedaBridge"

Drawn = stat.Panel | timeseries.Panel | statetimeline.Panel | table.Panel


def drawn(panel: Panel) -> Drawn:
    """The builder of *panel*, all but its place."""
    builder = _body(panel)
    builder.title(panel.title).description(panel.description).unit(panel.unit)
    builder.datasource(DATASOURCE).span(panel.width).height(panel.height)
    if panel.decimals is not None:
        builder.decimals(panel.decimals)
    builder.links([_runbook(alert) for alert in panel.alerts])
    return builder


def _body(panel: Panel) -> Drawn:
    match panel:
        case Stat():
            return _stat(panel)
        case Graph():
            return _graph(panel)
        case States():
            return _states(panel)
        case Table():
            return _table(panel)
        case _:
            raise TypeError(f"{panel.title}: nothing draws a {type(panel).__name__}")


def _stat(panel: Stat) -> stat.Panel:
    last = common.ReduceDataOptions().calcs(["lastNotNull"])
    return (
        stat.Panel()
        .targets(_targets(panel.queries, instant=True))
        .reduce_options(last)
        .graph_mode(shapes.BigValueGraphMode.NONE)
        .thresholds(_thresholds(panel.steps))
        .color_scheme(_by_thresholds())
        .no_value("none")
    )


def _graph(panel: Graph) -> timeseries.Panel:
    builder = (
        timeseries.Panel()
        .targets(_targets(panel.queries))
        .min(0)
        .legend(_legend())
        .tooltip(
            common.VizTooltipOptions()
            .mode(shapes.TooltipDisplayMode.MULTI)
            .sort(shapes.SortOrder.DESCENDING)
        )
    )
    if panel.stacked:
        stacked = common.StackingConfig().mode(shapes.StackingMode.NORMAL)
        builder.fill_opacity(20).stacking(stacked)
    if panel.limits:
        dashed = common.GraphThresholdsStyleConfig().mode(shapes.GraphThresholdsStyleMode.DASHED)
        steps = [Step(None, "transparent"), *panel.limits]
        builder.thresholds(_thresholds(steps)).thresholds_style(dashed)
    for legend, color in (panel.colors or {}).items():
        fixed = parts.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": color})
        builder.override_by_name(legend, [fixed])
    return builder


def _states(panel: States) -> statetimeline.Panel:
    named: dict[str, parts.ValueMappingResult] = {
        str(place): parts.ValueMappingResult(text=text, color=color, index=place)
        for place, (text, color) in enumerate(panel.states)
    }
    return (
        statetimeline.Panel()
        .targets(_targets(panel.queries))
        .mappings([parts.ValueMap(options=named)])
        .color_scheme(_by_thresholds())
        .show_value(shapes.VisibilityMode.NEVER)
    )


def _table(panel: Table) -> table.Panel:
    order = [*panel.columns, "Value"]
    # Time, job and the like are labels as well: only what is named is shown.
    kept = parts.DataTransformerConfig("filterFieldsByName", options={"include": {"names": order}})
    places = {name: place for place, name in enumerate(order)}
    renamed = {"indexByName": places, "renameByName": {"Value": panel.value}}
    largest_first = common.TableSortByFieldState().display_name(panel.value).desc(True)
    return (
        table.Panel()
        .targets(_targets(panel.queries, instant=True))
        .transformations([kept, parts.DataTransformerConfig("organize", options=renamed)])
        .sort_by([largest_first])
    )


def _targets(
    queries: Sequence[Query], *, instant: bool = False
) -> list[Builder[variants.Dataquery]]:
    return [
        _target(query, ref, instant=instant)
        for query, ref in zip(queries, "ABCDEFGH", strict=False)
    ]


def _target(query: Query, ref: str, *, instant: bool) -> prometheus.Dataquery:
    target = prometheus.Dataquery().expr(query.expr).ref_id(ref).datasource(DATASOURCE)
    if instant:
        target.instant()
    else:
        target.range()
    if query.exemplars:
        target.exemplar(True)
    # Without a legend the labels are columns.
    return target.legend_format(query.legend) if query.legend else target.format(_TABLE)


_TABLE = PromQueryFormat.TABLE


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .display_mode(shapes.LegendDisplayMode.TABLE)
        .placement(shapes.LegendPlacement.BOTTOM)
        .show_legend(True)
        .calcs(["lastNotNull", "max"])
    )


def _thresholds(steps: Sequence[Step]) -> dashboard.ThresholdsConfig:
    marks = [parts.Threshold(value=step.value, color=step.color) for step in steps]
    return dashboard.ThresholdsConfig().mode(parts.ThresholdsMode.ABSOLUTE).steps(marks)


def _by_thresholds() -> dashboard.FieldColor:
    return dashboard.FieldColor().mode(parts.FieldColorModeId.THRESHOLDS)


def _runbook(alert: str) -> dashboard.DashboardLink:
    # Raw: an address whose slashes were escaped leads nowhere.
    page = f"${{runbooks:raw}}/{ALERT_PREFIX}{alert}.md"
    link = dashboard.DashboardLink(f"Runbook: {ALERT_PREFIX}{alert}").url(page)
    return link.type(parts.DashboardLinkType.LINK).target_blank(True)
