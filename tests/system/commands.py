"""The other commands, as an operator gives them: arguments, a configuration, what is printed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.system.bridge_process import REPOSITORY

COMMAND_SECONDS = 120


class Ended(NamedTuple):
    status: int
    out: str
    complaints: str


def written(work: Path, settings: Mapping[str, Any]) -> Path:
    """The configuration of commands."""
    path = work / "commands.yaml"
    path.write_text(json.dumps(settings))  # JSON is YAML
    return path


def begin(config: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "bridge", *arguments, "--config", config],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(config: Path, *arguments: str, given: bytes = b"") -> Ended:
    """The command's end; *given* is its standard input."""
    with begin(config, *arguments) as process:
        try:
            out, complaints = process.communicate(given, timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Ended(process.returncode, out.decode(), complaints.decode())


def send(config: Path, topic: str, *events: bytes) -> Ended:
    return run(config, "send", "--topic", topic, given=b"\n".join(events))
