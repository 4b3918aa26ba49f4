"""The play is given once; every test looks at the same recording of it."""

import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.deploy.dashboards.play import SCENARIO, Play
from tests.deploy.dashboards.prometheus import Prometheus
from tests.deploy.dashboards.stage import Stage
from tests.system.kafka_python import LEAK

CALM_SECONDS = 1.5


class Recording(NamedTuple):
    """What Prometheus knows of the play, and when that was."""

    prometheus: Prometheus
    began: float
    ended: float


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", LEAK)


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    with Stage(tmp_path_factory.mktemp("stage"), SCENARIO) as stage:
        Play(stage, calm_seconds=CALM_SECONDS).perform()
        yield Recording(stage.prometheus, stage.began, time.time())
