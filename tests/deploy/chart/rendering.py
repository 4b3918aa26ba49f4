"""The chart as helm renders it."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.container import ROOT
from tests.deploy.tools import INSTALL_SECONDS

CHART = ROOT / "helm/omeda-bridge"
SETS = sorted((CHART / "ci").glob("*-values.yaml"))
NEWEST = "1.36.0"
"""That a real API is there of."""
MINORS = range(27, 38) if os.environ.get("OMEDA_BRIDGE_LONG") else (27, 37)
"""Of Kubernetes, those that are supported: the oldest and the newest, or in the long run all."""
KUBERNETES = tuple(f"1.{minor}.0" for minor in MINORS)
RENDER_SECONDS = 30
FOREIGN = {"PodMonitor", "ServiceMonitor", "PrometheusRule", "ScaledObject"}
"""Kinds that come with an operator."""

Object = dict[str, Any]


class Refused(Exception):
    """Helm renders nothing of this."""


def install() -> None:
    """See to it that helm is there."""
    subprocess.run([ROOT / "scripts/tools.sh", "helm"], check=True, timeout=INSTALL_SECONDS)


def helm(*arguments: str | Path) -> str:
    """What helm prints. Raises Refused."""
    done = subprocess.run(
        [ROOT / ".tools/bin/helm", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=RENDER_SECONDS,
    )
    if done.returncode:
        raise Refused(done.stdout + done.stderr)
    return done.stdout


def rendered(
    *files: Path,
    version: str = NEWEST,
    values: Mapping[str, Any] | None = None,
    release: str = "bridge",
) -> str:
    """All objects of a release, as YAML. Raises Refused."""
    options: list[str | Path] = ["--namespace", "events", "--kube-version", version]
    for file in files:
        options += ["--values", file]
    for path, value in (values or {}).items():
        options += ["--set-json", f"{path}={json.dumps(value)}"]
    return helm("template", release, CHART, *options)


def notes(*files: Path, values: Mapping[str, Any] | None = None) -> str:
    """What helm tells whoever installs a release called `bridge`."""
    options: list[str | Path] = ["--namespace", "events", "--dry-run=client"]
    for file in files:
        options += ["--values", file]
    for path, value in (values or {}).items():
        options += ["--set-json", f"{path}={json.dumps(value)}"]
    said = helm("install", "bridge", CHART, *options)
    return said.partition("\nNOTES:\n")[2]


def objects(
    *files: Path, values: Mapping[str, Any] | None = None, release: str = "bridge"
) -> list[Object]:
    text = rendered(*files, values=values, release=release)
    return [one for one in yaml.safe_load_all(text) if one]


def only(kind: str, found: Iterable[Object]) -> Object:
    """The one object of *kind* that is no test of helm's."""
    [one] = [one for one in found if one["kind"] == kind]
    return one


def workload(found: Iterable[Object]) -> Object:
    [one] = [one for one in found if one["kind"] in ("Deployment", "StatefulSet")]
    return one


def pod(found: Iterable[Object]) -> Object:
    spec: Object = workload(found)["spec"]["template"]["spec"]
    return spec


def bridge_of(found: Iterable[Object]) -> Object:
    """The container."""
    [container] = pod(found)["containers"]
    one: Object = container
    return one
