"""scripts/tools.sh builds what it has not, with a Go that can."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.container import ROOT

RUN_SECONDS = 30
GO = """\
#!/bin/sh
if [ "$1" = env ]; then echo {version}; exit; fi
echo "$@" >>"$HOME/built"
for argument; do case $argument in output:crd:dir=*) mkdir -p "${{argument#*dir=}}" ;; esac; done
"""


class Checkout:
    """What the script needs of the repository, and a go of which only the words are real."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        shutil.copytree(ROOT / "tools", directory / "tools")
        (directory / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/tools.sh", directory / "scripts")
        (directory / "bin").mkdir()
        self.go("go1.99.0")

    def go(self, version: str) -> None:
        program = self.directory / "bin/go"
        program.write_text(GO.format(version=version))
        program.chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        path = f"{self.directory / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            [self.directory / "scripts/tools.sh", "crds"],
            env={"PATH": path, "HOME": str(self.directory)},
            capture_output=True,
            text=True,
            check=False,
            timeout=RUN_SECONDS,
        )

    def builds(self) -> int:
        built = self.directory / "built"
        return len(built.read_text().splitlines()) if built.exists() else 0


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_what_was_built_is_used_until_its_modules_change(checkout: Checkout) -> None:
    assert checkout.run().returncode == 0
    again = checkout.run()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert checkout.builds() == 1

    with (checkout.directory / "tools/crds/go.mod").open("a") as modules:
        modules.write("// another\n")
    assert checkout.run().returncode == 0
    assert checkout.builds() == 2


def test_a_go_that_is_too_old_is_named(checkout: Checkout) -> None:
    checkout.go("go1.19.8")
    refused = checkout.run()
    assert refused.returncode == 1
    assert "crds is built by go1.26.0 or newer" in refused.stderr
    assert refused.stderr.rstrip().endswith("/bin/go is go1.19.8")
    assert checkout.builds() == 0


def test_a_build_that_fails_is_no_build(checkout: Checkout) -> None:
    (checkout.directory / "bin/go").write_text("#!/bin/sh\n[ $1 = env ] && echo go1.99.0\n")
    assert checkout.run().returncode != 0
    checkout.go("go1.99.0")
    assert checkout.run().returncode == 0
    assert checkout.builds() == 1
