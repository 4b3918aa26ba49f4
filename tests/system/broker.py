"""One real Apache Kafka broker, owned by the tests, that can be killed, frozen and revived.

python -m tests.system.broker fetch     only fetches the jars
"""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.system.cluster import Cluster
from tests.system.jars import BrokerUnavailable, fetch_jars
from tests.system.kafka_python import KafkaError
from tests.system.waiting import eventually

START_SECONDS = 90
STOP_SECONDS = 60
CLUSTER_ID = "b21lZGEtYnJpZGdlLXRlcw"  # any 16 bytes in base64

PROPERTIES = """\
process.roles={roles}
node.id={node}
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},BACK://127.0.0.1:{back_port}{controller}{doors}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},BACK://127.0.0.1:{front_port}{doors}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,BACK:PLAINTEXT,CONTROLLER:PLAINTEXT{protocols}
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor={replicas}
min.insync.replicas={in_sync}
log.cleaner.backoff.ms=200
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""


FLAGS = ("-Xmx512m",)
"""Of the broker's virtual machine, as a measurement wants it: fast in the end."""

SOON_THERE = (*FLAGS, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Of one that is started again and again and lives for minutes: what the second compiler and the
threads of another collector cost would never be paid back."""


class Doors(NamedTuple):
    """Listeners beside the plain ones: how each is guarded, and who may come in."""

    protocols: Mapping[str, str] = {}
    """The security protocol of each, by its name."""
    properties: Mapping[str, str] = {}
    scram: Sequence[str] = ()
    """Users, as the broker's own tool for formatting takes them."""


NO_DOORS = Doors()


class Seat(NamedTuple):
    """Which broker of its cluster one is."""

    node: int = 1
    controller_port: int | None = None
    """Where its cluster's controller is; None: it is the controller itself."""
    replicas: int = 1
    """Brokers that the cluster has."""


ALONE = Seat()


class Broker:
    """A combined broker and controller on loopback; address and data outlive its process."""

    def __init__(
        self,
        directory: Path,
        doors: Doors = NO_DOORS,
        seat: Seat = ALONE,
        flags: Sequence[str] = SOON_THERE,
    ) -> None:
        java = shutil.which("java")
        if java is None:
            raise BrokerUnavailable("java is not on the PATH, so no broker can be started")
        self._java = [java, *flags, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        self._java += ["-cp", f"{fetch_jars()}/*"]
        self._log = directory / "broker.log"
        self._properties = directory / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None
        self._data = directory / "data"
        port, controller_port, self.back_port, self.front_port = free_ports(4)
        """Who comes in by the back port is sent to the front port, where a proxy may listen."""
        self.controller_port = seat.controller_port or controller_port
        self._seat = seat
        self._doors = doors
        self._door_ports = dict(zip(doors.protocols, free_ports(len(doors.protocols)), strict=True))
        self.move(port)
        self._format()

    def __repr__(self) -> str:
        state = f"pid {self._process.pid}" if self._process else "not started"
        return f"<Broker: {self.bootstrap_servers}, {state}>"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def move(self, port: int) -> None:
        """Serve on *port* from the next start on."""
        self._port = port
        self.bootstrap_servers = f"127.0.0.1:{port}"
        self._properties.write_text(
            PROPERTIES.format(
                port=port,
                back_port=self.back_port,
                front_port=self.front_port,
                node=self._seat.node,
                roles="broker,controller" if self._controls else "broker",
                controller_port=self.controller_port,
                controller=self._controls * f",CONTROLLER://127.0.0.1:{self.controller_port}",
                replicas=self._seat.replicas,
                in_sync=(self._seat.replicas + 1) // 2,
                data=self._data,
                doors="".join(f",{name}://{self.address(name)}" for name in self._door_ports),
                protocols="".join(f",{door}:{way}" for door, way in self._doors.protocols.items()),
            )
            + "".join(f"{name}={value}\n" for name, value in self._doors.properties.items())
        )

    def address(self, door: str) -> str:
        """Where clients come in by *door*."""
        return f"127.0.0.1:{self._door_ports[door]}"

    @property
    def _controls(self) -> bool:
        return self._seat.controller_port is None

    def start(self) -> None:
        """Run the broker, on the same address and data as before, and wait until it answers."""
        self.launch()
        self.await_answer()

    def launch(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java, "kafka.Kafka", str(self._properties)], stdout=log, stderr=log
            )

    def await_answer(self) -> None:
        eventually("the broker answers", self._answers, within=START_SECONDS, instead=self._tail)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def terminate(self) -> None:
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Stop every thread; returns once none can answer any more."""
        self._signal(signal.SIGSTOP)
        eventually("the broker is frozen", self._stopped, within=STOP_SECONDS)

    def _stopped(self) -> bool:
        assert self._process is not None
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        # The state follows the command's name, which ends with the last parenthesis.
        states = ((thread / "stat").read_text().rpartition(")")[2].split()[0] for thread in threads)
        return all(state == "T" for state in states)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def revive(self) -> None:
        """Undo whatever a test did: thaw it where it is frozen, start it where it is dead."""
        if self.alive:
            self.thaw()
        else:
            self.start()

    def stop(self) -> None:
        if self.alive:
            self.thaw()  # a frozen process would not hear SIGTERM
            self.terminate()

    def _end(self, number: signal.Signals) -> None:
        self._signal(number)
        assert self._process is not None
        self._process.wait(STOP_SECONDS)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the broker was never started"
        self._process.send_signal(number)

    def _format(self) -> None:
        tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID]
        if self._controls:
            tool.append("--standalone")
        for user in self._doors.scram:
            tool += ["--add-scram", user]
        with self._log.open("ab") as log:
            subprocess.run(
                [*self._java, *tool, "-c", str(self._properties)],
                stdout=log,
                stderr=log,
                check=True,
            )

    def _answers(self) -> bool:
        """Whether clients are served, by the group coordinator as well, which comes up last."""
        assert self.alive, f"the broker ended by itself:\n{self._tail()}"
        if not self.listens():
            return False
        try:
            Cluster(self.bootstrap_servers).committed("nobody")
        except KafkaError:
            return False
        return True

    def listens(self) -> bool:
        """Whether connections are accepted; a frozen broker does so, too."""
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True

    def _tail(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]


def free_ports(count: int) -> list[int]:
    """Loopback ports that were free a moment ago, all of them different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def main(arguments: Sequence[str]) -> int:
    if list(arguments) != ["fetch"]:
        sys.stderr.write("usage: python -m tests.system.broker fetch\n")
        return 2
    try:
        sys.stdout.write(f"{fetch_jars()}\n")
    except BrokerUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
