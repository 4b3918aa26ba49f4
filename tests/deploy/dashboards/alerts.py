"""The alerts and the recorded series of the chart's rules, and the metrics they look at."""

from typing import NamedTuple

import yaml

from tests.deploy.container import ROOT
from tests.deploy.dashboards.reading import metrics

FILE = ROOT / "helm/omeda-bridge/files/alerts.yaml"
PARTS = ("_bucket", "_count", "_sum")


class Rules(NamedTuple):
    alerts: dict[str, str]
    """Expressions by the alert's name."""
    records: dict[str, str]
    """Expressions by the recorded series' name."""

    def metrics(self, expr: str) -> set[str]:
        """What a query looks at in the end: no recorded series, and histograms as a whole."""
        found: set[str] = set()
        for name in metrics(expr):
            found |= self.metrics(self.records[name]) if name in self.records else {whole(name)}
        return found


def whole(name: str) -> str:
    for part in PARTS:
        name = name.removesuffix(part)
    return name


def read() -> Rules:
    groups = yaml.safe_load(FILE.read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    return Rules(
        {rule["alert"]: rule["expr"] for rule in rules if "alert" in rule},
        {rule["record"]: rule["expr"] for rule in rules if "record" in rule},
    )
