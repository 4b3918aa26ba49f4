"""Kafka, a simulated Omeda, a Prometheus, and two bridges, the first of them by a wire to Kafka."""

import json
import subprocess
import time
from contextlib import ExitStack, closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import yaml
from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.deploy.dashboards.prometheus import Prometheus
from tests.faults.proxy import Proxy
from tests.system.bridge_process import BRIDGE, BridgeProcess
from tests.system.broker import Broker, free_ports
from tests.system.cluster import Cluster
from tests.system.waiting import eventually

GROUP = "events"
BEHAVIORS, ORDERS, WEEKLY = "site.behaviors", "shop.orders", "weekly.behaviors"
DEAD_LETTERS = "omeda.dead-letters"
PAID, RECEIPTS = "paid.orders", "omeda.receipts"
"""Of a third process, in a group of its own, that keeps receipts and follows orders."""
ROUTES = [
    {"topic": BEHAVIORS, "kind": "behavior", "brand": "DAILY"},
    {"topic": ORDERS, "kind": "order", "brand": "DAILY"},
    {"topic": WEEKLY, "kind": "behavior", "brand": "WEEKLY"},
]
PARTITIONS = 4
SESSION_SECONDS, REBALANCE_SECONDS = 6, 12
HAPPENS_SECONDS = 60
ADMIN_SECONDS = 30


