"""A bridge in trouble sets off its alerts in a Prometheus that scrapes it, and they end with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.alerts.rules import FILE
from tests.deploy.dashboards.prometheus import Prometheus
from tests.system.bridge_process import BridgeProcess
from tests.system.broker import Broker
from tests.system.world import World

FIRES_SECONDS = 60
ENDS_SECONDS = 90


class Stage:
    """A bridge at work, and a Prometheus whose minutes are seconds and whose hours minutes."""

    def __init__(self, world: World, bridge: BridgeProcess, prometheus: Prometheus) -> None:
        self.world = world
        self.bridge = bridge
        self._prometheus = prometheus

    def firing(self) -> set[str]:
        found = self._prometheus.now('ALERTS{alertstate="firing"}')
        return {one["metric"]["alertname"].removeprefix("OmedaBridge") for one in found}

    def await_firing(self, *alerts: str) -> None:
        """Until these do, whatever else."""
        self.world.eventually(
            f"{alerts} fire",
            lambda: self.firing() >= {*alerts},
            within=FIRES_SECONDS,
            instead=self.firing,
        )

    def await_quiet(self) -> None:
        self.world.eventually(
            "no alert fires", lambda: not self.firing(), within=ENDS_SECONDS, instead=self.firing
        )


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    broker = Broker(tmp_path)
    try:
        broker.start()
        with World(broker.bootstrap_servers, name="alerts", work=tmp_path) as world:
            world.create_topics()
            bridge = world.ready_bridge({"delivery": {"probe_seconds": 1}})
            prometheus = Prometheus(tmp_path, [bridge.admin_port], rules=hurried(tmp_path))
            try:
                prometheus.start()
                yield Stage(world, bridge, prometheus)
            finally:
                prometheus.stop()
    finally:
        broker.stop()


def hurried(directory: Path) -> Path:
    """The chart's rules, sixty times as fast."""
    shorter = {"m": "s", "h": "m", "d": "h"}
    text = re.sub(
        r"(?<=[\[ ])(\d+)([mhd])(?=\]|\n)",
        lambda found: found[1] + shorter[found[2]],
        FILE.read_text(),
    )
    text = re.sub(
        r"(?<=process_start_time_seconds < )\d+", lambda found: str(int(found[0]) // 60), text
    )
    file = directory / "hurried.yaml"
    file.write_text(text)
    return file


def test_trouble_fires_its_alert_and_its_end_resolves_it(stage: Stage) -> None:
    world, omeda = stage.world, stage.world.omeda
    with world.load(per_second=40):
        world.await_more_accepted(200)
        stage.await_quiet()

        omeda.down = True
        stage.await_firing("OmedaDown", "Stuck")
        omeda.down = False
        stage.await_quiet()

        omeda.credentials_refused = True
        stage.await_firing("Halted")
        omeda.credentials_refused = False
        stage.await_quiet()

        refused = world.author.order(1001)
        omeda.refused.add(refused.seq)
        world.produce([refused])
        stage.await_firing("DeadLetters")
        stage.await_quiet()

    stage.bridge.kill()
    stage.await_firing("Absent", "Down")
