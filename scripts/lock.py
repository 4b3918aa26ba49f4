"""Pin every dependency with hashes, for all supported Pythons: `make lock`.

The lists hold no index address: whoever installs chooses where from.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

LISTS = {
    # Everything first: the smaller lists must agree with it.
    "dev": ["--extra", "dev"],
    "demo": ["--extra", "demo", "--extra", "build"],
    "run": [],
    "otel": ["--extra", "otel"],
}


def main() -> None:
    """Write every list in requirements/."""
    for name, extras in LISTS.items():
        constraint = [] if name == "dev" else ["--constraint", "requirements/dev.txt"]
        compile_list(name, ["pyproject.toml", *extras, *constraint])
    compile_list("build", ["-", "--constraint", "requirements/dev.txt"])


def compile_list(name: str, options: list[str]) -> None:
    """Write one list, for every platform and every Python from 3.11 on.

    `-` stands for what building the package needs, and nothing else.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header"]
    command += ["--no-annotate", "--output-file", f"requirements/{name}.txt", *options]
    build = "\n".join(PROJECT["build-system"]["requires"])
    subprocess.run(command, cwd=ROOT, input=build, text=True, check=True)  # noqa: S603 - fixed


if __name__ == "__main__":
    main()
