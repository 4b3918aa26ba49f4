"""Values of earlier versions still render."""

from pathlib import Path

import yaml

from tests.deploy.chart.rendering import CHART, rendered

EARLIER = {path.stem: path for path in (Path(__file__).parent / "earlier").glob("*.yaml")}
"""The values.yaml of each version that was released before this one, by that version."""
FIRST = "0.1.0"
VERSION = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]


def test_values_of_every_earlier_version_render() -> None:
    """Whoever raises the version puts the values.yaml of the one before beside this test."""
    assert VERSION not in EARLIER
    assert (VERSION == FIRST) is not (FIRST in EARLIER)
    for values in EARLIER.values():
        assert rendered(values)
