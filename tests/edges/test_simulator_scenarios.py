"""Scenarios as YAML files say them."""

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
