"""The tools that check a deployment; a test without its tool fails."""

import os
import subprocess

from tests.deploy.container import ROOT

INSTALL_SECONDS = 600
CHECK_SECONDS = 120
PATH = f"{ROOT / '.tools/bin'}:{os.environ['PATH']}"
"""What was installed here comes first."""


def checked(tool: str, *arguments: str) -> str:
    """What *tool* prints, installed where it is missing. Raises AssertionError where it objects."""
    subprocess.run([ROOT / "scripts/tools.sh", tool], check=True, timeout=INSTALL_SECONDS)
    done = subprocess.run(
        [tool, *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": PATH},
        capture_output=True,
        text=True,
        check=False,
        timeout=CHECK_SECONDS,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
