"""Follows accepted orders until they have landed at Omeda, or failed there.

What must stay true. A look-up delays no event and its failure halts nothing: it takes no slot, only
what the brand's pace leaves, and tells no desk of its answer. An order is followed by the process
that owns its partition, and what is followed is kept in the receipts topic, whence the next owner
takes it up again: so an order is forgotten only once its end stands there.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable, Mapping, Sequence
from typing import Protocol

from bridge.config.confirm import Confirm
from bridge.delivery import Endpoint
from bridge.errors import NoAnswer
from bridge.following import UNANSWERED, Following, Open, Order, name_of
from bridge.ledger import Book
from bridge.model import Kind, Partition, Service
from bridge.observer import Observer
from bridge.receipt import Slip, of_later
from bridge.receipts import Receipts
from bridge.routing import transaction_request
from bridge.transactions import Transaction, transaction_of

log = logging.getLogger(__name__)

SETTLE_SECONDS = 5.0
"""How often ownership is looked at: a group that deals anew does so several times in a row."""

AGAIN_SECONDS = 30.0
"""Before the receipts topic is read back again, where that has failed."""

SHORTEST_SECONDS = 0.05
"""Between two looks at what is due."""

Owned = Mapping[Partition, Book]


class Archive(Protocol):
    """Where receipts stand."""

    def since(self, ms: int) -> AsyncIterator[Slip]:
        """Receipts that were written then or later, those of a customer in their order.

        Of a bounded number of the newest. Raises KafkaFault.
        """


class Confirming:
    """The orders of every brand. `run` until cancelled."""

    def __init__(
        self,
        settings: Confirm,
        endpoint: Endpoint,
        archive: Archive,
        receipts: Receipts,
        observer: Observer,
        *,
        wall_clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._archive = archive
        self._receipts = receipts
        self._observer = observer
        self._wall_clock = wall_clock
        self._followed: dict[str, Following] = {}
        self._owned: Callable[[], Owned] = dict
        self._reading = False
        self._ended: set[Hashable] = set()
        """Orders whose end is being written, or was while receipts are read back: these may not
        have it yet, and what they tell of is not to be followed anew."""

    def __repr__(self) -> str:
        return f"<Confirming: {self._followed}>"

    def follow(self, slips: Sequence[Slip]) -> None:
        """Follow those of *slips* that are orders which Omeda has just accepted."""
        for slip in slips:
            receipt = slip.receipt
            if receipt.outcome == "delivered" and receipt.transaction_id is not None:
                self._add(slip)

    async def run(
        self,
        services: Sequence[Service],
        *,
        spare: Callable[[Service], bool],
        owned: Callable[[], Owned],
    ) -> None:
        """Ask after orders of *services* that are *owned*, whenever *spare* gives a request."""
        self._owned = owned
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_up(), name="take-up")
            for service in services:
                if service.kind is Kind.ORDER:
                    tasks.create_task(self._ask(service, spare), name=f"confirm-{service.brand}")

    def _of(self, brand: str) -> Following:
        return self._followed.setdefault(brand, Following(self._settings))

    def _add(self, slip: Slip, *, anew: bool = False, held: bool = False) -> None:
        service = slip.receipt.service
        if not self._of(service.brand).add(slip, self._wall_clock(), anew=anew, held=held):
            self._observer.order_not_followed(service)

    async def _ask(self, service: Service, spare: Callable[[Service], bool]) -> None:
        following = self._of(service.brand)
        gap = 1 / self._settings.requests_per_second
        while True:
            await asyncio.sleep(max(gap, SHORTEST_SECONDS))
            order = following.next(self._wall_clock())
            if order is None:
                continue
            if order.slip.receipt.source not in self._owned():
                # Its new owner has taken it up.
                following.forget(order)
            elif spare(service):
                await self._look_up(following, order)
            else:
                following.put_back(order, self._wall_clock())

    async def _look_up(self, following: Following, order: Order) -> None:
        found = await self._found(order.slip)
        now = self._wall_clock()
        outcome = following.told(order, found, now)
        if outcome is None:
            return
        receipt = order.slip.receipt
        status = found.status if found else None
        later = of_later(order.slip, outcome, status=status, at_ms=int(now * 1000))
        told = (receipt.source, receipt.offset, receipt.transaction_id, outcome, status)
        if outcome == "landed":
            log.debug("the order %s@%d, transaction %s: %s (Omeda's status %s)", *told)
        else:
            log.warning("the order %s@%d, transaction %s: %s (Omeda's status %s)", *told)
        self._ended.add(order.name)
        wanted = lambda: receipt.source in self._owned()  # noqa: E731 - shorter than its name
        if await self._receipts.written([later], wanted=wanted):
            self._observer.order_ended(receipt.service, outcome, max(0.0, now - order.accepted_at))
        if not self._reading:
            self._ended.discard(order.name)

    async def _found(self, slip: Slip) -> Transaction | None:
        """What Omeda says; None where it says nothing."""
        receipt = slip.receipt
        request = transaction_request(receipt.service, receipt.transaction_id or 0)
        try:
            found = transaction_of(await self._endpoint.post(request))
        except NoAnswer:
            found = None
        self._observer.order_looked_up(receipt.service, found.progress if found else None)
        return found

    async def _take_up(self) -> None:
        """Follow what an earlier owner of a partition has left, each time that one is given."""
        known: Owned = {}
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            owned = self._owned()
            fresh = {at for at, book in owned.items() if known.get(at) is not book}
            if not fresh:
                continue
            try:
                await self._read_back(fresh)
            # Whatever it is, a certificate that is just being replaced or a record that cannot be
            # unpacked: no delivery may end for it.
            except Exception as error:  # noqa: BLE001
                log.warning("orders could not be taken up again from the receipts topic: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                known = owned

    async def _read_back(self, partitions: set[Partition]) -> None:
        self._reading = True
        try:
            left = await self._left(partitions)
            orders = [one for one in left if name_of(one[0]) not in self._ended]
            for slip, held in orders:
                self._add(slip, anew=True, held=held)
        finally:
            self._reading = False
            self._ended.clear()
        log.info("%d orders are followed that were accepted earlier", len(orders))

    async def _left(self, partitions: set[Partition]) -> Open:
        """The orders of *partitions* that have no end in the receipts."""
        settings = self._settings
        # Whose look-ups go unanswered is followed beyond its time.
        longest = settings.end_seconds + UNANSWERED * settings.max_wait_seconds
        since_ms = int((self._wall_clock() - longest) * 1000)
        left = Open()
        async for slip in self._archive.since(since_ms):
            if slip.receipt.source in partitions:
                left.note(slip)
        return left
