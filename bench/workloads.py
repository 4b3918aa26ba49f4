"""What is delivered: how many events, of how many customers, to an Omeda that is how slow."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice

from tests.system.events import Event, Kind, behavior_body, encode, order_body, partition_of

FIRST_CUSTOMER = 100_000
ONE_IN = 100
"""Of the customers, one in so many is hot, or slow."""
SLOW_MS = 2_000
WARM_UP = 500
"""Events of a steady workload that are there from the start: nobody is measured starting."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """The same records for all contenders."""

    name: str
    kind: Kind
    events: int
    customers: int = 2_000
    latency_ms: int = 0
    together: int = 0
    """How many customers take turns until each has all its events; 0: all of them."""
    hot: bool = False
    """One customer in a hundred has half of the events."""
    slow: bool = False
    """Of one customer in a hundred, a request takes two seconds."""
    per_second: int = 0
    """Events come at this rate, while they are delivered; 0: all are there from the start."""
    partitions: int = 4
    in_one: bool = False
    """All customers are in the first partition, and the others are empty."""
    for_all: bool = False
    """Every contender is in it, with every variant of the bridge."""

    def __str__(self) -> str:
        each = f"{self.events:,} {self.kind}s of {self.customers:,} customers"
        more = [f"Omeda takes {self.latency_ms} ms"]
        if self.together:
            more.append(f"{self.together} customers take turns until each has all of its own")
        if self.hot:
            more.append("one customer in a hundred has half of the events")
        if self.slow:
            more.append(f"{SLOW_MS / 1000:g} s for one customer in a hundred")
        if self.per_second:
            more.append(f"{self.per_second} a second")
        return ", ".join([each, *more])

    @property
    def plan(self) -> dict[str, int]:
        """For the stand-in."""
        slow = {"slow_one_in": ONE_IN, "slow_ms": SLOW_MS} if self.slow else {}
        return {"latency_ms": self.latency_ms, **slow}

    def scaled(self, share: float) -> "Workload":
        """With fewer events, and as many fewer customers; a rate is kept."""
        customers = max(ONE_IN, round(self.customers * share))
        fewest = 2 * WARM_UP if self.per_second else ONE_IN
        return replace(self, events=max(fewest, round(self.events * share)), customers=customers)

    def records(self) -> Iterator[Event]:
        """In the order in which they are written."""
        body = behavior_body if self.kind == "behavior" else order_body
        for number, customer in enumerate(self._customers()):
            seq = f"seq-{number:07}"
            yield Event(self.kind, customer, seq, encode(body(customer, seq)))

    def _customers(self) -> Iterator[int]:
        everybody = list(islice(filter(self._fits, count(FIRST_CUSTOMER)), self.customers))
        hot = everybody[::ONE_IN]
        turns = count()
        for number in range(self.events):
            if self.hot and number % 2:
                yield hot[number // 2 % len(hot)]
            else:
                yield everybody[self._turn(next(turns))]

    def _fits(self, customer: int) -> bool:
        if not self.in_one:
            return True
        return partition_of(Event(self.kind, customer, "", b"").key, self.partitions) == 0

    def _turn(self, turn: int) -> int:
        if not self.together:
            return turn % self.customers
        block, within = divmod(turn, self.together * (self.events // self.customers))
        return (block * self.together + within % self.together) % self.customers


FULL = (
    Workload(name="orders, 0 ms", kind="order", events=30_000, for_all=True),
    Workload(name="orders, 20 ms", kind="order", events=15_000, latency_ms=20),
    Workload(name="orders, 50 ms", kind="order", events=10_000, latency_ms=50, for_all=True),
    Workload(name="behaviors, 0 ms", kind="behavior", events=30_000, together=400, for_all=True),
    Workload(name="behaviors, 50 ms", kind="behavior", events=30_000, together=400, latency_ms=50),
    Workload(name="behaviors, 50 ms, spread", kind="behavior", events=10_000, latency_ms=50),
    Workload(name="hot customers, 20 ms", kind="behavior", events=10_000, latency_ms=20, hot=True),
    Workload(
        name="slow customers, 20 ms", kind="behavior", events=10_000, latency_ms=20, slow=True
    ),
    Workload(name="steady, 0 ms", kind="behavior", events=5_500, per_second=500),
)
"""`spread` is the worst case of batching: a customer's events stand so far apart that no more than
four of them are in hand at once."""

QUICK = tuple(
    each.scaled(0.1)
    for each in FULL
    if each.name in {"orders, 0 ms", "orders, 50 ms", "behaviors, 50 ms", "steady, 0 ms"}
)
