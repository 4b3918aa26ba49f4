"""The group's news: what is given and what is taken away."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiokafka import ConsumerRebalanceListener, TopicPartition

from bridge.errors import Fault
from bridge.model import Partition

log = logging.getLogger(__name__)

Broken = Callable[[Fault], None]
"""Is told why the process cannot go on."""


class Members(Protocol):
    """Who is told what the group gives and takes."""

    async def assigned(self, partitions: set[Partition]) -> None:
        """*partitions* are owned from now on."""

    async def revoked(self) -> None:
        """Every partition goes: return once nothing of them is under way, and committed."""


class Listener(ConsumerRebalanceListener):
    """Passes the group's news on, in the bridge's own terms.

    *broken* is told what *members* raises: aiokafka would log it and go on as if nothing had
    happened, with a ledger that no longer fits what is owned. *dealt* hears first of how many
    partitions there are.
    """

    def __init__(self, members: Members, broken: Broken, *, dealt: Callable[[int], None]) -> None:
        self._members = members
        self._dealt = dealt
        self._broken = broken
        self.silent = False
        """Another consumer has taken over: nothing is passed on any more."""

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Called before the group is joined anew."""
        log.info("%d partitions are revoked", len(revoked))
        await self._tell(self._members.revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Called once the group has dealt."""
        self._dealt(len(assigned))
        await self._tell(self._members.assigned, {Partition(*tp) for tp in assigned})

    async def _tell(self, news: Callable[..., Awaitable[None]], *what: set[Partition]) -> None:
        if self.silent:
            return
        try:
            await news(*what)
        # The border to aiokafka, which swallows whatever leaves this callback.
        except Exception as error:
            log.exception("a rebalance went wrong")
            self._broken(Fault(f"a rebalance went wrong; what is owned is not known: {error!r}"))
            raise
