"""A Kubernetes API: etcd and kube-apiserver on loopback, without controllers or nodes.

Objects are checked, admitted and kept; nothing ever runs.
"""

import json
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Self

from tests.deploy.cluster.client import Client
from tests.deploy.container import ROOT
from tests.system.broker import free_ports
from tests.system.waiting import eventually

START_SECONDS = 90
END_SECONDS = 30


class Server:
    """Both processes; use as a context manager."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._processes: list[subprocess.Popen[bytes]] = []
        self._etcd_port, self._peer_port, self._port = free_ports(3)
        self._token = secrets.token_urlsafe()
        self._key = directory / "accounts.key"
        self.client = Client(directory, self._written_kubeconfig())

    def __repr__(self) -> str:
        pids = ", ".join(str(one.pid) for one in self._processes)
        return f"<Server: 127.0.0.1:{self._port}, pids {pids or 'none'}>"

    def __enter__(self) -> Self:
        try:
            self._start("etcd", *self._etcd())
            self._start("kube-apiserver", *self._kube_apiserver())
            eventually("the API is ready", self._ready, within=START_SECONDS, instead=self._logs)
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()

    def _start(self, name: str, *command: str) -> None:
        with self._log(name).open("wb") as log:
            self._processes.append(subprocess.Popen(command, stdout=log, stderr=log))

    def _kill(self) -> None:
        # The API server first: without etcd it would spend its last moments on errors.
        for process in reversed(self._processes):
            process.kill()
            process.wait(END_SECONDS)
        self._processes.clear()

    def _ready(self) -> bool:
        for process in self._processes:
            assert process.poll() is None, f"pid {process.pid} ended by itself:\n{self._logs()}"
        # The server makes its certificate while it starts.
        return self._certificate.exists() and self.client.ready()

    def _etcd(self) -> list[str]:
        program = shutil.which("etcd")
        assert program, "etcd is not on the PATH: scripts/tools.sh etcd"
        clients, peers = (f"http://127.0.0.1:{port}" for port in (self._etcd_port, self._peer_port))
        return [
            *(program, "--data-dir", str(self._directory / "etcd"), "--logger", "zap"),
            *("--listen-client-urls", clients, "--advertise-client-urls", clients),
            *("--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers),
            *("--initial-cluster", f"default={peers}"),
        ]

    def _kube_apiserver(self) -> list[str]:
        curve = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"]
        subprocess.run([*curve, "-out", self._key], check=True, timeout=END_SECONDS)
        tokens = self._directory / "tokens.csv"
        tokens.write_text(f"{self._token},admin,admin,system:masters\n")
        return [
            str(ROOT / ".tools/bin/kube-apiserver"),
            f"--etcd-servers=http://127.0.0.1:{self._etcd_port}",
            f"--cert-dir={self._certificate.parent}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={self._port}",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--authorization-mode=RBAC",
            # It would wait for accounts that a controller makes.
            "--disable-admission-plugins=ServiceAccount",
            f"--token-auth-file={tokens}",
            f"--service-account-issuer=https://127.0.0.1:{self._port}/",
            f"--service-account-key-file={self._key}",
            f"--service-account-signing-key-file={self._key}",
            "--endpoint-reconciler-type=none",
            "--allow-privileged=true",
        ]

    @property
    def _certificate(self) -> Path:
        return self._directory / "certificates/apiserver.crt"

    def _written_kubeconfig(self) -> Path:
        server = {
            "server": f"https://127.0.0.1:{self._port}",
            "certificate-authority": str(self._certificate),
        }
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": server}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
            "current-context": "test",
        }
        path = self._directory / "kubeconfig.json"
        path.write_text(json.dumps(config))
        path.chmod(0o600)
        return path

    def _log(self, name: str) -> Path:
        return self._directory / f"{name}.log"

    def _logs(self) -> str:
        ends = (log.read_text(errors="replace")[-2000:] for log in self._directory.glob("*.log"))
        return "\n".join(ends)
