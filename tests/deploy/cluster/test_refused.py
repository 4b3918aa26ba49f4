"""Objects as the chart renders them are taken; broken ones are refused, and for their fault."""

import copy
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.deploy.chart.rendering import CHART, Object, objects, only, rendered
from tests.deploy.cluster.client import Denied
from tests.deploy.cluster.namespace import Namespace
from tests.deploy.cluster.sets import of_every_set

CONTAINER = ("spec", "template", "spec", "containers", 0)
TRIGGER = ("spec", "triggers", 0, "metadata")
RULE = ("spec", "groups", 0, "rules", 0)
ENDPOINT = ("spec", "podMetricsEndpoints", 0)
UNKNOWN = "unknown field"


class Fault(NamedTuple):
    """A value that is wrong, where it stands, and what the server says of it."""

    values: str
    kind: str
    path: tuple[str | int, ...]
    value: object
    said: str

    def of(self, right: Object) -> Object:
        """*right*, made wrong."""
        wrong = copy.deepcopy(right)
        node: Any = wrong
        *way, last = self.path
        for step in way:
            node = node[step]
        node[last] = self.value
        return wrong


FAULTS = {
    "a misspelt field of a Deployment": Fault(
        "minimal",
        "Deployment",
        (*CONTAINER, "securityContext", "readOnlyRootFileSystem"),
        True,
        UNKNOWN,
    ),
    "no pod to begin with and none to spare": Fault(
        "publisher",
        "Deployment",
        ("spec", "strategy", "rollingUpdate", "maxUnavailable"),
        0,
        "may not be 0 when `maxSurge` is 0",
    ),
    "a mount of a volume that is not there": Fault(
        "minimal", "Deployment", (*CONTAINER, "volumeMounts", 0, "name"), "nowhere", "Not found"
    ),
    "a mount from outside of its volume": Fault(
        "minimal", "Deployment", (*CONTAINER, "volumeMounts", 0, "subPath"), "../x", "contain '..'"
    ),
    "a name of a port that is too long": Fault(
        "minimal", "Deployment", (*CONTAINER, "ports", 0, "name"), "metrics-of-bridge", "15 char"
    ),
    "a selector that finds other pods": Fault(
        "statefulset",
        "StatefulSet",
        ("spec", "selector", "matchLabels", "app.kubernetes.io/name"),
        "other",
        "does not match template `labels`",
    ),
    "a range of addresses that is none": Fault(
        "guarded",
        "NetworkPolicy",
        ("spec", "egress", 1, "to", 0, "ipBlock", "cidr"),
        "10.0.0.0/33",
        "valid CIDR",
    ),
    "two budgets at once": Fault(
        "minimal", "PodDisruptionBudget", ("spec", "minAvailable"), 1, "cannot be both set"
    ),
    "more replicas at least than at most": Fault(
        "hpa", "HorizontalPodAutoscaler", ("spec", "minReplicas"), 9, "greater than or equal to"
    ),
    "a misspelt field of a PodMonitor": Fault(
        "publisher", "PodMonitor", (*ENDPOINT, "scrapeTimeOut"), "10s", UNKNOWN
    ),
    "a duration in words": Fault(
        "publisher", "PodMonitor", (*ENDPOINT, "interval"), "15 seconds", "should match"
    ),
    "a misspelt field of a ServiceMonitor": Fault(
        "statefulset", "ServiceMonitor", ("spec", "endpoint"), [], UNKNOWN
    ),
    "a misspelt field of a ScaledObject": Fault(
        "keda", "ScaledObject", ("spec", "maxReplicas"), 3, UNKNOWN
    ),
    "a number where KEDA reads text": Fault(
        "keda", "ScaledObject", (*TRIGGER, "lagThreshold"), 1000, "must be of type string"
    ),
    "a misspelt field of a rule": Fault(
        "publisher", "PrometheusRule", (*RULE, "expression"), "up", UNKNOWN
    ),
    "a rule that waits for a word": Fault(
        "publisher", "PrometheusRule", (*RULE, "for"), "soon", "should match"
    ),
}


@of_every_set
def test_every_object_is_taken_without_a_warning(values: Path, events: Namespace) -> None:
    said = events.try_out(rendered(values))
    assert said.count("created (server dry run)") == len(objects(values))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_broken_object_is_refused(fault: Fault, events: Namespace) -> None:
    right = only(fault.kind, objects(CHART / f"ci/{fault.values}-values.yaml"))
    events.try_out(json.dumps(right))

    with pytest.raises(Denied) as refused:
        events.try_out(json.dumps(fault.of(right)))

    assert fault.said in str(refused.value)
