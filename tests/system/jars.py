"""Jars, those of a real Kafka broker above all: fetched once with Maven, kept in the cache."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

KAFKA_VERSION = "4.2.0"
POM = Path(__file__).with_name("kafka_pom.xml")
FETCH_SECONDS = 600


class BrokerUnavailable(Exception):
    """This machine cannot run a broker of its own."""


def jars_directory() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "omeda-bridge" / f"kafka-{KAFKA_VERSION}"


def fetch_jars() -> Path:
    """Return the directory of the broker's jars."""
    return fetch(POM, jars_directory())


def fetch(pom: Path, directory: Path) -> Path:
    """Return *directory*, which Maven fills with what *pom* needs where it does not exist yet."""
    if not directory.is_dir():
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="partial-", dir=directory.parent) as partial:
            jars = Path(partial) / "jars"
            _copy_dependencies(pom, jars)
            _publish(jars, directory)
    return directory


def _copy_dependencies(pom: Path, into: Path) -> None:
    if shutil.which("mvn") is None:
        raise BrokerUnavailable("mvn is not on the PATH, so jars cannot be fetched")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into}"]
    maven = subprocess.run(
        ["mvn", "--quiet", "--batch-mode", "--file", str(pom), *goal],
        capture_output=True,
        text=True,
        timeout=FETCH_SECONDS,
        check=False,
    )
    if maven.returncode:
        raise BrokerUnavailable(f"Maven could not fetch the jars of {pom}:\n{maven.stdout[-2000:]}")


def _publish(jars: Path, directory: Path) -> None:
    # One rename: the directory has its name only when it is complete, so an attempt that
    # was cut off leaves nothing behind that could be taken for the jars.
    try:
        jars.rename(directory)
    except OSError:
        if not directory.is_dir():
            raise
