"""The bridge as an operator runs it: a configuration file, a process, an admin port."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.system.waiting import eventually

REPOSITORY = Path(__file__).parents[2]
READY_SECONDS = 60
EXIT_SECONDS = 45
ADMIN_SECONDS = 5
LOG_TAIL = 4000
_REMOTE, _STATE, _INODE = 2, 3, 9
_ESTABLISHED = "01"
"""Columns of the kernel's table of TCP connections, and a state (proc(5))."""

_TASKS = re.compile(r"^tasks: (\d+)$", re.MULTILINE)


BRIDGE = (sys.executable, "-m", "bridge")


class BridgeProcess:
    """One process of `omeda-bridge run`; what it prints is kept in a file."""

    def __init__(
        self, settings: Mapping[str, Any], *, name: str, work: Path, command: Sequence[str]
    ) -> None:
        self.name = name
        self.log = work / f"{name}.log"
        self.admin_port = settings["admin"]["port"]
        self._end_expected = False
        config = work / f"{name}.yaml"
        config.write_text(json.dumps(settings, indent=2))  # JSON is YAML
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "run", "--config", str(config)],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=log,
            )

    def __repr__(self) -> str:
        return f"<BridgeProcess: {self.name}, exit status {self._process.poll()}>"

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def answers(self, path: str) -> bool:
        """Whether the admin port answers *path* with 200; no answer at all is a no."""
        try:
            status, _ = self._get(path)
        except OSError:
            return False
        return status == HTTPStatus.OK

    def wait_ready(self) -> None:
        self.wait_answering("/readyz")

    def wait_answering(self, path: str) -> None:
        def holds() -> bool:
            self.check_running()
            return self.answers(path)

        eventually(
            f"{self.name} answers {path}", holds, within=READY_SECONDS, instead=self.log_tail
        )

    def metrics(self) -> dict[str, float]:
        """Each sample summed over its labels, by the sample's name."""
        text = self.page("/metrics")
        sums: dict[str, float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
        return sums

    def descriptors(self) -> list[str]:
        """What is open: paths, pipes, and `socket:[inode]`."""
        found = []
        for one in Path(f"/proc/{self._process.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # it may be closed just now
                found.append(str(one.readlink()))
        return found

    def connections(self, port: int) -> int:
        """Those of its own that stand with *port*, whoever listens there."""
        table = Path(f"/proc/{self._process.pid}/net/tcp").read_text().splitlines()[1:]
        rows = [row.split() for row in table]
        standing = {
            f"socket:[{row[_INODE]}]"
            for row in rows
            if row[_STATE] == _ESTABLISHED and int(row[_REMOTE].partition(":")[2], 16) == port
        }
        return len(standing.intersection(self.descriptors()))

    def page(self, path: str, *, accept: str = "*/*") -> str:
        """What the admin port answers, whatever the status."""
        return self._get(path, accept)[1]

    def resident_bytes(self) -> int:
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def check_running(self) -> None:
        """Fail if the process has ended without having been asked to."""
        assert self._end_expected or self.running, (
            f"{self.name} ended by itself with status {self._process.returncode}:\n"
            f"{self.log_tail()}"
        )

    def terminate(self) -> None:
        self._end_expected = True
        os.kill(_innermost(self._process.pid), signal.SIGTERM)

    def kill(self) -> None:
        self._end_expected = True
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(EXIT_SECONDS)

    def block(self) -> None:
        """Its event loop stands still from now on, if it is run by a module that can do so."""
        self._process.send_signal(signal.SIGUSR1)

    def unblock(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    def count_tasks(self) -> int:
        """As it told when it was last asked, and 0 the first time; only where `block` works."""
        told = _TASKS.findall(self.log.read_text(errors="replace"))
        self._process.send_signal(signal.SIGUSR2)
        return int(told[-1]) if told else 0

    def freeze(self) -> None:
        """As a suspended machine does: it neither works nor is told anything."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def wait(self, timeout: float = EXIT_SECONDS) -> int:
        """The exit status, once the process has ended by itself or after `terminate`."""
        self._end_expected = True
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(
                f"{self.name} did not end within {timeout:g} s:\n{self.log_tail()}"
            ) from error

    def close(self) -> None:
        if self.running:
            self.kill()

    def log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-LOG_TAIL:]

    def told(self, what: str) -> int:
        """How often the log says *what*."""
        return self.log.read_text(errors="replace").count(what)

    def _get(self, path: str, accept: str = "*/*") -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.admin_port, timeout=ADMIN_SECONDS)
        with closing(connection):
            connection.request("GET", path, headers={"Accept": accept})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


def _innermost(pid: int) -> int:
    """The process that a runtime of containers runs in the end; the bridge itself has no child."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    children = [child for thread in threads for child in thread.read_text().split()]
    return _innermost(int(children[-1])) if children else pid
