"""Customers that were merged into others."""

import json

import msgspec
import pytest

from bridge.model import Answer
from tests.fakes import Reply
from tests.flow.world import P0, SETTINGS, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2
FOLLOWING = msgspec.structs.replace(SETTINGS, follow_merges=True)


def merged_into(customer: int) -> Reply:
    text = f"Customer id 9 is valid but not active. Please use {customer}."
    body = json.dumps({"Errors": [{"MergedIntoCustomerId": customer, "Error": text}]})
    return Reply(Answer(400, body.encode()))


def known_as(world: World, body: bytes, customer: int) -> bytes:
    """What *body* is once its customer is *customer*: to the witness, the same event."""
    other = json.dumps({**json.loads(body), "OmedaCustomerId": customer}, separators=(",", ":"))
    world.witness._bodies[other.encode()] = world.witness._bodies[body]
    return other.encode()


async def test_without_the_setting_a_merged_customers_event_is_a_dead_letter() -> None:
    async with World(P0) as world:
        world.endpoint.replies[world.produce(P0, ANN)].append(merged_into(77))
        await world.start()
        await world.quiet()

        assert world.observer.counts["rejected: merged"] == 1
        assert "merged into 77" in world.letters.letters[0].rejected.message


async def test_with_it_the_event_goes_to_the_survivor_and_else_as_it_was() -> None:
    async with World(P0, settings=FOLLOWING) as world:
        body, after = world.produce(P0, ANN), world.produce(P0, ANN)
        survivors = known_as(world, body, 77)
        world.endpoint.replies[body].append(merged_into(77))
        await world.start()
        await world.quiet()

        assert [tried for _, tried in world.endpoint.attempts] == [body, survivors, after]
        assert world.endpoint.accepted == [survivors, after]
        assert world.observer.counts["merges followed"] == 1
        assert not world.letters.letters
        world.witness.check()


async def test_a_circle_of_merges_ends_as_a_dead_letter() -> None:
    async with World(P0, settings=FOLLOWING) as world:
        ann = world.produce(P0, ANN)
        bob = known_as(world, ann, BOB)
        world.endpoint.replies[ann].extend([merged_into(BOB)] * 3)
        world.endpoint.replies[bob].extend([merged_into(ANN)] * 3)
        await world.start()
        await world.quiet()

        assert world.observer.counts["merges followed"] == 5
        assert world.observer.counts["rejected: merged"] == 1
        assert world.endpoint.accepted == []
