"""Retention has eaten what was not delivered, or the topic is another: counted, never stepped over
unless that was chosen."""

import pytest

from bridge.completion import Span, encode
from bridge.config.kafka import LostOffsets
from bridge.model import Commit
from tests.flow.world import P0, P1, UNAVAILABLE, World, accepting

pytestmark = pytest.mark.looptime

ANN, BEN = 1, 2
HALT, EARLIEST, LATEST = LostOffsets.HALT, LostOffsets.EARLIEST, LostOffsets.LATEST


def lost_ten(world: World) -> list[bytes]:
    """The group stands at 2, the topic begins at 12 and holds three records."""
    world.source.offsets[P0] = Commit(2)
    world.source.lose(P0, 12)
    return [world.produce(P0, ANN) for _ in range(3)]


async def test_by_default_the_partition_stands_alone_and_the_loss_is_counted_once() -> None:
    async with World(P0, P1) as world:
        lost_ten(world)
        other = world.produce(P1, BEN)

        await world.start()
        await world.pass_time(60)

        assert world.committed == {P0: 2, P1: 1}
        assert world.endpoint.accepted == [other]
        assert world.observer.counts["lost"] == 10
        paused = {book.number: book.paused for book in world.pipeline.status().partitions}
        assert paused == {0: True, 1: False}


async def test_earliest_goes_on_with_the_first_record_there_is() -> None:
    async with World(P0, on_lost_offsets=EARLIEST) as world:
        bodies = lost_ten(world)

        await world.start()
        await world.quiet(within=10)

        assert world.endpoint.accepted == bodies
        assert world.observer.counts["lost"] == 10


async def test_latest_passes_over_what_waits_and_counts_it_as_lost() -> None:
    async with World(P0, on_lost_offsets=LATEST) as world:
        lost_ten(world)

        await world.start()
        await world.until(lambda: world.committed == {P0: 15}, within=10)
        body = world.produce(P0, ANN)
        await world.quiet(within=10)

        assert world.endpoint.accepted == [body]
        assert world.observer.counts["lost"] == 13


@pytest.mark.parametrize("policy", [EARLIEST, LATEST])
async def test_what_was_read_before_the_loss_ends_first(policy: LostOffsets) -> None:
    async with World(P0, on_lost_offsets=policy) as world:
        first = world.produce(P0, ANN)
        world.endpoint.choose = lambda _: UNAVAILABLE
        await world.start()
        await world.until(lambda: world.in_hand == {P0: 1})
        world.source.lose(P0, 5)
        world.source.seek(P0, 1)

        await world.pass_time(30)
        assert world.committed == {P0: 0}
        assert world.observer.counts["lost"] == 0
        world.endpoint.choose = accepting
        await world.quiet()

        assert world.endpoint.accepted == [first]
        assert world.observer.counts["lost"] == 4


async def test_a_topic_created_anew_is_read_from_its_beginning() -> None:
    async with World(P0, on_lost_offsets=EARLIEST) as world:
        # What the map says of offset 9 was true of another topic's record.
        world.source.offsets[P0] = Commit(7, encode(P0, 7, [Span(9, 10)]))
        bodies = [world.produce(P0, ANN) for _ in range(3)]

        await world.start()
        await world.quiet(within=10)
        bodies += [world.produce(P0, ANN) for _ in range(8)]
        await world.quiet(within=10)

        assert world.endpoint.accepted == bodies
        assert world.observer.counts["lost"] == 0


@pytest.mark.parametrize("policy", [HALT, EARLIEST])
async def test_a_topic_that_outgrows_the_next_offset_before_the_loss_is_settled_is_not_read_on(
    policy: LostOffsets,
) -> None:
    async with World(P0, on_lost_offsets=policy) as world:
        bodies = [world.produce(P0, ANN) for _ in range(4)]
        await world.start()
        await world.quiet(within=10)
        world.source.recreate(P0)
        # The poll that is under way is told that there is no offset 4.
        await world.pass_time(0.3)
        bodies += [world.produce(P0, ANN) for _ in range(8)]
        await world.pass_time(30)

        if policy is HALT:
            assert world.endpoint.accepted == bodies[:4]
            assert world.committed == {P0: 4}
        else:
            assert world.endpoint.accepted == bodies


async def test_kafka_is_asked_again_for_the_edges_until_it_answers() -> None:
    async with World(P0, on_lost_offsets=EARLIEST) as world:
        bodies = lost_ten(world)
        await world.start()
        await world.pass_time(0.1)
        world.source.unanswered = 4

        await world.quiet(within=20)

        assert world.endpoint.accepted == bodies
        assert world.observer.counts["lost"] == 10


async def test_a_loss_that_was_not_settled_before_a_rebalance_is_found_again_after_it() -> None:
    async with World(P0, on_lost_offsets=EARLIEST) as world:
        bodies = lost_ten(world)
        await world.start()
        await world.pass_time(0.5)
        world.source.unanswered = 1
        await world.rebalance()
        await world.quiet(within=20)

        assert world.endpoint.accepted == bodies
        assert world.observer.counts["lost"] == 10
