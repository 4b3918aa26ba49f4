"""The ways to run the bridge of which each must keep its promises through every fault."""

from enum import Enum, auto
from typing import Literal, NamedTuple

from bridge.receipts import MOST_WAITING
from tests.system.settings import TOGETHER, Sections, merged, repeats_per_crash

INSTANCES = 3
CUSTOMERS_TOGETHER = 5
"""In a bulk request, so that what a crash repeats stays countable."""

RECEIPTS = "faults-receipts"

END_SECONDS = 120
"""After it was accepted, an order of which Omeda says nothing is followed no more."""

UNBOUNDED = 10**9
"""Where Omeda takes requests and loses its answers, each of them is sent again."""


Feature = Literal["bulk", "receipts"]


class Loss(Enum):
    """What instances have sent and cannot tell the group before their partitions go to others."""

    NONE = auto()
    ONE_CRASH = auto()
    """What was under way in one of them."""
    KAFKA_AWAY = auto()
    """Kafka takes neither commits nor receipts, from none of them."""
    ANSWERS = auto()
    """Omeda's answers, so that nobody knows."""


class Configuration(NamedTuple):
    """Settings that are no matter of speed."""

    name: str
    settings: Sections
    together: int = TOGETHER
    """Events in one request at most."""
    features: frozenset[Feature] = frozenset()

    @property
    def receipts(self) -> bool:
        """Whether they are required, and orders followed."""
        return "receipts" in self.features

    def repeats(self, loss: Loss) -> int:
        """Events that may come again."""
        crash = repeats_per_crash(self.together)
        match loss:
            case Loss.NONE:
                return 0
            case Loss.ONE_CRASH:
                return crash
            case Loss.KAFKA_AWAY:
                return INSTANCES * (crash + (MOST_WAITING if self.receipts else 0))
            case Loss.ANSWERS:
                return UNBOUNDED


_TOGETHER: Sections = {"delivery": {"max_behaviors_per_request": TOGETHER}}
_BULK: Sections = {"delivery": {"bulk": {"enabled": True, "max_customers": CUSTOMERS_TOGETHER}}}
_RECEIPTS: Sections = {
    "receipts": {"topic": RECEIPTS, "required": True},
    # A sample: more come in than are looked up.
    "confirm": {
        "enabled": True,
        "requests_per_second": 5,
        "first_seconds": 2,
        "max_wait_seconds": 20,
        "end_seconds": END_SECONDS,
    },
}
_MOST = TOGETHER * CUSTOMERS_TOGETHER

PLAIN = Configuration("plain", _TOGETHER)
BULK = Configuration("bulk", merged(_TOGETHER, _BULK), _MOST, frozenset({"bulk"}))
WITH_RECEIPTS = Configuration(
    "receipts", merged(_TOGETHER, _RECEIPTS), features=frozenset({"receipts"})
)
BOTH = Configuration(
    "bulk and receipts",
    merged(_TOGETHER, _BULK, _RECEIPTS),
    _MOST,
    frozenset({"bulk", "receipts"}),
)
CONFIGURATIONS = (PLAIN, BULK, WITH_RECEIPTS, BOTH)
FEW = (PLAIN, BULK, BOTH)
"""Where each fault meets one: what has everything on stands for what has less."""
