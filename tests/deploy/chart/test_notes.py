"""What helm tells whoever installs the chart is true."""

from pathlib import Path

import pytest

from tests.deploy.chart.rendering import SETS, bridge_of, notes, objects, pod, workload


@pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)
def test_the_notes_name_what_is_installed(values: Path) -> None:
    said, found = notes(values), objects(values)
    kind, name = workload(found)["kind"], workload(found)["metadata"]["name"]
    [port] = [one["containerPort"] for one in bridge_of(found)["ports"]]

    assert f"as {kind} {name}, reading" in said
    assert f"port-forward {kind.lower()}/{name} {port}\n" in said
    assert f"http://localhost:{port}/status.json" in said
    assert "helm test bridge --namespace events" in said
    mounted = {one["name"]: one["mountPath"] for one in bridge_of(found)["volumeMounts"]}
    for volume in pod(found)["volumes"]:
        if volume["name"].startswith("credentials-"):
            secret = volume["secret"]["secretName"]
            assert f"\n  {secret}, mounted at {mounted[volume['name']]}\n" in said
    watched = any(one["kind"] in ("PodMonitor", "ServiceMonitor") for one in found)
    assert ("Nobody scrapes its metrics yet" in said) is not watched


@pytest.mark.parametrize("section", ["prometheusRule", "dashboards"])
def test_links_that_lead_nowhere_are_told_of(section: str) -> None:
    warning, enabled = "see prometheusRule.runbookBaseUrl", {f"{section}.enabled": True}

    assert warning in notes(values=enabled)
    assert warning not in notes(values={**enabled, "prometheusRule.runbookBaseUrl": "https://a"})
    assert warning not in notes()


def test_where_there_are_no_secrets_none_must_exist() -> None:
    said = notes(values={"credentials": []})

    assert "secrets must exist" not in said
    assert "\n\n\n" not in said
