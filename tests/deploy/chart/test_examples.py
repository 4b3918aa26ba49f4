"""The configurations of config/examples/, given to the chart as they are."""

from pathlib import Path

import pytest
import yaml

from tests.deploy.chart.rendering import objects, only
from tests.deploy.container import ROOT

EXAMPLES = [
    path for path in sorted((ROOT / "config/examples").glob("*.yaml")) if path.stem != "start"
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_the_configuration_of_a_release(example: Path) -> None:
    config = yaml.safe_load(example.read_text())
    # The chart's own brand, where the example has others: helm merges, and null removes.
    brands = {"DEMO": None, **config["brands"]}

    found = objects(values={"config": {**config, "brands": brands}})

    mounted = yaml.safe_load(only("ConfigMap", found)["data"]["bridge.yaml"])
    assert mounted["routes"] == config["routes"]
    assert mounted["brands"].keys() == config["brands"].keys()
