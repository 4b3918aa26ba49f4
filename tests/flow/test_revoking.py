"""Partitions are taken away: what is under way ends, what waits is forgotten, one commit."""

import asyncio

import pytest

from tests.flow.world import ACCEPTED, MANY_SLOTS, P0, REFUSED, UNAVAILABLE, World
from tests.memory_source import CommitEnding

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2


async def test_a_revocation_waits_for_what_is_under_way_and_commits_it() -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].append(ACCEPTED._replace(seconds=10))
        await world.start()
        await world.pass_time(1)

        await world.source.revoke()

        assert world.now >= 10
        assert world.committed == {P0: 1}


async def test_from_the_first_moment_of_a_revocation_nothing_has_room() -> None:
    """The client may stand behind what it has not told anybody: it would be committed."""
    async with World(P0) as world:
        await world.start()
        await world.pass_time(1)
        assert world.pipeline._intake.rooms()
        revocation = asyncio.create_task(world.source.revoke())
        await asyncio.sleep(0)

        assert not world.pipeline._intake.rooms()
        await revocation


async def test_a_revocation_waits_for_a_dead_letter_under_way() -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].append(REFUSED)
        world.letters.seconds = 10
        await world.start()
        await world.pass_time(1)

        await world.source.revoke()

        assert len(world.letters.letters) == 1
        assert world.committed == {P0: 1}


async def test_a_revocation_drops_what_waits_unsettled() -> None:
    async with World(P0) as world:
        under_way = world.produce(P0, ANN)
        world.endpoint.replies[under_way].append(ACCEPTED._replace(seconds=5))
        behind, in_back_off = world.produce(P0, ANN), world.produce(P0, BOB)
        world.endpoint.replies[in_back_off].append(UNAVAILABLE)
        await world.start()
        await world.pass_time(0.5)

        await world.source.revoke()
        await world.pass_time(100)

        assert world.endpoint.accepted == [under_way]
        assert world.endpoint.times_of(behind) == []
        assert world.committed == {P0: 1}
        assert world.in_hand == {}


async def test_a_retry_that_ends_during_a_revocation_gets_no_second_try() -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].append(UNAVAILABLE._replace(seconds=5))
        await world.start()
        await world.pass_time(1)

        await world.source.revoke()
        await world.pass_time(100)

        assert len(world.endpoint.times_of(body)) == 1
        assert world.committed == {P0: 0}


async def test_a_revocation_makes_one_commit_and_none_follows() -> None:
    async with World(P0, settings=MANY_SLOTS) as world:
        for customer in range(1, 5):
            body = world.produce(P0, customer)
            world.endpoint.replies[body].append(ACCEPTED._replace(seconds=customer))
        await world.start()
        await world.pass_time(0.5)
        before = len(world.source.commits)

        await world.source.revoke()
        await world.pass_time(60)

        assert len(world.source.commits) == before + 1
        assert world.committed == {P0: 4}


async def test_a_completion_after_the_drains_time_limit_moves_nothing() -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].append(ACCEPTED._replace(seconds=60))
        await world.start()
        await world.pass_time(1)
        begun = world.now

        await world.source.revoke()
        assert world.now - begun == pytest.approx(25, abs=0.1)
        commits = len(world.source.commits)
        await world.pass_time(100)

        assert world.endpoint.accepted == [body]
        assert len(world.source.commits) == commits
        assert world.committed == {P0: 0}


async def test_a_record_left_behind_and_read_again_waits_for_its_first_request_to_end() -> None:
    async with World(P0) as world:
        body, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.replies[body].append(ACCEPTED._replace(seconds=60))
        await world.start()
        await world.pass_time(1)

        await world.rebalance()
        await world.quiet()

        assert world.endpoint.accepted == [body, body, behind]
        world.witness.check()


async def test_a_clean_rebalance_repeats_nothing() -> None:
    async with World(P0) as world:
        await world.start()
        for number in range(200):
            world.produce(P0, 1 + number % 9)
        for _ in range(5):
            await world.pass_time(0.3)
            await world.rebalance()
        await world.quiet()

        world.witness.check()
        world.witness.repeats.check()


async def test_a_last_commit_that_is_not_confirmed_loses_nothing() -> None:
    async with World(P0) as world:
        world.produce(P0, ANN)
        world.source.commit_endings.append(CommitEnding.STORED)
        world.source.commit_endings.extend([CommitEnding.LOST] * 3)
        await world.start()
        await world.pass_time(0.15)

        await world.rebalance()
        await world.quiet()

        world.witness.check()


async def test_a_revocation_waits_for_the_commit_under_way() -> None:
    async with World(P0) as world:
        world.source.commit_seconds = 5
        world.produce(P0, ANN)
        await world.start()
        await world.until(lambda: len(world.source.commits) == 2)
        second = world.produce(P0, BOB)
        await world.until(lambda: second in world.endpoint.accepted)

        await world.source.revoke()

        assert world.source.most_commits_at_once == 1
        assert world.committed == {P0: 2}


async def test_revoking_during_the_question_for_offsets_admits_nothing() -> None:
    async with World(P0) as world:
        world.produce(P0, ANN)
        world.source.unanswered = 1000
        await world.start()
        await world.pass_time(5)

        await world.source.revoke()
        world.source.unanswered = 0
        await world.pass_time(5)

        assert world.endpoint.attempts == []
        assert world.committed == {}
