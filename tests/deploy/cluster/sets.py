"""The sets of values that the chart is tried with."""

import copy
from pathlib import Path

import pytest

from tests.deploy.chart.rendering import SETS, Object, objects, workload


def called(values: Path) -> str:
    return values.stem.removesuffix("-values")


of_every_set = pytest.mark.parametrize("values", SETS, ids=called)


def installed(values: Path) -> list[Object]:
    """What a release of this set consists of: all but what `helm test` makes."""
    found = objects(values)
    return [one for one in found if "helm.sh/hook" not in one["metadata"].get("annotations", {})]


def pod_of(found: list[Object]) -> Object:
    """A pod that stands alone, made from the template of the workload."""
    template = copy.deepcopy(workload(found)["spec"]["template"])
    template["metadata"]["name"] = "alone"
    return {"apiVersion": "v1", "kind": "Pod", **template}
