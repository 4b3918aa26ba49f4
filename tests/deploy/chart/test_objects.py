"""What the objects say."""

import json
import os
from pathlib import Path

import pytest
import yaml

from bridge.kafka.client import COMMIT_SECONDS
from tests.deploy.chart.rendering import (
    CHART,
    SETS,
    Object,
    Refused,
    bridge_of,
    objects,
    only,
    pod,
    rendered,
    workload,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"
RUNBOOKS = "https://runbooks.example/omeda-bridge/docs/runbooks"
LEAVING_SECONDS = 10
"""To leave the group and close, and for the pod's own end."""


@pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)
def test_it_renders_as_before(values: Path) -> None:
    """`UPDATE_SNAPSHOTS=1 make test-chart` writes them anew; then look at what git says."""
    snapshot = SNAPSHOTS / f"{values.stem.removesuffix('-values')}.yaml"
    # Rules and dashboards are files of their own, held by tests of their own.
    found = [one for one in objects(values) if one["kind"] != "PrometheusRule"]
    found = [one for one in found if not any(key.endswith(".json") for key in one.get("data", {}))]
    text = yaml.safe_dump_all(found, sort_keys=True)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_text(text)
    assert snapshot.read_text() == text


@pytest.mark.parametrize("drain", [20, 25, 28.5])
def test_the_grace_period_covers_drain_commits_and_the_end(drain: float) -> None:
    found = objects(values={"config.delivery.drain_seconds": drain})

    least = drain + 2 * COMMIT_SECONDS + LEAVING_SECONDS
    assert least <= pod(found)["terminationGracePeriodSeconds"] < least + 1


def test_a_grace_period_that_is_too_short_is_refused() -> None:
    with pytest.raises(Refused, match=r"must be at least 45.*amidst its requests"):
        rendered(values={"workload.terminationGracePeriodSeconds": 44})


def test_one_replica_is_replaced_and_several_are_rolled_without_one_too_many() -> None:
    assert workload(objects())["spec"]["strategy"] == {"type": "Recreate"}
    several = workload(objects(values={"replicas": 3}))["spec"]["strategy"]
    assert several["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_a_stateful_set_makes_each_pod_a_static_member() -> None:
    container = bridge_of(objects(CHART / "ci/statefulset-values.yaml"))
    [variable] = container["env"]
    assert variable["name"] == "BRIDGE__KAFKA__GROUP_INSTANCE_ID"
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"


def test_a_stateful_set_has_the_service_that_it_names() -> None:
    found = objects(values={"workload.kind": "StatefulSet"})
    service = only("Service", found)
    assert service["metadata"]["name"] == workload(found)["spec"]["serviceName"]
    assert service["spec"]["clusterIP"] == "None"
    assert not [one for one in objects() if one["kind"] == "Service"]
    watched = {"workload.kind": "StatefulSet", "serviceMonitor.enabled": True}
    assert only("ServiceMonitor", objects(values=watched))


@pytest.mark.parametrize("scaler", ["keda", "hpa"])
@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_what_is_scaled_by_another_has_no_replicas_of_its_own(scaler: str, kind: str) -> None:
    found = objects(values={f"autoscaling.{scaler}.enabled": True, "workload.kind": kind})
    assert "replicas" not in workload(found)["spec"]
    target = only("ScaledObject" if scaler == "keda" else "HorizontalPodAutoscaler", found)
    assert target["spec"]["scaleTargetRef"]["kind"] == kind


def test_keda_asks_for_every_topic_and_in_strings() -> None:
    scaled = only(
        "ScaledObject",
        objects(CHART / "ci/publisher-values.yaml", CHART / "ci/keda-values.yaml"),
    )
    triggers = scaled["spec"]["triggers"]
    assert [one["metadata"]["topic"] for one in triggers] == [
        "shop.orders",
        "site.behaviors",
        "weekly.behaviors",
    ]
    for trigger in triggers:
        assert all(isinstance(value, str) for value in trigger["metadata"].values())
        assert trigger["metadata"]["consumerGroup"] == "omeda"
        assert trigger["metadata"]["excludePersistentLag"] == "true"
    assert scaled["spec"]["minReplicaCount"] >= 1


@pytest.mark.parametrize(
    "values",
    [
        {"autoscaling.hpa.minReplicas": 4},
        {"autoscaling.keda.enabled": True, "autoscaling.keda.minReplicas": 3},
        {
            "autoscaling.keda.enabled": True,
            "autoscaling.keda.authenticationRef": "kafka",
            "config.kafka.security": {"protocol": "SSL"},
        },
        {"config.kafka.security": {"protocol": "SSL"}},
    ],
)
def test_what_a_scaler_can_work_with_is_taken(values: dict[str, object]) -> None:
    assert rendered(values=values)


def test_a_changed_configuration_is_a_new_rollout_and_a_changed_label_of_helm_is_none() -> None:
    def template(**values: object) -> Object:
        found: Object = workload(objects(values=values))["spec"]["template"]
        return found

    assert template() == template()
    assert template() != template(**{"config.log.level": "debug"})
    selector = workload(objects())["spec"]["selector"]["matchLabels"]
    assert set(selector) == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}


@pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)
def test_each_container_says_itself_whose_it_is_and_what_storage_it_takes(values: Path) -> None:
    found = objects(values)
    check = next(one for one in found if one["kind"] == "Pod")["spec"]
    for spec in (pod(found), check):
        [container] = spec["containers"]
        context = container["securityContext"]
        for who in ("runAsUser", "runAsGroup", "runAsNonRoot"):
            assert context[who] == spec["securityContext"][who]
        for bound in ("requests", "limits"):
            assert "ephemeral-storage" in container["resources"][bound]


@pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)
def test_secrets_are_folders_so_that_a_changed_one_arrives(values: Path) -> None:
    found = objects(values)
    mounts = bridge_of(found)["volumeMounts"]
    assert all("subPath" not in mount for mount in mounts)
    named = {volume["name"] for volume in pod(found)["volumes"]}
    assert {mount["name"] for mount in mounts} == named


def test_rules_and_dashboards_arrive_whole() -> None:
    found = objects(CHART / "ci/publisher-values.yaml")
    written = yaml.safe_load((CHART / "files/alerts.yaml").read_text())
    rules = only("PrometheusRule", found)["spec"]
    assert [group["name"] for group in rules["groups"]] == [
        group["name"] for group in written["groups"]
    ]
    links = [
        rule["annotations"]["runbook_url"]
        for group in rules["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert all(one.startswith(f"{RUNBOOKS}/") for one in links)
    written_boards = _written_boards(found)
    assert written_boards == {
        path.name: _told(RUNBOOKS, path.read_text()) for path in CHART.glob("dashboards/*.json")
    }
    assert written_boards


def test_without_an_address_of_the_runbooks_dashboards_are_the_files() -> None:
    files = {path.name: json.loads(path.read_text()) for path in CHART.glob("dashboards/*.json")}
    assert _written_boards(objects(values={"dashboards.enabled": True})) == files


def _written_boards(found: list[Object]) -> dict[str, Object]:
    return {
        name: json.loads(text)
        for one in found
        for name, text in one.get("data", {}).items()
        if name.endswith(".json")
    }


def _told(runbooks: str, text: str) -> Object:
    """The dashboard, once somebody has typed where the runbooks are published."""
    board: Object = json.loads(text)
    [variable] = [one for one in board["templating"]["list"] if one["name"] == "runbooks"]
    variable["query"] = runbooks
    variable["current"] |= {"text": runbooks, "value": runbooks}
    return board


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"serviceMonitor.enabled": True}, "needs service.enabled"),
        (
            {"autoscaling.keda.enabled": True, "autoscaling.hpa.enabled": True},
            "fight over the replicas",
        ),
        (
            {"autoscaling.keda.enabled": True, "autoscaling.keda.minReplicas": 4},
            r"keda.minReplicas \(4\) is more than its maxReplicas \(3\)",
        ),
        (
            {"autoscaling.hpa.enabled": True, "autoscaling.hpa.minReplicas": 4},
            r"hpa.minReplicas \(4\) is more than its maxReplicas \(3\)",
        ),
        (
            {"autoscaling.keda.enabled": True, "config.kafka.security": {"protocol": "SSL"}},
            "asks for SSL: name a TriggerAuthentication",
        ),
        (
            {"volumes": [{"name": "tmp", "emptyDir": {}}]},
            "tmp is the name of a volume of the chart",
        ),
        (
            {"volumes": [{"name": "credentials-0", "emptyDir": {}}]},
            "credentials-0 is the name of a volume of the chart",
        ),
        (
            {"volumeMounts": [{"name": "more", "mountPath": "/tmp/"}]},  # noqa: S108
            "a volume of its own at /tmp/",
        ),
        ({"podAnnotations": {"checksum/config": "x"}}, "the chart sets it"),
        ({"config.admin.port": 0}, "probes need one that stays"),
        ({"config.kafka.group_instance_id": "one", "replicas": 2}, "unique for each process"),
        (
            {"config.kafka.group_instance_id": "one", "workload.kind": "StatefulSet"},
            "made from its name",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(values: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        rendered(values=values)


PORT = "BRIDGE__ADMIN__PORT"
DRAIN = "BRIDGE__DELIVERY__DRAIN_SECONDS"
INSTANCE = "BRIDGE__KAFKA__GROUP_INSTANCE_ID"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (PORT, {}),
        ("BRIDGE__admin__port", {}),
        (DRAIN, {}),
        (INSTANCE, {"replicas": 2}),
        (INSTANCE, {"autoscaling.keda.enabled": True}),
        (INSTANCE, {"workload.kind": "StatefulSet"}),
    ],
)
def test_a_variable_that_the_chart_derives_something_from_is_refused(
    name: str, values: dict[str, object]
) -> None:
    variables = [{"name": "OTHER", "value": "1"}, {"name": name, "value": "200"}]
    with pytest.raises(Refused, match=rf"{name} .* set it in config, as config\.[a-z_.]+"):
        rendered(values={**values, "env": variables})


def test_other_variables_and_the_name_of_the_one_member_are_taken() -> None:
    variables = [
        {"name": INSTANCE, "value": "one"},
        {"name": "BRIDGE__LOG__LEVEL", "value": "debug"},
    ]
    assert bridge_of(objects(values={"env": variables}))["env"] == variables
