"""Everything that can go wrong at once, at random; and then it clears."""

import asyncio
import random

from bridge.event import Request
from bridge.receipt import Slip
from bridge.record import Letter
from tests.fakes import Reply
from tests.flow.world import (
    ACCEPTED,
    ANSWER_LOST,
    ORDERS,
    P0,
    P1,
    REFUSED,
    UNAVAILABLE,
    UNREACHABLE,
    World,
    accepting,
    throttled,
)
from tests.memory_source import CommitEnding

CUSTOMERS = range(1, 8)
REPLIES = [ACCEPTED] * 12 + [
    UNAVAILABLE,
    UNREACHABLE,
    ANSWER_LOST,
    REFUSED,
    throttled("3"),
    throttled("soon"),
]
ENDINGS = [CommitEnding.STORED] * 4 + [CommitEnding.LOST, CommitEnding.UNCONFIRMED]


class Weather:
    """What befalls one world, the same for the same *seed*."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._random = random.Random(seed)

    async def storm(self) -> None:
        """Records are produced, all parts fail now and then, and owners come and go."""
        world = self._world
        world.endpoint.choose = self._reply
        world.letters.fails = world.receipts.fails = self._fails
        for _ in range(self._random.randint(20, 60)):
            self._produce()
            self._disturb_kafka()
            await asyncio.sleep(self._random.choice([0, 0, 0.1, 0.7]))
            if self._random.random() < 0.12:
                await self._change_owner()

    async def clear(self) -> None:
        """All is well from now on; ends when everything is committed."""
        world = self._world
        world.endpoint.choose = accepting
        world.letters.fails = lambda _letter: False
        world.receipts.fails = lambda _slip: False
        world.source.poll_failures.clear()
        world.source.commit_endings.clear()
        world.source.commit_seconds = 0
        world.source.unanswered = 0
        await world.quiet(within=100)

    def _produce(self) -> None:
        world = self._world
        for _ in range(self._random.randint(0, 4)):
            partition = self._random.choice([P0, P0, P1, ORDERS])
            customer = self._random.choice(CUSTOMERS)
            match self._random.randrange(12):
                case 0:
                    world.produce_unreadable(partition, customer)
                case 1:
                    world.source.skip(partition, self._random.randint(1, 5))
                case _:
                    world.produce(partition, customer)

    def _disturb_kafka(self) -> None:
        source = self._world.source
        source.commit_endings.append(self._random.choice(ENDINGS))
        source.commit_seconds = self._random.choice([0, 0.1, 1.5])
        if self._random.random() < 0.1:
            source.poll_failures.append(self._random.choice([0, 1, 3, 500]))
        if self._random.random() < 0.1:
            source.unanswered = self._random.randint(0, 3)

    async def _change_owner(self) -> None:
        world = self._world
        match self._random.randrange(3):
            case 0:
                await world.rebalance()
            case 1:
                await world.crash()
                await world.start()
            case _:
                await world.stop()
                await world.start()

    def _reply(self, _request: Request) -> Reply:
        reply = self._random.choice(REPLIES)
        return reply._replace(seconds=self._random.choice([0.01, 0.1, 0.5, 4]))

    def _fails(self, _one: Letter | Slip) -> bool:
        return self._random.random() < 0.4
