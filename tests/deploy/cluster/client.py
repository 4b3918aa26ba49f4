"""kubectl and helm, as they talk to one server."""

import json
import os
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.deploy.container import ROOT

CALL_SECONDS = 60

UNASKED = ("endpoints", "events")
"""Kinds that nobody makes by hand, and one whose reading the server warns of."""

Arguments = str | Path


class Denied(Exception):
    """The server refuses it, or helm does in front of the server."""


class Client:
    """Knows nothing of any other cluster, nor of who runs the tests."""

    def __init__(self, directory: Path, kubeconfig: Path) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "KUBECONFIG": str(kubeconfig),
        }

    def __repr__(self) -> str:
        return f"<Client: {self._environment['KUBECONFIG']}>"

    def run(
        self, tool: str, *arguments: Arguments, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """However it ends. *given* is what the tool reads."""
        return subprocess.run(
            [ROOT / ".tools/bin" / tool, *arguments],
            env=self._environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=CALL_SECONDS,
        )

    def ready(self) -> bool:
        return self.run("kubectl", "get", "--raw", "/readyz").returncode == 0

    def kubectl(self, *arguments: Arguments, given: str = "") -> str:
        """What it prints. Raises Denied; fails where there is any warning."""
        return self._quietly("kubectl", *arguments, given=given)

    def helm(self, *arguments: Arguments) -> str:
        """What it prints. Raises Denied; fails where there is any warning."""
        return self._quietly("helm", *arguments)

    def read(self, *arguments: Arguments) -> Any:
        """What kubectl gets, as JSON."""
        return json.loads(self.kubectl("get", *arguments, "--output", "json"))

    @cached_property
    def kinds(self) -> list[str]:
        """Of everything that a namespace can hold and list."""
        listable = self.kubectl("api-resources", "--namespaced", "--verbs=list", "--output=name")
        return [kind for kind in listable.split() if kind.partition(".")[0] not in UNASKED]

    def _quietly(self, tool: str, *arguments: Arguments, given: str = "") -> str:
        done = self.run(tool, *arguments, given=given)
        if done.returncode:
            raise Denied(done.stderr)
        # Whatever the server warns of, kubectl and helm each in a form of its own.
        assert not done.stderr, done.stderr
        return done.stdout
