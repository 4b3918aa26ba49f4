"""A contender's process: started, looked at while it delivers, ended."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.omeda import StandIn, Status
from bench.processes import cpu_seconds, peak_bytes

REPOSITORY = Path(__file__).parents[1]
END_SECONDS = 20
TAIL = 300
Process = subprocess.Popen[bytes]


class Used(NamedTuple):
    """Seconds of CPU so far."""

    contender: float
    omeda: float


@contextmanager
def started(command: Sequence[str], log: Path) -> Iterator[Process]:
    """The process, ended at last."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Watch:
    """Waits for what the stand-in for Omeda has seen of a process."""

    def __init__(self, process: Process, omeda: StandIn, log: Path) -> None:
        self._process = process
        self._omeda = omeda
        self._log = log
        self.note = ""
        """Why it was waited in vain."""

    def used(self) -> Used:
        """So far."""
        return Used(cpu_seconds(self._process.pid), cpu_seconds(self._omeda.pid))

    def peak_bytes(self) -> int:
        """Of memory, so far."""
        return peak_bytes(self._process.pid)

    def until(self, seconds: float, *, requests: int = 0, events: int = 0) -> Status:
        """How far it is once there are so many; where there never are, `note` says why."""
        deadline = time.monotonic() + seconds
        while True:
            found = self._omeda.wait(requests=requests, events=events)
            if found.requests >= requests and found.distinct >= events:
                return found
            if self._process.poll() is not None:
                tail = self._log.read_text(errors="replace")[-TAIL:].strip()
                self.note = f"ended by itself with status {self._process.returncode}: {tail}"
                return found
            if time.monotonic() > deadline:
                self.note = f"not finished after {seconds:g} s"
                return found
