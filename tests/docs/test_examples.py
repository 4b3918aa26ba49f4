"""The configurations of config/examples/, with the real loader and the real chart."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bridge.config import load
from tests.docs.reading import ROOT
from tests.docs.test_samples import CHART, SECRETS, merged

EXAMPLES = sorted((ROOT / "config/examples").glob("*.yaml"))
WITH_THE_CHART = [path for path in EXAMPLES if path.stem != "start"]


def values(example: Path) -> dict[str, Any]:
    """The chart's, with *example* as the bridge's configuration."""
    config = yaml.safe_load(example.read_text())
    unused = {"DEMO": None} if "DEMO" not in config["brands"] else {}
    config["brands"] |= unused
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    return merged(defaults, {"config": config})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_bridge_takes_it(example: Path) -> None:
    brands = yaml.safe_load(example.read_text())["brands"]
    named = re.compile("|".join(f"__{brand}__" for brand in brands))
    config = load(example, {key: value for key, value in SECRETS.items() if named.search(key)})

    assert {route.brand for route in config.routes} == set(brands)


@pytest.mark.parametrize("example", WITH_THE_CHART, ids=lambda path: path.stem)
def test_the_chart_takes_it_as_its_configuration(example: Path) -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())

    jsonschema.validate(values(example), schema)


def test_each_of_them_is_named_where_configuration_is_described() -> None:
    reference = (ROOT / "docs/configuration.md").read_text()

    for example in EXAMPLES:
        assert f"(../config/examples/{example.name})" in reference
