"""Whom the chart's selectors find, as the server answers it."""

import json
from pathlib import Path

import pytest

from tests.deploy.chart.rendering import Object, objects
from tests.deploy.cluster.namespace import NONE, Namespace, Values
from tests.deploy.cluster.sets import of_every_set, pod_of

PART = {"app.kubernetes.io/part-of": "suite"}
POD, CHECK = "pod/alone", "pod/check"

of_every_label = pytest.mark.parametrize(
    "labels", [NONE, {"commonLabels": PART}, {"podLabels": PART}], ids=["own", "common", "pods"]
)


@of_every_label
@of_every_set
def test_selectors_find_the_pods_and_a_policy_that_of_the_check_as_well(
    values: Path, labels: Values, namespace: Namespace
) -> None:
    found = objects(values, values=labels)
    for pod in (pod_of(found), check_of(found)):
        namespace.kubectl("create", "--filename=-", given=json.dumps(pod))

    for one in found:
        if one["kind"] == "NetworkPolicy":
            assert pods(namespace, one["spec"]["podSelector"]) == {POD, CHECK}
        elif one["kind"] == "Service":
            assert pods(namespace, {"matchLabels": one["spec"]["selector"]}) == {POD}
        elif one["kind"] != "ServiceMonitor" and "selector" in one.get("spec", {}):
            assert pods(namespace, one["spec"]["selector"]) == {POD}, one["kind"]


def test_a_monitor_of_services_finds_that_of_the_release_alone(namespace: Namespace) -> None:
    values = {"service.enabled": True, "serviceMonitor.enabled": True}
    namespace.install(values=values)
    held = namespace.install(release="other", values=values)
    selector = held["ServiceMonitor/bridge-omeda-bridge"]["spec"]["selector"]
    assert ask(namespace, "service", selector) == {"service/bridge-omeda-bridge"}


def check_of(found: list[Object]) -> Object:
    """What `helm test` makes."""
    [check] = [one for one in found if one["kind"] == "Pod"]
    return {**check, "metadata": {"name": "check", "labels": check["metadata"]["labels"]}}


def pods(namespace: Namespace, selector: Object) -> set[str]:
    return ask(namespace, "pod", selector)


def ask(namespace: Namespace, kind: str, selector: Object) -> set[str]:
    given = namespace.kubectl("get", kind, "--selector", written(selector), "--output=name")
    return set(given.split())


def written(selector: Object) -> str:
    """As kubectl takes it."""
    equal = [f"{key}={value}" for key, value in selector.get("matchLabels", {}).items()]
    among = [
        f"{term['key']} {term['operator'].lower()} ({','.join(term['values'])})"
        for term in selector.get("matchExpressions", [])
    ]
    return ",".join(equal + among)
