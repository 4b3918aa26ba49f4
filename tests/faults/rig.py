"""Three bridges in one group, Kafka behind a wire, an Omeda, and events that keep coming."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from tests.faults.configurations import INSTANCES, RECEIPTS, Configuration
from tests.faults.launcher import LAUNCHER
from tests.faults.proxy import Proxy
from tests.system.account import CommitAudit
from tests.system.bridge_process import BridgeProcess
from tests.system.broker import Broker
from tests.system.kafka_python import KafkaError
from tests.system.settings import Sections
from tests.system.world import PARTITIONS, World

PER_SECOND = 200.0
SESSION_SECONDS = 6
REQUEST_SECONDS = 5
"""Longer than a busy machine takes for an answer; otherwise what is late would be sent again."""

WELL_SECONDS = 90
"""Within this all that was produced is accepted after a fault has healed."""

SETTLED_SECONDS = 60
"""Within this the group has dealt whatever a fault had it deal."""

FLOWING = 100
"""Events that show that producers, Kafka and bridges are at work again."""

LATENCY_SECONDS = 0.01
CLIENTS = ("session", "direct")
"""In turn, so that every fault meets both."""

SETTINGS: Sections = {
    "kafka": {"session_timeout_seconds": SESSION_SECONDS, "rebalance_timeout_seconds": 20},
    "omeda": {"timeout_seconds": REQUEST_SECONDS, "connect_timeout_seconds": 2},
    "delivery": {"drain_seconds": 8, "retry": {"initial_seconds": 0.1, "max_seconds": 2}},
}

RECEIPT_PARTITIONS = 2
BY_BROKERS_CLOCK = {"message.timestamp.type": "LogAppendTime"}
"""So that a receipt tells since when it stands."""


class Rig:
    """Use as a context manager; what is inside is up and well when it begins.

    Raises BrokerUnavailable where this machine cannot run Kafka.
    """

    def __init__(self, directory: Path, configuration: Configuration) -> None:
        self._directory = directory
        self.configuration = configuration
        self.broker = Broker(directory)
        self._clients = itertools.cycle(CLIENTS)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self.broker.stop)
            self.broker.start()
            self.proxy = Proxy(self.broker.front_port, self.broker.back_port)
            self.proxy.start()
            stack.callback(self.proxy.stop)
            self.world = stack.enter_context(
                World(self.broker.bootstrap_servers, name="faults", work=self._directory)
            )
            self.world.omeda.latency = LATENCY_SECONDS
            self.world.command = LAUNCHER
            self.world.create_topics()
            if self.configuration.receipts:
                topic = {RECEIPTS: RECEIPT_PARTITIONS}
                self.world.cluster.create_topics(topic, BY_BROKERS_CLOCK)
            self.bridges = [self.start() for _ in range(INSTANCES)]
            for bridge in self.bridges:
                bridge.wait_ready()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self) -> BridgeProcess:
        """One more instance, which reaches Kafka by the wire alone."""
        around = {
            "kafka": {"bootstrap_servers": f"127.0.0.1:{self.broker.front_port}"},
            "omeda": {"client": next(self._clients)},
        }
        return self.world.start_bridge(SETTINGS, self.configuration.settings, around)

    def replace(self, end: Callable[[BridgeProcess], object]) -> None:
        """End the oldest instance, and start another in its place."""
        end(self.bridges.pop(0))
        self.bridges.append(self.start())

    @contextmanager
    def load(self) -> Iterator[CommitAudit]:
        """Events keep coming, and no commit may stand above what Omeda has accepted."""
        with (
            self.world.audited_commits(when=self.broker.listens) as audit,
            self.world.load(per_second=PER_SECOND),
        ):
            yield audit

    def await_well(self) -> None:
        """Until everything that has been produced by now is accepted, and all are ready."""
        assert not self.proxy.broken, f"void, the wire is broken: {self.proxy.broken}"
        self.proxy.heal()
        self.world.omeda.trouble = None
        owed = {record.seq for record in list(self.world.produced)}
        accepted, enough = self.world.omeda.accepted_seqs, len(self.world.omeda.accepted) + FLOWING
        self.world.eventually(
            "all that was produced until now accepted, and more flowing",
            lambda: owed <= accepted and len(self.world.omeda.accepted) >= enough,
            within=WELL_SECONDS,
            instead=lambda: f"{len(owed - accepted)} are missing",
        )
        for bridge in self.bridges:
            bridge.wait_ready()

    def await_settled(self) -> None:
        """Until the instances alone share the partitions, and what they have sent is committed.

        Otherwise a rebalance that one fault has set going would be taken for the next one's, or
        nobody would answer for an event that is sent again once the fault is over.
        """
        self.world.eventually(
            f"{INSTANCES} members own all partitions",
            self._settled,
            within=SETTLED_SECONDS,
            instead=lambda: [one.log_tail() for one in self.bridges],
        )
        self.world.await_produced_committed(within=SETTLED_SECONDS)

    def _settled(self) -> bool:
        try:
            members = self.world.cluster.members(self.world.group)
        except KafkaError:
            return False
        owned = sum(one.metrics()["omeda_bridge_assigned_partitions"] for one in self.bridges)
        return members == INSTANCES and owned == len(self.world.topics.sources) * PARTITIONS

    def rebalances(self) -> dict[str, float]:
        """By instance, for those that run."""
        return {one.name: one.metrics()["omeda_bridge_rebalances_total"] for one in self.bridges}
