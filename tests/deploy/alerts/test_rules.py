"""The rules are well-formed, speak of metrics that exist, and each alert has its runbook."""

import re

import pytest

from bridge.metrics.catalogue import FAMILIES
from tests.deploy.alerts.rules import ALERTS, FILE, RECORDED, RUNBOOKS, metrics_in, rules
from tests.deploy.tools import checked

LABELS = {f.exposed: {*f.labels, "namespace", "job", "instance"} for f in FAMILIES}
COUNTERS = {f.exposed for f in FAMILIES if f.type == "counter"}
SECONDS = {"m": 60, "h": 3600}
SECTIONS = ["Meaning", "First look", "Cure", "How to verify"]
HISTOGRAM = r"_(bucket|count|sum)$"
WHOLE = re.compile(
    r"(\w+) and on \(namespace, job, instance\) \(time\(\) - process_start_time_seconds < (\d+)\)"
    r" or increase\(\1\[(\w+)\]\)"
)
"""All that a process younger than a window has counted, and of others what they counted in it."""

ALL = list(rules())
IDS = [rule.get("alert") or rule["record"] for rule in ALL]


def test_promtool_finds_nothing() -> None:
    checked("promtool", "check", "rules", "--lint=all", "--lint-fatal", str(FILE))


@pytest.mark.parametrize("expression", [rule["expr"] for rule in ALL], ids=IDS)
def test_only_metrics_and_labels_that_exist_are_read(expression: str) -> None:
    known = {re.sub(HISTOGRAM, "", name) for name in metrics_in(expression)} - RECORDED
    assert known <= LABELS.keys()

    grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", expression)
    labels = {label.strip() for group in grouped for label in group.split(",")}
    allowed: set[str] = {"le"} if "_bucket" in expression else set()
    for name in known:
        allowed |= LABELS[name]
    if ":" in expression or not known:
        allowed |= {"namespace", "job", "brand", "kind", "topic", "partition"}
    assert labels <= allowed


@pytest.mark.parametrize("expression", [rule["expr"] for rule in ALL], ids=IDS)
def test_a_counter_is_read_as_a_rate_or_an_increase_or_whole_of_a_young_process(
    expression: str,
) -> None:
    for _, seconds, window in WHOLE.findall(expression):
        assert int(seconds) == SECONDS[window[-1]] * int(window[:-1])
    plain = WHOLE.sub("", expression)
    for name in metrics_in(plain) & COUNTERS:
        uses = len(re.findall(name, plain))
        assert uses == len(re.findall(rf"(?:rate|increase)\({name}[{{\[]", plain))


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_what_is_wrong_and_where_to_read_on(alert: str) -> None:
    rule = ALERTS[alert]

    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert re.fullmatch(r"\S.*\.", rule["annotations"]["summary"])
    assert re.fullmatch(r"\S.*[.?]", rule["annotations"]["description"])
    assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{alert}.md"


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_has_a_runbook_that_is_whole(alert: str) -> None:
    text = (RUNBOOKS / f"{alert}.md").read_text()

    assert text.startswith(f"# {alert}\n")
    assert f"\nSeverity: {ALERTS[alert]['labels']['severity']}.\n" in text
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    assert parts[1::2] == SECTIONS
    assert all(len(part.split()) >= 4 for part in parts[2::2])


def test_each_runbook_has_an_alert() -> None:
    assert {file.stem for file in RUNBOOKS.glob("OmedaBridge*.md")} == ALERTS.keys()


@pytest.mark.parametrize("alert", ALERTS)
def test_a_runbook_speaks_of_metrics_that_exist(alert: str) -> None:
    text = (RUNBOOKS / f"{alert}.md").read_text()

    assert {re.sub(HISTOGRAM, "", name) for name in metrics_in(text)} <= LABELS.keys()
    recorded = set(re.findall(r"\w+:omeda_bridge_\w+:\w+", text))
    assert recorded <= RECORDED
