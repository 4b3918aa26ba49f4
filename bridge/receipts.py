"""Receipts on their way to their topic: kept back as far as there is room, or waited for.

What must stay true. Required: whoever asks is told only once the topic has acknowledged, so that
no record is settled whose receipt may be missing; what was accepted meanwhile and waits is bounded,
and nothing of it is sent to Omeda again. Otherwise: nobody waits, the room is bounded, and what
found none is counted.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Protocol

from bridge.model import Service
from bridge.observer import Observer
from bridge.receipt import Slip
from bridge.retry import Backoff

log = logging.getLogger(__name__)

MOST_WAITING = 2000
"""Records whose required receipt is awaited before nothing more is begun: a crash repeats them."""

MOST_KEPT = 10_000
"""Receipts kept back while their topic takes none; some four megabytes."""

AT_ONCE = 500
"""Receipts of one write of those that nobody waits for."""

AGAIN_SECONDS = 5.0
"""Longest wait before a receipt is written again: Kafka is near, and soon mended."""


class ReceiptBook(Protocol):
    """Where receipts go."""

    async def write(self, slips: Sequence[Slip]) -> Sequence[Slip]:
        """Write *slips* and wait for their acknowledgements, bounded in time.

        What was not acknowledged; that may be written all the same. Says why in the log, and never
        raises.
        """


class Receipts:
    """All receipts of this process. `run` until cancelled; `flush` before that."""

    def __init__(
        self, book: ReceiptBook, backoff: Backoff, observer: Observer, *, required: bool
    ) -> None:
        self.required = required
        """Whether a record is settled only once its receipt is acknowledged."""
        self._book = book
        self._backoff = backoff
        self._observer = observer
        self._then: Callable[[Sequence[Slip]], None] | None = None
        self._awaited = 0
        self._kept: deque[Slip] = deque()
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def __repr__(self) -> str:
        return f"<Receipts: {self._awaited} awaited, {len(self._kept)} kept>"

    def gate(self, may_act: Callable[[], bool]) -> Callable[[], bool]:
        """*may_act*, and false as well while too many receipts are awaited."""
        return lambda: self._awaited < MOST_WAITING and may_act()

    def watch(self, then: Callable[[Sequence[Slip]], None]) -> None:
        """Tell *then* of required receipts, as soon as they stand."""
        self._then = then

    async def written(self, slips: Sequence[Slip], *, wanted: Callable[[], bool]) -> bool:
        """Wait until *slips* are acknowledged; false where they were not *wanted* any more by then.

        Each write is bounded in time, and they are made as long as the receipts are wanted.
        """
        left, failures = slips, 0
        self._awaited += len(slips)
        try:
            while left := await self._write(left):
                if not wanted():
                    self._lose(left)
                    return False
                failures += 1
                await asyncio.sleep(self._delay(failures))
        finally:
            self._awaited -= len(slips)
        if self._then is not None:
            self._then(slips)
        return True

    def keep(self, slips: Sequence[Slip]) -> None:
        """Have *slips* written soon, by nobody's leave; counted as lost where there is no room."""
        room = MOST_KEPT - len(self._kept)
        self._kept.extend(slips[:room])
        self._lose(slips[room:])
        self._empty.clear()
        self._news.set()

    async def run(self) -> None:
        """Write what is kept, in its order, until cancelled."""
        failures = 0
        while True:
            await self._news.wait()
            batch = list(islice(self._kept, AT_ONCE))
            left = await self._write(batch)
            # What came meanwhile stands behind the batch.
            for _ in batch:
                self._kept.popleft()
            self._kept.extendleft(reversed(left))
            failures = failures + 1 if left else 0
            if left:
                await asyncio.sleep(self._delay(failures))
            if not self._kept:
                self._news.clear()
                self._empty.set()

    async def flush(self, *, seconds: float) -> None:
        """Wait until what is kept is written, *seconds* at most; what is left then is lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        if self._kept:
            log.warning("%d receipts could not be written before the end", len(self._kept))
            self._lose(list(self._kept))

    async def _write(self, slips: Sequence[Slip]) -> Sequence[Slip]:
        left = await self._book.write(slips)
        failed = _by_service(left)
        for service, count in (_by_service(slips) - failed).items():
            self._observer.receipts_written(service, count)
        for service, count in failed.items():
            self._observer.receipts_failed(service, count)
        return left

    def _lose(self, slips: Sequence[Slip]) -> None:
        for service, count in _by_service(slips).items():
            self._observer.receipts_lost(service, count)

    def _delay(self, failures: int) -> float:
        return min(self._backoff.delay(failures), AGAIN_SECONDS)


def _by_service(slips: Sequence[Slip]) -> Counter[Service]:
    return Counter(slip.receipt.service for slip in slips)
