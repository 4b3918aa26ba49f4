"""Scenarios as YAML files say them."""

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.simulator import (
    CustomerRules,
    FaultRule,
    Latency,
    ResetAfterAcceptance,
    Scenario,
    ScenarioError,
    StatusAnswer,
    load_scenario,
)


def test_a_scenario_is_read_from_yaml(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("""
seed: 3
latency: {base_seconds: 0.1, jitter_seconds: 1}
faults:
  - effect: {type: status, status: 503, retry_after: 2}
    probability: 0.2
  - effect: {type: reset_after}
    service: order
    from_seconds: 5
customers:
  unknown: [7]
  merged: {22: 99999}
  pending: {3: 2}
""")

    assert load_scenario(file) == Scenario(
        seed=3,
        latency=Latency(0.1, 1),
        faults=(
            FaultRule(StatusAnswer(503, retry_after=2), probability=0.2),
            FaultRule(ResetAfterAcceptance(), service="order", from_seconds=5),
        ),
        customers=CustomerRules(frozenset({7}), {22: 99999}, {3: 2}),
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (b"latency: {base_seconds: -1}", "$.latency.base_seconds"),
        (b"latency: {base_seconds: .nan}", "$.latency.base_seconds"),
        (b"faults: [{effect: {type: stall, seconds: 3}}]", "$.faults[0].effect"),
        (b"customers: {merged: {x: 1}}", "$.customers.merged"),
        (b"sead: 3", "`sead`"),
        (b"seed: 2024-13-45", "month"),
        (b"", "object"),
        (b"a: [", "line"),
        (b"\xff\xfe\xff", "scenario.yaml"),
        (b"[" * 5_000, "scenario.yaml"),
    ],
)
def test_a_bad_scenario_is_refused_in_one_line_with_the_path_of_the_value(
    tmp_path: Path, text: bytes, where: str
) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_bytes(text)

    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)

    assert where in str(caught.value)
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_a_missing_scenario_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="No such file"):
        load_scenario(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (b"capacity: {in_flight: 0}", "$.capacity.in_flight"),
        (b"transactions: {courses: [{states: []}]}", "$.transactions.courses[0].states"),
        (b"refused_behaviors: maybe", "$.refused_behaviors"),
        (b"catalog: {attributes: {3: {kind: colour}}}", "$.catalog.attributes[...].kind"),
        (b"customers: {pending: {3: -1}}", "$.customers.pending[...]"),
    ],
)
def test_every_part_of_a_scenario_is_checked(tmp_path: Path, text: bytes, where: str) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_bytes(text)

    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)

    assert where in str(caught.value)


def test_a_simulator_with_a_bad_scenario_or_port_is_not_started(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("latency: {base_seconds: soon}")

    ended = [
        subprocess.run(
            [sys.executable, "-m", "bridge", "simulate", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        for arguments in (
            ["--scenario", str(file)],
            ["--port", "99999"],
            ["--host", "nowhere.invalid", "--port", "0"],
        )
    ]

    assert [each.returncode for each in ended] == [2, 2, 2]
    assert "$.latency.base_seconds" in ended[0].stderr
    assert "--port" in ended[1].stderr
    assert "--host" in ended[2].stderr
    assert "nowhere.invalid" in ended[2].stderr
    assert not any("Traceback" in each.stderr for each in ended)
