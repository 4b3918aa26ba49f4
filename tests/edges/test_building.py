"""The wheel, with and without a C compiler."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE")


def build(
    into: Path, wish: str, target: str = "wheel", of: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", into],
        cwd=of,
        env={**os.environ, "OMEDA_BRIDGE_COMPILE": wish, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def compiling_one(into: Path, module: str) -> Path:
    """What a wheel is built from, but only *module* is compiled.

    That all of them can be is seen wherever tests run compiled, and where an image is built.
    """
    into.mkdir()
    shutil.copytree(ROOT / "bridge", into / "bridge", ignore=shutil.ignore_patterns("*.so"))
    for name in SOURCES:
        shutil.copy(ROOT / name, into)
    project = into / "pyproject.toml"
    named, count = re.subn(
        r"^modules = \[$.*?^\]$",
        f'modules = ["{module}"]',
        project.read_text(),
        flags=re.MULTILINE | re.DOTALL,
    )
    assert count == 1
    project.write_text(named)
    return into


def objects(folder: Path) -> list[str]:
    (wheel,) = folder.glob("*.whl")
    return [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]


def test_what_is_not_to_be_compiled_is_for_every_machine(tmp_path: Path) -> None:
    assert build(tmp_path, "never").returncode == 0

    assert [wheel.name for wheel in tmp_path.iterdir()] == ["omeda_bridge-0.1.0-py3-none-any.whl"]


def test_a_word_that_says_nothing_is_refused_with_those_that_do(tmp_path: Path) -> None:
    refused = build(tmp_path, "perhaps")

    assert refused.returncode != 0
    assert "OMEDA_BRIDGE_COMPILE is 'perhaps': choose one of auto, always, never" in refused.stderr


def test_without_a_compiler_the_wheel_is_built_and_says_what_it_lacks(tmp_path: Path) -> None:
    built = build(tmp_path, "auto", CC="no-such-compiler")

    assert built.returncode == 0
    assert "not compiled, so it runs slower" in built.stdout + built.stderr
    assert objects(tmp_path) == []


def test_an_image_without_what_is_compiled_cannot_be_built(tmp_path: Path) -> None:
    failed = build(tmp_path, "always", CC="no-such-compiler")

    assert failed.returncode != 0
    assert not list(tmp_path.iterdir())


def test_the_sources_hold_nothing_compiled(tmp_path: Path) -> None:
    assert build(tmp_path, "always", target="sdist").returncode == 0

    (archive,) = tmp_path.iterdir()
    with tarfile.open(archive) as sources:
        names = sources.getnames()
    assert any(name.endswith("/hatch_build.py") for name in names)
    assert not [name for name in names if name.endswith(".so")]


@pytest.mark.slow
def test_what_every_record_passes_is_compiled_with_its_source_beside_it(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    built = build(wheels, "always", of=compiling_one(tmp_path / "sources", "bridge.ledger"))
    assert built.returncode == 0, built.stderr

    (wheel,) = wheels.iterdir()
    assert "none-any" not in wheel.name
    assert any(name.startswith("bridge/ledger.") for name in objects(wheels))
    assert "bridge/ledger.py" in zipfile.ZipFile(wheel).namelist()
