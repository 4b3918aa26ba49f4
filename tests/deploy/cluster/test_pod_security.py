"""The restricted profile of Pod Security, as admission itself holds it against the pods."""

import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.chart.rendering import Object, objects, workload
from tests.deploy.cluster.client import Denied
from tests.deploy.cluster.namespace import Namespace
from tests.deploy.cluster.sets import of_every_set, pod_of

Weaken = Callable[[Object], object]
"""Takes a pod's spec, and takes something from it."""

WEAKENED: dict[str, Weaken] = {
    "more rights than its parent": lambda spec: secured(spec).update(allowPrivilegeEscalation=True),
    "all rights": lambda spec: secured(spec).update(privileged=True, allowPrivilegeEscalation=True),
    "capabilities": lambda spec: secured(spec)["capabilities"].pop("drop"),
    "any user": lambda spec: (
        secured(spec).pop("runAsNonRoot"),
        spec["securityContext"].pop("runAsNonRoot"),
    ),
    "root": lambda spec: spec["securityContext"].update(runAsUser=0),
    "any call": lambda spec: secured(spec).update(seccompProfile={"type": "Unconfined"}),
    "the node's network": lambda spec: spec.update(hostNetwork=True),
    "the node's files": lambda spec: spec["volumes"].append(
        {"name": "node", "hostPath": {"path": "/"}}
    ),
}


@of_every_set
def test_a_pod_of_every_set_is_admitted(values: Path, events: Namespace) -> None:
    assert "created" in events.try_out(json.dumps(pod_of(objects(values))))


@pytest.mark.parametrize("weaken", WEAKENED.values(), ids=WEAKENED)
@of_every_set
def test_a_weakened_pod_is_refused(values: Path, weaken: Weaken, events: Namespace) -> None:
    pod = pod_of(objects(values))
    weaken(pod["spec"])
    with pytest.raises(Denied, match='violates PodSecurity "restricted'):
        events.try_out(json.dumps(pod))


def test_a_weakened_workload_is_warned_of_which_no_test_overlooks(namespace: Namespace) -> None:
    """By kubectl and by helm, which have their own ways of saying it."""
    one = copy.deepcopy(workload(objects()))
    del one["metadata"]["namespace"]
    one["metadata"]["name"] = "weak"
    WEAKENED["all rights"](one["spec"]["template"]["spec"])

    with pytest.raises(AssertionError, match="would violate PodSecurity"):
        namespace.try_out(json.dumps(one))
    with pytest.raises(AssertionError, match="would violate PodSecurity"):
        namespace.install(values={"extraObjects": [one]})


def secured(spec: Object) -> Object:
    """What its container is held to."""
    [container] = spec["containers"]
    context: Object = container["securityContext"]
    return context
