"""The account at the end: does everything balance, and did every customer's order hold?"""

from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from bridge.demo.events import numbers_of
from bridge.metrics import Metrics
from bridge.simulator import Accepted


class Account(Struct, frozen=True):
    """What became of all that was produced."""

    produced: int
    delivered: int
    dead_lettered: int
    retried: int
    accepted: int
    """Different events in the simulator's own books: what Omeda would say."""
    out_of_order: int

    @property
    def balanced(self) -> bool:
        """Nothing is missing, nothing came too much, nothing was reordered."""
        return (
            self.produced == self.delivered + self.dead_lettered
            and self.accepted == self.delivered
            and not self.out_of_order
        )


def progress(metrics: Metrics, produced: int) -> Account:
    """The account so far, without a look into the simulator's books."""
    return Account(
        produced=produced,
        delivered=int(metrics.total("records_settled_total", outcome="delivered")),
        dead_lettered=int(metrics.total("dead_letters_total")),
        retried=int(metrics.total("retries_total")),
        accepted=0,
        out_of_order=0,
    )


def close(metrics: Metrics, produced: int, accepted: Iterable[Accepted]) -> Account:
    """The account at the end, held against the simulator's books."""
    first = first_acceptances(accepted)
    so_far = progress(metrics, produced)
    return Account(
        produced=so_far.produced,
        delivered=so_far.delivered,
        dead_lettered=so_far.dead_lettered,
        retried=so_far.retried,
        accepted=sum(map(len, first.values())),
        out_of_order=sum(map(inversions, first.values())),
    )


def first_acceptances(accepted: Iterable[Accepted]) -> dict[tuple[str, str | None], list[int]]:
    """The numbers of each customer and service in the order of their first acceptance."""
    found: dict[tuple[str, str | None], dict[int, None]] = {}
    for entry in accepted:
        lane = found.setdefault((entry.service, entry.customer), {})
        lane.update(
            dict.fromkeys(number for number in numbers_of(entry.body) if number not in lane)
        )
    return {lane: list(numbers) for lane, numbers in found.items()}


def inversions(numbers: list[int]) -> int:
    """Neighbours that stand the wrong way round."""
    return sum(before > after for before, after in pairwise(numbers))
