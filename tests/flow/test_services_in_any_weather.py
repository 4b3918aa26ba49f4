"""Two services, each with troubles of its own, and then both are well."""

import random

import msgspec
import pytest

from bridge.config.delivery import LetterLimit, Retry, UnknownOutcome
from bridge.errors import OutcomeUnknown
from bridge.event import Request
from bridge.model import Answer, Kind
from bridge.record import Letter
from tests.fakes import Reply
from tests.flow.seeds import seeds
from tests.flow.world import (
    ACCEPTED,
    ANSWER_LOST,
    FORBIDDEN,
    ORDERS,
    P0,
    P1,
    REFUSED,
    SETTINGS,
    UNAVAILABLE,
    UNREACHABLE,
    World,
    accepting,
    throttled,
)

pytestmark = [pytest.mark.looptime, pytest.mark.slow]

HEALED_WITHIN = 150
"""The longest back-off, a hanging request, and a rest of the breaker, twice over."""

REPLIES = [
    UNAVAILABLE,
    UNREACHABLE,
    FORBIDDEN,
    REFUSED,
    ANSWER_LOST._replace(seconds=20),
    throttled("30"),
    throttled("3600"),
    Reply(Answer(500, b"")),
    Reply(Answer(301, b"")),
    Reply(Answer(400, b'{"Errors": [{"Error": "1 is pending deactivation."}]}')),
    Reply(OutcomeUnknown("timeout", "no answer"), seconds=20),
]
OWNERSHIPS = [(P0, P1, ORDERS), (P0,), (P1, ORDERS)]


class Troubles:
    """What befalls each service, the same for the same seed."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._share: dict[Kind, float] = {}
        self._replies: dict[Kind, list[Reply]] = {}
        world.endpoint.choose = self._reply
        world.letters.fails = self._fails

    async def befall(self) -> None:
        for _ in range(12):
            self._change()
            self._produce()
            await self._world.pass_time(self._chance.choice([0.05, 1, 7, 25]))
            await self._disturb()

    async def heal(self) -> None:
        world = self._world
        world.source.member = True
        world.endpoint.choose = accepting
        world.letters.fails = lambda _letter: False
        await world.rebalance(P0, P1, ORDERS)
        await world.quiet(within=HEALED_WITHIN)

    def _change(self) -> None:
        self._world.source.member = self._chance.random() < 0.9
        for kind in Kind:
            self._share[kind] = self._chance.choice([0, 0.1, 0.5, 0.9, 1])
            count = self._chance.choice([1, 2, len(REPLIES)])
            self._replies[kind] = self._chance.sample(REPLIES, count)

    def _produce(self) -> None:
        customers = self._chance.choice([3, 50])
        for _ in range(self._chance.choice([0, 5, 40])):
            partition = self._chance.choice([P0, P1, ORDERS])
            customer = self._chance.randint(1, customers)
            if self._chance.random() < 0.1:
                self._world.produce_unreadable(partition, customer)
            else:
                self._world.produce(partition, customer)

    async def _disturb(self) -> None:
        match self._chance.randrange(10):
            case 0 | 1:
                await self._world.rebalance(*self._chance.choice(OWNERSHIPS))
            case 2:
                self._world.pipeline.resume("the credentials have changed")
            case _:
                pass

    def _reply(self, request: Request) -> Reply:
        kind = request.service.kind
        if self._chance.random() < self._share[kind]:
            reply = self._chance.choice(self._replies[kind])
            return reply._replace(seconds=reply.seconds * self._chance.choice([0.2, 1]))
        return ACCEPTED._replace(seconds=self._chance.choice([0.02, 0.1, 3]))

    def _fails(self, _letter: Letter) -> bool:
        return self._chance.random() < 0.3


@pytest.mark.parametrize("seed", seeds(20))
async def test_every_service_recovers_from_any_trouble_and_no_guarantee_is_broken(
    seed: int,
) -> None:
    chance = random.Random(seed)
    settings = msgspec.structs.replace(
        SETTINGS,
        concurrency=chance.choice([1, 2, 3, 8, 32]),
        requests_per_second=chance.choice([None, None, 20, 200]),
        retry=Retry(initial_seconds=0.5, max_seconds=60, attempts=chance.choice([2, 8])),
        probe_seconds=chance.choice([2, 15]),
        pending_seconds=chance.choice([5, 1800]),
        backlog_high=chance.choice([20, 100, 4000]),
        backlog_low=10,
        unknown_outcome=UnknownOutcome(behavior=chance.choice(["resend", "dead_letter"])),
    )
    # A share of letters that even all of these troubles do not reach.
    limit = LetterLimit(consecutive=10_000, ratio=1)
    async with World(P0, P1, ORDERS, settings=settings, letter_limit=limit) as world:
        troubles = Troubles(world, chance)
        await world.start()
        await troubles.befall()
        await troubles.heal()

        world.witness.check()
        assert all(service.halted is None for service in world.pipeline.status().services)
        assert all(service.breaker == 0 for service in world.pipeline.status().services)
        assert all(service.in_flight == 0 for service in world.pipeline.status().services)
