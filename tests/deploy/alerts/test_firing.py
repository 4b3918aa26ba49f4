"""Each alert fires when it should, and at no other time: told by Prometheus' own tests of rules."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.alerts.rules import ALERTS, FILE
from tests.deploy.alerts.scenario import Scenario, bridge
from tests.deploy.alerts.scenarios import ALL
from tests.deploy.tools import checked


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_these_alerts_fire_and_no_other(scenario: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(yaml.safe_dump(_unit_test(scenario)))

    checked("promtool", "test", "rules", str(file))


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_is_seen_firing_and_resolved(alert: str) -> None:
    """In one scenario: before, during, and after."""
    seen = [
        [alert in scenario.firing[minute] for minute in sorted(scenario.firing)] for scenario in ALL
    ]

    assert any(not one[0] and not one[-1] and True in one for one in seen), (
        f"no scenario shows {alert} before, during and after"
    )


def _unit_test(scenario: Scenario) -> dict[str, Any]:
    values = {**(bridge(scenario.minutes) if scenario.at_work else {}), **scenario.changes}
    return {
        "rule_files": [str(FILE)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": series, "values": shown} for series, shown in values.items()
                ],
                "promql_expr_test": [
                    _expected(minute, alerts) for minute, alerts in scenario.firing.items()
                ],
            }
        ],
    }


def _expected(minute: int, alerts: frozenset[str]) -> dict[str, Any]:
    return {
        "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
        "eval_time": f"{minute}m",
        "exp_samples": [
            {"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in sorted(alerts)
        ],
    }
