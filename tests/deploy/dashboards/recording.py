"""What Prometheus knows of a play, asked as a dashboard asks that shows all of it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.deploy.dashboards.play import SCENARIO, Play
from tests.deploy.dashboards.prometheus import Prometheus
from tests.deploy.dashboards.reading import with_times
from tests.deploy.dashboards.stage import Stage

STEP_SECONDS = 2
RATE_INTERVAL = "12s"


class Recording(NamedTuple):
    """From *began* to *ended*; Prometheus still runs."""

    prometheus: Prometheus
    began: float
    ended: float

    def chosen(self, expr: str) -> str:
        """As Grafana asks where everything is chosen at the top."""
        times = {
            "$__rate_interval": RATE_INTERVAL,
            "$__range": f"{int(self.ended - self.began)}s",
            "$__interval_ms": str(STEP_SECONDS * 1000),
        }
        return re.sub(r"\$(job|instance|brand)\b", ".+", with_times(expr, times))

    def shown(self, expr: str) -> list[dict[str, Any]]:
        """Series over all of the play."""
        return self.prometheus.over(self.chosen(expr), self.began, self.ended, STEP_SECONDS)

    def at_the_end(self, expr: str) -> list[dict[str, Any]]:
        return self.prometheus.now(self.chosen(expr))


@contextmanager
def recorded(directory: Path, *, calm_seconds: float) -> Iterator[Recording]:
    """Give the play."""
    with Stage(directory, SCENARIO) as stage:
        Play(stage, calm_seconds=calm_seconds).perform()
        yield Recording(stage.prometheus, stage.began, time.time())
