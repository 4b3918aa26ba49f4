"""Partitions are given: nothing is admitted before it is known where to begin."""

import pytest

from bridge.completion import Span, encode
from bridge.config.kafka import StartFrom
from bridge.errors import ConfigError
from bridge.model import Commit
from tests.flow.world import P0, P1, World
from tests.memory_source import CommitEnding

pytestmark = pytest.mark.looptime

ANN = 1


async def test_nothing_is_admitted_before_the_offsets_were_answered() -> None:
    async with World(P0) as world:
        world.source.offsets[P0] = Commit(2)
        bodies = [world.produce(P0, ANN) for _ in range(4)]
        world.source.unanswered = 5

        await world.start()
        await world.pass_time(2)
        assert world.endpoint.attempts == []
        await world.quiet(within=5)

        assert world.endpoint.accepted == bodies[2:]


async def test_what_the_completion_map_names_is_skipped() -> None:
    async with World(P0) as world:
        bodies = [world.produce(P0, customer) for customer in range(1, 7)]
        world.source.offsets[P0] = Commit(1, encode(P0, 1, [Span(2, 4), Span(5, 6)]))

        await world.start()
        await world.quiet(within=5)

        assert sorted(world.endpoint.accepted) == [bodies[1], bodies[4]]
        assert world.observer.counts["skipped"] == 3


async def test_a_foreign_map_is_taken_for_no_map() -> None:
    async with World(P0) as world:
        bodies = [world.produce(P0, ANN) for _ in range(3)]
        world.source.offsets[P0] = Commit(1, "written by another program")

        await world.start()
        await world.quiet(within=5)

        assert world.endpoint.accepted == bodies[1:]


async def test_a_group_without_offsets_starts_from_the_earliest_record() -> None:
    async with World(P0, start_from=StartFrom.EARLIEST) as world:
        world.source.skip(P0, 7)
        world.source.first[P0] = 7
        body = world.produce(P0, ANN)

        await world.start()
        await world.quiet(within=5)

        assert world.endpoint.accepted == [body]


async def test_a_group_that_starts_from_the_latest_offset_commits_it_at_once() -> None:
    async with World(P0, start_from=StartFrom.LATEST) as world:
        world.source.skip(P0, 7)
        await world.start()
        await world.until(lambda: world.committed == {P0: 7}, within=1)
        await world.crash()
        body = world.produce(P0, ANN)

        await world.start()
        await world.quiet(within=5)

        assert world.endpoint.accepted == [body]


@pytest.mark.parametrize("start_from", [StartFrom.EARLIEST, StartFrom.LATEST])
async def test_an_offset_that_the_group_has_wins_over_start_from(start_from: StartFrom) -> None:
    async with World(P0, P1, start_from=start_from) as world:
        bodies = [world.produce(P0, ANN) for _ in range(3)]
        world.source.offsets[P0] = Commit(1)

        await world.start()
        await world.quiet(within=5)

        assert world.endpoint.accepted == bodies[1:]
        assert world.committed == {P0: 3, P1: 0}


async def test_a_group_without_offsets_that_must_have_them_stops_with_one_sentence() -> None:
    async with World(P0, start_from=StartFrom.FAIL) as world:
        world.produce(P0, ANN)

        await world.start()
        await world.pass_time(5)

        (fault,) = world.faults
        assert isinstance(fault, ConfigError)
        assert "behaviors-0" in str(fault)
        assert world.endpoint.attempts == []
        assert world.committed == {}


async def test_a_first_commit_that_is_not_confirmed_is_made_again_before_anything_is_read() -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.source.commit_endings.extend([CommitEnding.LOST] * 4)

        await world.start()
        await world.pass_time(1.5)
        assert world.endpoint.attempts == []
        await world.quiet()

        assert world.endpoint.accepted == [body]


@pytest.mark.parametrize("start_from", [StartFrom.LATEST, StartFrom.FAIL])
async def test_nothing_is_skipped_of_a_partition_that_was_added_meanwhile(
    start_from: StartFrom,
) -> None:
    async with World(P0, P1, start_from=start_from) as world:
        world.source.offsets[P0] = Commit(0)
        world.source.new.add(P1)
        bodies = [world.produce(P1, ANN) for _ in range(3)]

        await world.start()
        await world.quiet(within=5)

        assert world.endpoint.accepted == bodies
        assert world.faults == []


async def test_partitions_found_and_partitions_added_start_each_in_its_own_way() -> None:
    async with World(P0, P1, start_from=StartFrom.LATEST) as world:
        world.source.new.add(P1)
        world.produce(P0, ANN)
        body = world.produce(P1, ANN)

        await world.start()
        await world.quiet(within=5)

        assert world.endpoint.accepted == [body]
