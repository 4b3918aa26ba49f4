"""What a process has used, from Linux's /proc, its children included."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def cpu_seconds(pid: int) -> float:
    """User and system time of *pid*, of its children that run, and of those that ended."""
    return sum(_ticks(each) for each in family(pid)) / _TICKS


def peak_bytes(pid: int) -> int:
    """The largest resident size so far; of several processes, the sum of theirs."""
    statuses = (_read(Path(f"/proc/{each}/status")) for each in family(pid))
    return sum(int(found[1]) * 1024 for text in statuses if (found := _PEAK.search(text)))


def family(pid: int) -> Iterator[int]:
    """*pid* and those that it has started."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(thread).split():
            yield from family(int(child))


def _ticks(pid: int) -> int:
    # The name stands in parentheses and may hold anything, so it is counted from its end on.
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    # utime, stime, cutime and cstime are the 14th to the 17th field of proc(5).
    return sum(map(int, fields[11:15]))


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
