"""A real Prometheus on loopback, with the chart's rules, that is asked as Grafana asks it."""

import json
import shutil
import subprocess
import urllib.parse
from collections.abc import Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.deploy.container import ROOT
from tests.deploy.dashboards.alerts import FILE
from tests.deploy.tools import INSTALL_SECONDS
from tests.system.broker import free_ports
from tests.system.waiting import eventually

START_SECONDS = 30
STOP_SECONDS = 20
ANSWER_SECONDS = 20
EACH_SECONDS = 1
"""Between two scrapes, and between two evaluations of the rules."""


class Prometheus:
    """Runs from `start` to `stop`."""

    def __init__(self, directory: Path, targets: Sequence[int], rules: Path = FILE) -> None:
        subprocess.run(
            [ROOT / "scripts/tools.sh", "prometheus"], check=True, timeout=INSTALL_SECONDS
        )
        self._command = shutil.which("prometheus")
        assert self._command, "prometheus is not on the PATH"
        self._directory = directory
        self._config = directory / "prometheus.json"  # JSON is YAML
        self._config.write_text(json.dumps(_config(targets, rules)))
        self._log = directory / "prometheus.log"
        [self._port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._command or "",
                    f"--config.file={self._config}",
                    f"--storage.tsdb.path={self._directory / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self._port}",
                ],
                stdout=log,
                stderr=log,
            )
        eventually("Prometheus is ready", self._ready, within=START_SECONDS, instead=self._tail)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_SECONDS)

    def now(self, expr: str) -> list[dict[str, Any]]:
        """The series of an instant query, at this moment."""
        found = self.ask("query", query=expr)["result"]
        assert isinstance(found, list)
        return found

    def over(self, expr: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """The series of a range query."""
        times = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}"}
        found = self.ask("query_range", query=expr, **times)["result"]
        assert isinstance(found, list)
        return found

    def label_values(self, label: str, series: str) -> list[str]:
        found = self.ask(f"label/{label}/values", **{"match[]": series})
        assert isinstance(found, list)
        return found

    def ask(self, what: str, **parameters: str) -> Any:
        path = f"/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        answer = json.loads(self._get(path)[1])
        assert answer["status"] == "success", f"{path}: {answer}"
        return answer["data"]

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"Prometheus ended by itself:\n{self._tail()}"
        try:
            status, _ = self._get("/-/ready")
        except (OSError, ValueError):
            # While it reads its log of writes, it answers, and not in JSON.
            return False
        return status == HTTPStatus.OK

    def _get(self, path: str) -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)) as server:
            server.request("GET", path)
            answer = server.getresponse()
            return answer.status, answer.read().decode()

    def _tail(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]


def _config(targets: Sequence[int], rules: Path) -> dict[str, Any]:
    each = f"{EACH_SECONDS}s"
    scraped = {
        "targets": [f"127.0.0.1:{port}" for port in targets],
        # The operator's monitors name a job by its namespace.
        "labels": {"namespace": "events"},
    }
    return {
        "global": {
            "scrape_interval": each,
            "scrape_timeout": each,
            "evaluation_interval": each,
        },
        "rule_files": [str(rules)],
        "scrape_configs": [{"job_name": "events/omeda-bridge", "static_configs": [scraped]}],
    }
