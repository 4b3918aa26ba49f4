"""A namespace that takes no pod beyond the restricted profile, and releases in it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.deploy.chart.rendering import CHART, Object
from tests.deploy.cluster.client import Arguments, Client

RELEASE = "bridge"
PROFILE = {
    f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")
}
OF_THE_SERVER = (
    "creationTimestamp",
    "generation",
    "managedFields",
    "namespace",
    "resourceVersion",
    "uid",
)
"""What it says of each object by itself."""

HOME = "meta.helm.sh/release-namespace"

Values = Mapping[str, Any]
NONE: Values = {}
State = dict[str, Object]


class Namespace:
    """One that was not there before."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        metadata = {"name": name, "labels": PROFILE}
        written = json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        client.kubectl("create", "--filename=-", given=written)

    def __repr__(self) -> str:
        return f"<Namespace: {self.name}>"

    def install(self, *files: Path, release: str = RELEASE, values: Values = NONE) -> State:
        """What is there after it; so with whatever else is done to a release."""
        self.helm("install", release, CHART, *options(*files, values=values))
        return self.state()

    def upgrade(self, *files: Path, values: Values = NONE) -> State:
        # Without this, helm takes the values of before where none are given.
        given = ["--reset-values", *options(*files, values=values)]
        self.helm("upgrade", RELEASE, CHART, *given)
        return self.state()

    def rollback(self, revision: int) -> State:
        self.helm("rollback", RELEASE, str(revision))
        return self.state()

    def uninstall(self, release: str = RELEASE) -> State:
        """Whatever is left, of helm's own as well."""
        self.helm("uninstall", release)
        return self.everything()

    def try_out(self, written: str) -> str:
        """What would come of these objects. Raises Denied."""
        strictly = ["--dry-run=server", "--validate=strict", "--filename=-"]
        return self.kubectl("create", *strictly, given=written)

    def helm(self, *arguments: Arguments) -> str:
        return self.client.helm(*arguments, "--namespace", self.name)

    def kubectl(self, *arguments: Arguments, given: str = "") -> str:
        return self.client.kubectl(*arguments, "--namespace", self.name, given=given)

    def state(self) -> State:
        """Whatever it holds, by kind and name, but for helm's own notes."""
        return {key: one for key, one in self.everything().items() if not of_helm(one)}

    def everything(self) -> State:
        kinds = ",".join(self.client.kinds)
        items: list[Object] = self.client.read(kinds, "--namespace", self.name)["items"]
        return {name(one): bare(one) for one in items}


def options(*files: Path, values: Values = NONE) -> list[Arguments]:
    found: list[Arguments] = []
    for file in files:
        found += ["--values", file]
    for path, value in values.items():
        found += ["--set-json", f"{path}={json.dumps(value)}"]
    return found


def name(one: Object) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def bare(one: Object) -> Object:
    """*one* without what differs between two objects that were asked for alike."""
    metadata = {key: said for key, said in one["metadata"].items() if key not in OF_THE_SERVER}
    metadata["annotations"] = {
        key: said for key, said in metadata.get("annotations", {}).items() if key != HOME
    }
    return {key: said for key, said in one.items() if key != "status"} | {"metadata": metadata}


def of_helm(one: Object) -> bool:
    kind: str = one.get("type", "")
    return kind.startswith("helm.sh/release")
