"""Which accepted order is asked after next, and what its answer ends. Pure: the time comes in.

An order waits `first_seconds` for its first look-up, then twice as long each time, until it has
landed or failed, or its end has come. An order on hold is told of once, and followed on. Times are
seconds since the epoch.
"""

from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import count

from msgspec import Struct

from bridge.config.confirm import Confirm
from bridge.receipt import Later, Slip
from bridge.transactions import Progress, Transaction

LATE_SECONDS = 60.0
"""How late the budget may make a first look-up; an order whose would be later is not followed."""

UNANSWERED = 3
"""Look-ups in a row that no answer came to: after so many an order's end is its end. Fewer say
nothing of the order, which may have landed long ago where its first look-up came late."""

_ENDS: dict[Progress, Later] = {
    Progress.DONE: "landed",
    Progress.DONE_WITH_LOSS: "landed_with_loss",
    Progress.FAILED: "failed",
}


class Order(Struct, eq=False):
    """One that was accepted, and whose end is not known."""

    slip: Slip
    """Its receipt."""
    wait: float
    held: bool = False
    """Omeda has it on hold, and that was told."""
    unanswered: int = 0
    """Look-ups in a row that no answer came to."""

    @property
    def name(self) -> Hashable:
        """What tells it from others."""
        return name_of(self.slip)

    @property
    def accepted_at(self) -> float:
        """When Omeda took it."""
        return self.slip.receipt.settled_at_ms / 1000


def name_of(slip: Slip) -> Hashable:
    """What tells an order from others: a record that was sent twice is two orders at Omeda."""
    receipt = slip.receipt
    return receipt.source, receipt.offset, receipt.transaction_id


class Following:
    """One brand's orders."""

    def __init__(self, settings: Confirm) -> None:
        self._settings = settings
        self._gap = 1 / settings.requests_per_second
        self._names: set[Hashable] = set()
        self._due: list[tuple[float, int, Order]] = []
        self._numbers = count()
        self._free_at = float("-inf")
        """From when on the budget has room for a look-up that is not planned yet."""

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<Following: {len(self)} orders>"

    def add(self, slip: Slip, now: float, *, anew: bool = False, held: bool = False) -> bool:
        """Follow the order of *slip*; false where the budget has no room for it.

        *anew*: it was followed before this process began, however long its turn takes now.
        """
        order = Order(slip, self._settings.first_seconds, held)
        if order.name in self._names:
            return True
        planned = max(now, order.accepted_at + self._settings.first_seconds)
        at = max(planned, self._free_at)
        full = len(self) >= self._settings.orders
        if full or (at > planned + LATE_SECONDS and not anew):
            return False
        self._free_at = at + self._gap
        self._names.add(order.name)
        self._plan(order, at)
        return True

    def next(self, now: float) -> Order | None:
        """Whose turn it is; `told` or `forget` must follow."""
        if not self._due or self._due[0][0] > now:
            return None
        return heappop(self._due)[-1]

    def put_back(self, order: Order, now: float) -> None:
        """There was no request for *order*: its turn comes again."""
        self._plan(order, now)

    def told(self, order: Order, found: Transaction | None, now: float) -> Later | None:
        """What is to be told of *order*, of which Omeda has said *found*, or nothing.

        It is followed on, or, where that was the end of it, no more.
        """
        outcome = _ENDS.get(found.progress) if found else None
        if outcome is None and found and found.progress is Progress.NEEDS_PERSON:
            outcome = None if order.held else "held"
            order.held = True
        order.unanswered = 0 if found else order.unanswered + 1
        end = order.accepted_at + self._settings.end_seconds
        over = now >= end and (found is not None or order.unanswered >= UNANSWERED)
        if outcome in _ENDS.values() or over:
            self.forget(order)
            return outcome or (None if order.held else "unknown")
        order.wait = min(2 * order.wait, self._settings.max_wait_seconds)
        self._free_at = max(self._free_at, now) + self._gap
        self._plan(order, now + order.wait if now >= end else min(now + order.wait, end))
        return outcome

    def forget(self, order: Order) -> None:
        """Follow *order*, whose turn it was, no more."""
        self._names.discard(order.name)

    def _plan(self, order: Order, at: float) -> None:
        heappush(self._due, (at, next(self._numbers), order))


class Open:
    """Read back: the orders of some receipts whose end is not told yet."""

    def __init__(self) -> None:
        self._open: dict[Hashable, tuple[Slip, bool]] = {}

    def __iter__(self) -> Iterator[tuple[Slip, bool]]:
        return iter(list(self._open.values()))

    def note(self, slip: Slip) -> None:
        """Take *slip* in; those of a customer come in their order."""
        receipt, name = slip.receipt, name_of(slip)
        if receipt.transaction_id is None:
            return
        if receipt.outcome == "delivered":
            self._open.setdefault(name, (slip, False))
        elif receipt.outcome == "held":
            first = self._open.get(name, (slip, True))[0]
            self._open[name] = first, True
        else:
            self._open.pop(name, None)
