"""Pin every dependency with hashes, for all supported Pythons: `make lock`.

The lists hold no index address: whoever installs chooses where from.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

LISTS = {
    # Everything first: the smaller lists must agree with it.
    "dev": ["--extra", "dev"],
    "demo": ["--extra", "demo", "--extra", "build"],
    "run": [],
}


def main() -> None:
    """Write every list in requirements/."""
    for name, extras in LISTS.items():
        constraint = [] if name == "dev" else ["--constraint", "requirements/dev.txt"]
        compile_list(name, [*extras, *constraint])


def compile_list(name: str, options: list[str]) -> None:
    """Write one list, for every platform and every Python from 3.11 on."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header"]
    command += ["--no-annotate", "--output-file", f"requirements/{name}.txt", *options]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - fixed words only


if __name__ == "__main__":
    main()
