"""Every query, asked of a Prometheus that scraped the bridge through all that can befall it."""

import re
from collections.abc import Mapping

import pytest

from tests.deploy.dashboards import alerts
from tests.deploy.dashboards.reading import FILES, Asked, asked, boards, variables
from tests.deploy.dashboards.recording import Recording

ALWAYS_ZERO: Mapping[str, str] = {
    "Omeda bridge / Commits / B": (
        "a completion map that does not fit takes some 24,000 records of one partition, a twelfth"
        " of them held up: minutes of load"
    ),
    "Omeda bridge / Receipts / C": (
        "a required receipt is lost where its partition is taken away while its topic takes none"
    ),
}
"""Queries that are answered with nothing but zeros, each with the reason."""

ZERO = "0 all the time"
QUERIES = [one for board in boards().values() for one in asked(board)]
NAMES = [path.stem for path in FILES]


def silence(recording: Recording, one: Asked) -> str:
    """In what way the query says nothing; empty where it says something."""
    found = recording.shown(one.expr)
    if not found:
        return "no answer"
    if one.instant and not recording.at_the_end(one.expr):
        return "no answer at the end"
    moved = {value for series in found for _, value in series["values"]} - {"0", "NaN"}
    return "" if moved else ZERO


@pytest.mark.parametrize("one", QUERIES, ids=lambda one: one.where)
def test_a_query_has_an_answer_that_says_something(recording: Recording, one: Asked) -> None:
    assert silence(recording, one) == (ZERO if one.where in ALWAYS_ZERO else ""), one.expr


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        ("omeda_bridge_never_heard_of", "no answer"),
        ('up{job="another"}', "no answer"),
        ("omeda_bridge_halted == 1", "no answer at the end"),
        ("0 * up", ZERO),
        ("up", ""),
    ],
)
def test_a_query_that_says_nothing_is_found(recording: Recording, expr: str, said: str) -> None:
    assert silence(recording, Asked("here", expr, instant=True)) == said


def test_what_is_always_zero_is_a_query() -> None:
    assert set(ALWAYS_ZERO) <= {one.where for one in QUERIES}


@pytest.mark.parametrize("name", NAMES)
def test_there_is_something_to_choose(recording: Recording, name: str) -> None:
    for variable in variables(boards()[name], "query"):
        form = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"])
        assert form
        assert recording.prometheus.label_values(form[2], recording.chosen(form[1])), variable


def test_rules_and_alerts_are_evaluated_without_a_fault(recording: Recording) -> None:
    groups = recording.prometheus.ask("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert {rule["health"] for rule in rules} == {"ok"}, [rule.get("lastError") for rule in rules]
    assert {rule["name"] for rule in rules} == {*alerts.read().alerts, *alerts.read().records}


@pytest.mark.parametrize("name", alerts.read().records)
def test_a_recorded_series_is_there(recording: Recording, name: str) -> None:
    assert recording.shown(name)
