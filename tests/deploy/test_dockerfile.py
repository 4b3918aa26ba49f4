"""The Dockerfile, as linters see it."""

import json
import re

from tests.deploy.container import ROOT
from tests.deploy.tools import checked


def test_hadolint_finds_nothing() -> None:
    assert checked("hadolint", "--config", ".hadolint.yaml", "Dockerfile") == ""


def test_checkov_finds_nothing_but_what_is_skipped_with_a_reason() -> None:
    said = checked(
        *("checkov", "--skip-download", "--framework", "dockerfile", "--file", "Dockerfile"),
        *("--output", "json"),
    )
    results = json.loads(said)["results"]
    assert len(results["passed_checks"]) > 50
    assert not results["failed_checks"]
    for skipped in results["skipped_checks"]:
        assert skipped["check_result"]["suppress_comment"].strip()


def test_what_the_image_is_made_of_is_held_against_hashes() -> None:
    for name in ("build", "run", "otel"):
        text = (ROOT / f"requirements/{name}.txt").read_text()
        pins = re.split(r"\n(?=\S)", text.strip())
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)


def test_what_tracing_adds_changes_no_other_version() -> None:
    run, otel = (
        set(re.findall(r"^\S+==\S+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "otel")
    )

    assert run < otel
    assert any(pin.startswith("opentelemetry-sdk==") for pin in otel - run)
