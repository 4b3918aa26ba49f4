"""Values at the edge of what the chart takes are no surprise to the server."""

import pytest

from tests.deploy.chart.rendering import Refused, rendered
from tests.deploy.cluster.namespace import Namespace, Values

LONG = "n" * 80
TEAM = {"team": "audience"}

TAKEN: dict[str, Values] = {
    "a name that is too long": {"nameOverride": LONG},
    "a whole name that is too long": {"fullnameOverride": LONG, "dashboards.enabled": True},
    "a number for a name": {"nameOverride": "123"},
    "no replica": {"replicas": 0},
    "a label from two sides": {
        "commonLabels": TEAM,
        "podLabels": TEAM,
        **{
            f"{one}.{key}": value
            for one in ("podMonitor", "prometheusRule", "dashboards")
            for key, value in {"enabled": True, "labels": TEAM}.items()
        },
    },
    "labels that look like something else": {"commonLabels": {"a": "true", "b": "1", "c": ""}},
    "no label for a sidecar": {"dashboards.enabled": True, "dashboards.labels": None},
    "no port": {"networkPolicy.kafkaPorts": [], "networkPolicy.httpsPorts": []},
    "a number for an amount": {"resources.limits.memory": 536870912},
    "no resources": {"resources": {}},
    "no credentials": {"credentials": []},
    "a compound duration": {"podMonitor.enabled": True, "podMonitor.interval": "1m30s"},
    "the longest window": {
        "autoscaling.hpa.enabled": True,
        "autoscaling.hpa.scaleDownStabilizationSeconds": 3600,
    },
    "no revision to go back to": {"workload.revisionHistoryLimit": 0},
}


@pytest.mark.parametrize("values", TAKEN.values(), ids=TAKEN)
def test_it_comes_and_goes(values: Values, namespace: Namespace, events: Namespace) -> None:
    events.try_out(rendered(values=values))
    assert namespace.install(values=values)
    assert namespace.uninstall() == {}


def test_a_release_may_have_a_number_for_a_name(namespace: Namespace) -> None:
    assert namespace.install(release="2024")
    assert namespace.uninstall(release="2024") == {}


def test_no_port_is_not_every_port(namespace: Namespace) -> None:
    held = namespace.install(values=TAKEN["no port"])
    [policy] = [one for one in held.values() if one["kind"] == "NetworkPolicy"]
    assert [rule["ports"][0]["port"] for rule in policy["spec"]["egress"]] == [53]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"podMonitor.interval": "1m1h"}, "does not match pattern"),
        ({"podMonitor.interval": ""}, "minLength"),
        ({"autoscaling.hpa.scaleDownStabilizationSeconds": 3601}, "want 3,600"),
        ({"autoscaling.keda.scaleDownStabilizationSeconds": 3601}, "want 3,600"),
        ({"podLabels": {"app.kubernetes.io/name": "x"}}, "podLabels cannot hold"),
        ({"commonLabels": {"app.kubernetes.io/instance": "x"}}, "commonLabels cannot hold"),
    ],
)
def test_what_the_server_would_refuse_or_misread_never_reaches_it(values: Values, why: str) -> None:
    with pytest.raises(Refused, match=why):
        rendered(values=values)
