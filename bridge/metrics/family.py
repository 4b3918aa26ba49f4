"""What is said of each metric family."""

from typing import Literal, NamedTuple

PREFIX = "omeda_bridge"


class Family(NamedTuple):
    """Of a counter, `name` lacks the `_total` that Prometheus sees."""

    name: str
    type: Literal["counter", "gauge", "histogram", "info"]
    unit: str
    labels: tuple[str, ...]
    meaning: str
    action: str
    """What to do when it moves; empty where it explains others."""
    buckets: tuple[float, ...] = ()

    @property
    def exposed(self) -> str:
        """As it stands in a query."""
        endings = {"counter": "_total", "info": "_info"}
        return f"{PREFIX}_{self.name}{endings.get(self.type, '')}"

    @property
    def help(self) -> str:
        """What Prometheus shows of it."""
        return f"{self.meaning} {self.action}".rstrip()
