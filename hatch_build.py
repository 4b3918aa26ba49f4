"""Compiles the modules that every record passes, where a wheel is built: hatchling calls it.

`OMEDA_BRIDGE_COMPILE` says whether: `auto`, the default, does so where there is a C compiler, and
else leaves them as they are; `always` fails without one; `never` leaves them. Either way the
program does the same. An editable installation is never compiled: what is edited must be what runs.

    python hatch_build.py FOLDER    compiles into FOLDER alone, for tests
"""

import os
import sys
import sysconfig
import tomllib
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE = "OMEDA_BRIDGE_COMPILE"
WISHES = ("auto", "always", "never")

ROOT = Path(__file__).parent

# As types see it, no less and no more than `make types` has checked already.
CHECKING = ("--config-file=", "--cache-dir=/dev/null", "--follow-imports=silent")


# Whoever uses such a generator here takes all that it yields, and at once.
HARMLESS = "warning: Treating generator comprehension as list"


class NoCompiler(Exception):
    """There is one, but it does not get on with what mypyc has written."""


class CompilingHook(BuildHookInterface[Any]):
    """`modules`, in pyproject.toml, are what is compiled."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add what was compiled to the wheel that is about to be written."""
        wish = os.environ.get(VARIABLE, "auto")
        if wish not in WISHES:
            raise ValueError(f"{VARIABLE} is {wish!r}: choose one of {', '.join(WISHES)}")
        if version == "editable" or wish == "never":
            return
        self._folder = TemporaryDirectory(prefix="omeda-bridge-")
        try:
            expect_a_compiler()
            compile_into(Path(self._folder.name), self.config["modules"])
        except (FileNotFoundError, NoCompiler) as error:
            if wish == "always":
                raise
            self.app.display_warning(f"not compiled, so it runs slower: {error}")
            return
        built = Path(self._folder.name).rglob("*.so")
        build_data["force_include"] |= {
            str(file): str(file.relative_to(self._folder.name)) for file in built
        }
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel is written."""
        del version, build_data, artifact_path
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def expect_a_compiler() -> None:
    """At once, since all that comes before it takes most of a minute. Raises FileNotFoundError."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if which(compiler) is None:
        raise FileNotFoundError(f"there is no C compiler {compiler}")
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.exists():
        raise FileNotFoundError(f"{header} is missing: install what Python extensions need")


def compile_into(folder: Path, modules: list[str]) -> None:
    """Write a shared object for each of *modules*, and one that they have in common."""
    from setuptools import Distribution  # noqa: PLC0415 - an editable installation does not need it
    from setuptools.command.build_ext import build_ext  # noqa: PLC0415
    from setuptools.errors import CompileError, LinkError  # noqa: PLC0415

    files = [f"{module.replace('.', '/')}.py" for module in modules]
    with TemporaryDirectory(prefix="omeda-bridge-") as work:
        extensions = _translated(files, work)
        command = build_ext(Distribution({"name": "omeda-bridge", "ext_modules": extensions}))
        command.build_lib, command.build_temp = str(folder), work
        command.ensure_finalized()
        try:
            command.run()
        except (CompileError, LinkError) as error:
            raise NoCompiler(str(error)) from error


def _translated(files: list[str], work: str) -> list[Any]:
    """To C, as extensions. Raises RuntimeError with what mypyc has to say, if anything."""
    from mypyc.build import mypycify  # noqa: PLC0415 - an editable installation does not need it

    with redirect_stdout(StringIO()) as said:
        try:
            extensions = mypycify(
                [*CHECKING, *files],
                target_dir=work,
                group_name="omeda_bridge",
                # It would name the folder.
                debug_level="0",
            )
        except SystemExit as end:
            raise RuntimeError(f"mypyc: {end}\n{said.getvalue()}") from end
    # It warns of what it compiles to something else than Python would do.
    if odd := [line for line in said.getvalue().splitlines() if HARMLESS not in line]:
        raise RuntimeError("mypyc warns:\n" + "\n".join(odd))
    return list(extensions)


def modules() -> list[str]:
    """What pyproject.toml names."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(
        settings["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["modules"]
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    compile_into(Path(sys.argv[1]), modules())
