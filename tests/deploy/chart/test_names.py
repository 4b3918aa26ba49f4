"""Names of objects are such as Kubernetes takes, whatever the release is called."""

import re

import pytest

from tests.deploy.chart.rendering import Refused, objects, only, rendered

LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
ALL_KINDS = {
    f"{one}.enabled": True
    for one in ("service", "podMonitor", "serviceMonitor", "prometheusRule", "dashboards")
}


@pytest.mark.parametrize(
    ("release", "values"),
    [
        ("a.dotted.release", {}),
        ("b" * 53, {}),
        ("b" * 49 + "-x-y", {}),
        ("b" * 49 + ".b", {}),
        ("bridge", {"nameOverride": "n" * 80}),
        ("bridge", {"fullnameOverride": "n" * 80}),
        ("bridge", {"fullnameOverride": "n" * 47 + "-----n"}),
        ("2024", {"fullnameOverride": "y2024"}),
    ],
)
@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_every_name_is_a_label_of_dns(release: str, values: dict[str, object], kind: str) -> None:
    found = objects(release=release, values={**ALL_KINDS, "workload.kind": kind, **values})
    for one in found:
        name = one["metadata"]["name"]
        assert re.fullmatch(LABEL, name), name
        assert len(name) <= 63, name
    assert re.match("[a-z]", only("Service", found)["metadata"]["name"])


def test_a_service_cannot_begin_with_a_digit_and_everything_else_can() -> None:
    with pytest.raises(Refused, match=r"2024-omeda-bridge: .* set fullnameOverride"):
        rendered(release="2024", values={"service.enabled": True})
    assert objects(release="2024")


@pytest.mark.parametrize("value", ["Omeda_Bridge", "omeda.bridge", "-bridge", "bridge-"])
@pytest.mark.parametrize("key", ["nameOverride", "fullnameOverride"])
def test_an_override_that_is_no_name_is_refused(key: str, value: str) -> None:
    with pytest.raises(Refused, match=rf"{key}.*does not match pattern"):
        rendered(values={key: value})
