"""The other way in which a record ends: its letter stands in the dead-letter topic."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bridge.desk import Desk
from bridge.desks import Desks
from bridge.errors import NotWritten
from bridge.job import Job
from bridge.lanes import Lanes, Strand
from bridge.observer import Observer
from bridge.record import Letter
from bridge.retry import Backoff
from bridge.settling import Settling

log = logging.getLogger(__name__)

LETTER_SECONDS = 5.0
"""Longest wait before a dead letter is written again: Kafka is near, and soon mended."""


class LetterBox(Protocol):
    """Where dead letters go."""

    async def write(self, letter: Letter) -> None:
        """Write and wait for the acknowledgement, bounded in time. Raises NotWritten."""


class Burials:
    """Writes the letters of records that were rejected, and settles them where they stand."""

    def __init__(
        self,
        lanes: Lanes[Job],
        desks: Desks,
        settling: Settling,
        letters: LetterBox,
        backoff: Backoff,
        observer: Observer,
        *,
        wall_clock: Callable[[], float],
    ) -> None:
        self._lanes = lanes
        self._desks = desks
        self._settling = settling
        self._letters = letters
        self._backoff = backoff
        self._observer = observer
        self._wall_clock = wall_clock

    def begin(self, desk: Desk, strand: Strand[Job], tasks: asyncio.TaskGroup) -> None:
        """Write the letter of the head of *strand*, which has the turn, where it may be now."""
        if letter := self._letter(desk, strand):
            # Not in a slot: a dead-letter topic that does not answer must not keep healthy
            # customers waiting.
            tasks.create_task(self._bury(desk, strand, letter), name="burial")

    def _letter(self, desk: Desk, strand: Strand[Job]) -> Letter | None:
        """The head's letter, where it may be written now; otherwise its turn is given back."""
        job, rejected = strand.head, strand.head.rejected
        if rejected is None or not self._desks.may_act() or not desk.may_bury(job):
            self._lanes.again(strand, 0)
            return None
        desk.letters.begin(job.number)
        failed_at = int(self._wall_clock() * 1000)
        return Letter(job.record, job.service, rejected, job.attempts, failed_at)

    async def _bury(self, desk: Desk, strand: Strand[Job], letter: Letter | None) -> None:
        """Write the letters of what has the turn, one after the other."""
        while letter is not None and await self._is_buried(desk, strand, letter):
            self._lanes.pass_head(strand)
            if not strand.at_work:
                self._lanes.ended(strand)
                break
            letter = self._letter(desk, strand)
        self._desks.wake()

    async def _is_buried(self, desk: Desk, strand: Strand[Job], letter: Letter) -> bool:
        """Write the letter of the head, which has begun; one that fails is tried again."""
        job = strand.head
        try:
            await self._letters.write(letter)
        except NotWritten as error:
            desk.letters.failed(job.number)
            job.failures += 1
            self._observer.dead_letter_failed(job.service)
            log.warning("a dead letter was not written and will be again: %s", error)
            self._lanes.again(strand, min(self._backoff.delay(job.failures), LETTER_SECONDS))
            return False
        desk.letters.buried()
        # Only here: a record whose letter is not acknowledged stays unsettled.
        if await self._settling.buried(job, letter):
            return True
        self._lanes.again(strand, 0)
        return False
