"""The rule file, as it stands in the chart."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy.container import ROOT

FILE = ROOT / "helm/omeda-bridge/files/alerts.yaml"
RUNBOOKS = ROOT / "docs/runbooks"

Rule = dict[str, Any]


def rules() -> Iterator[Rule]:
    """Every rule, recorded or alerting."""
    for group in yaml.safe_load(FILE.read_text())["groups"]:
        yield from group["rules"]


ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}
RECORDED = {rule["record"] for rule in rules() if "record" in rule}


def metrics_in(expression: str) -> set[str]:
    """The bridge's series that *expression* reads."""
    return set(re.findall(r"(?<![\w:])omeda_bridge_\w+", expression))