class Stage:
    """Use as a context manager: all but the bridges is up when it begins."""

    def __init__(self, directory: Path, scenario: dict[str, Any]) -> None:
        self._directory = directory
        self._scenario = scenario
        self._stack = ExitStack()
        self.bridges: list[BridgeProcess] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            broker = self._broker = Broker(self._directory)
            stack.callback(broker.stop)
            broker.start()
            self.wire = Proxy(broker.front_port, broker.back_port)
            self.wire.start()
            stack.callback(self.wire.stop)
            self.cluster = Cluster(broker.bootstrap_servers)
            kafka = broker.bootstrap_servers
            self._admin = AdminClient({"bootstrap.servers": kafka, "log_level": 0})
            self._producer = Producer({"bootstrap.servers": kafka, "log_level": 0})
            self.cluster.create_topics(dict.fromkeys((BEHAVIORS, ORDERS, WEEKLY, PAID), PARTITIONS))
            *self._admin_ports, self._omeda_port = free_ports(4)
            self._simulate(stack)
            self.prometheus = Prometheus(self._directory, self._admin_ports)
            stack.callback(self.prometheus.stop)
            self.prometheus.start()
            self.began = time.time()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start_bridge(self, *, by_wire: bool = False) -> BridgeProcess:
        """One more; only one that comes *by_wire* can be cut off."""
        wire = f"127.0.0.1:{self._broker.front_port}"
        kafka = wire if by_wire else self._broker.bootstrap_servers
        return self._start(self._settings(kafka, self._admin_ports[len(self.bridges)]))

    def start_follower(self) -> BridgeProcess:
        """One that keeps receipts, and follows what it delivers."""
        settings = self._settings(self._broker.bootstrap_servers, self._admin_ports[2])
        settings["kafka"]["group_id"] = "followed"
        settings["routes"] = [{"topic": PAID, "kind": "order", "brand": "DAILY"}]
        settings["receipts"] = {"topic": RECEIPTS, "required": True}
        settings["confirm"] = {"enabled": True, "requests_per_second": 2, "first_seconds": 1}
        return self._start(settings)

    def _start(self, settings: dict[str, Any]) -> BridgeProcess:
        number = len(self.bridges)
        bridge = BridgeProcess(
            settings, name=f"bridge-{number + 1}", work=self._directory, command=BRIDGE
        )
        self._stack.callback(bridge.close)
        self.bridges.append(bridge)
        return bridge

    def write(self, topic: str, key: int, value: bytes, *, age_seconds: float = 0) -> None:
        """A record of customer *key*, produced so long ago."""
        at = int((time.time() - age_seconds) * 1000)
        self._producer.produce(topic, value, str(key).encode(), timestamp=at)
        self._producer.poll(0)

    def written(self) -> None:
        """Until Kafka has all of it."""
        assert self._producer.flush(ADMIN_SECONDS) == 0

    def lose(self, topic: str, *, before: int, expired: int) -> None:
        """The group stands at *before* in partition 0, and retention has taken up to *expired*."""
        stands = ConsumerGroupTopicPartitions(GROUP, [TopicPartition(topic, 0, before)])
        for done in self._admin.alter_consumer_group_offsets([stands]).values():
            done.result(ADMIN_SECONDS)
        for done in self._admin.delete_records([TopicPartition(topic, 0, expired)]).values():
            done.result(ADMIN_SECONDS)

    def trouble(self, *faults: dict[str, Any]) -> None:
        """From now on Omeda has these faults, and no others."""
        with closing(HTTPConnection("127.0.0.1", self._omeda_port, timeout=ADMIN_SECONDS)) as omeda:
            omeda.request("PUT", "/_simulator/faults", json.dumps(faults))
            answer = omeda.getresponse()
            assert answer.status == HTTPStatus.OK, answer.read()

    def until(self, expr: str, *, within: float = HAPPENS_SECONDS) -> None:
        """Until Prometheus has an answer to *expr*."""

        def answered() -> bool:
            for bridge in self.bridges:
                bridge.check_running()
            return bool(self.prometheus.now(expr))

        eventually(expr, answered, within=within, instead=self._logs)

    def _simulate(self, stack: ExitStack) -> None:
        scenario = self._directory / "scenario.yaml"
        # JSON would make texts of the ids.
        scenario.write_text(yaml.safe_dump(self._scenario))
        command = [
            *BRIDGE,
            "simulate",
            "--port",
            str(self._omeda_port),
            "--scenario",
            str(scenario),
        ]
        with (self._directory / "omeda.log").open("ab") as log:
            omeda = subprocess.Popen(command, stdout=log, stderr=log)
        stack.callback(omeda.wait)
        stack.callback(omeda.kill)

        def there() -> bool:
            assert omeda.poll() is None, (self._directory / "omeda.log").read_text()
            return self._omeda_there()

        eventually("Omeda is there", there, within=HAPPENS_SECONDS)

    def _omeda_there(self) -> bool:
        try:
            self.trouble()
        except OSError:
            return False
        return True

    def _settings(self, kafka: str, admin_port: int) -> dict[str, Any]:
        return {
            "kafka": {
                "bootstrap_servers": kafka,
                "group_id": GROUP,
                "on_lost_offsets": "earliest",
                "session_timeout_seconds": SESSION_SECONDS,
                "rebalance_timeout_seconds": REBALANCE_SECONDS,
            },
            "routes": ROUTES,
            "brands": {name: self._credentials() for name in ("DAILY", "WEEKLY")},
            "omeda": {
                "base_url": f"http://127.0.0.1:{self._omeda_port}/webservices/rest",
                "timeout_seconds": 1,
                "connect_timeout_seconds": 1,
            },
            "delivery": {
                "concurrency": 16,
                "requests_per_second": 60,
                "retry": {"initial_seconds": 0.1, "max_seconds": 1},
                "breaker": {"open_seconds": 0.5, "max_open_seconds": 2},
                "probe_seconds": 1,
                "follow_merges": True,
                "pending_seconds": 25,
                "backlog_high": 400,
                "backlog_low": 200,
                "drain_seconds": 2,
            },
            "dead_letters": {"topic": DEAD_LETTERS},
            "admin": {"host": "127.0.0.1", "port": admin_port},
        }

    def _credentials(self) -> dict[str, str]:
        file = self._directory / "credential"
        file.write_text("invented")
        return {"app_id_file": str(file), "input_id_file": str(file)}

    def _logs(self) -> str:
        return "\n".join(bridge.log_tail() for bridge in self.bridges)
