"""On what the figures were made: without it they mean little."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.tools import PARALLEL_CONSUMER
from tests.system.jars import KAFKA_VERSION

PACKAGES = ("omeda-bridge", "aiokafka", "aiohttp", "msgspec", "uvloop")


def about() -> dict[str, str]:
    """Date, machine and versions."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": _first_line("git", "describe", "--always", "--dirty"),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{_memory_gibibytes():.0f} GiB",
        "system": f"{_system()}, Linux {platform.release()}",
        "Python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
        "Kafka": f"{KAFKA_VERSION}, one broker on the same machine",
        "Java": _first_line("java", "-version"),
        "Go": _first_line("go", "version").removeprefix("go version "),
        "Parallel Consumer": PARALLEL_CONSUMER,
        "FastStream": _pinned("faststream"),
    }


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory_gibibytes() -> float:
    found = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    return int(found[1]) / 1024 / 1024 if found else 0.0


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "from the source"


def _pinned(name: str) -> str:
    listed = (Path(__file__).with_name("requirements") / f"{name}.txt").read_text()
    return listed.splitlines()[0].partition("==")[2]


def _first_line(*command: str) -> str:
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except OSError:
        return "none"
    return (ended.stdout or ended.stderr).strip().partition("\n")[0]
