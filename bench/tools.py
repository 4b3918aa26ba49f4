"""What the contenders need, kept in the cache: jars, and environments of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

from bench.omeda import Unavailable
from tests.system.jars import fetch, jars_directory

OPPONENTS = Path(__file__).with_name("opponents")
POM = OPPONENTS / "pom.xml"
PARALLEL_CONSUMER = "0.5.3.3"
INSTALL_SECONDS = 600


def key_order(work: Path) -> list[str]:
    """The command of Confluent's Parallel Consumer."""
    javac, java = shutil.which("javac"), shutil.which("java")
    if javac is None or java is None:
        raise Unavailable("no JDK is on the PATH, so the Parallel Consumer cannot be compiled")
    jars = fetch(POM, jars_directory().with_name(f"parallel-consumer-{PARALLEL_CONSUMER}"))
    classes = work / "classes"
    compiled = [javac, "-cp", f"{jars}/*", "-d", str(classes), str(OPPONENTS / "KeyOrder.java")]
    subprocess.run(compiled, check=True)
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    return [java, quiet, "-cp", f"{classes}:{jars}/*", "KeyOrder"]


def environment(name: str) -> Path:
    """The interpreter of an environment with what bench/requirements/*name*.txt lists."""
    wanted = (Path(__file__).with_name("requirements") / f"{name}.txt").read_text()
    directory = jars_directory().with_name(f"bench-{name}")
    python, installed = directory / "bin/python", directory / "installed.txt"
    # Written last: an attempt that was cut off is made again.
    if not installed.is_file() or installed.read_text() != wanted:
        shutil.rmtree(directory, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *wanted.split()], check=True, timeout=INSTALL_SECONDS)
        installed.write_text(wanted)
    return python
