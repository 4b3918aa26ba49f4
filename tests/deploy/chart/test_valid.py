"""Every set of values gives objects that Kubernetes takes and policies have nothing against."""

import json
from pathlib import Path

import pytest

from tests.deploy.chart.rendering import CHART, FOREIGN, KUBERNETES, SETS, helm, objects, rendered
from tests.deploy.tools import checked

of_every_set = pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)


@of_every_set
def test_helm_lints_it_strictly(values: Path) -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", CHART, "--values", values)


@of_every_set
def test_every_supported_kubernetes_takes_it(values: Path, tmp_path: Path) -> None:
    for version in KUBERNETES:
        text = rendered(values, version=version)
        path = tmp_path / f"{version}.yaml"
        path.write_text(text)
        minor = version.rpartition(".")[0]
        said = checked("kubernetes-validate", "--strict", "-k", minor, str(path))
        # What it knows no schema of passes with a warning: that may be nothing but these kinds.
        unknown = [line for line in said.splitlines() if line.startswith("WARN")]
        foreign = [one for one in objects(values) if one["kind"] in FOREIGN]
        assert len(unknown) == len(foreign), unknown


def test_a_kubernetes_that_is_too_old_is_refused() -> None:
    with pytest.raises(Exception, match=r"1\.26"):
        rendered(version="1.26.0")


def test_checkov_finds_nothing_that_has_no_reason(tmp_path: Path) -> None:
    for values in SETS:
        (tmp_path / f"{values.stem}.yaml").write_text(rendered(values))
    said = checked(
        *("checkov", "--skip-download", "--framework", "kubernetes", "--directory", str(tmp_path)),
        *("--soft-fail", "--compact", "--output", "json"),
    )
    results = json.loads(said)["results"]
    assert len(results["passed_checks"]) > 60 * len(SETS)
    failed = results["failed_checks"]
    # Without its NetworkPolicy a pod has none: that is what the set asks for.
    asked_for = ("CKV2_K8S_6", "/bare-values.yaml")
    found = {(one["check_id"], one["file_path"]) for one in failed}
    assert found <= {asked_for}, found
    for skipped in results["skipped_checks"]:
        assert len(skipped["check_result"]["suppress_comment"]) > 10, skipped


@of_every_set
def test_names_fit_and_labels_are_those_that_kubernetes_recommends(values: Path) -> None:
    for one in objects(values):
        assert len(one["metadata"]["name"]) <= 63
        if one["metadata"]["name"].endswith("-more"):
            continue
        labels = one["metadata"]["labels"]
        assert {"app.kubernetes.io/name", "app.kubernetes.io/instance"} <= set(labels)
        assert one["metadata"]["namespace"] == "events"
