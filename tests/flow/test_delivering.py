"""From a record to Omeda's acceptance, and to its commit."""

import msgspec
import pytest

from bridge.config.delivery import Retry
from tests.flow.world import (
    ANSWER_LOST,
    FORBIDDEN,
    ORDERS,
    P0,
    P1,
    SETTINGS,
    UNAVAILABLE,
    UNREACHABLE,
    World,
    throttled,
)

pytestmark = pytest.mark.looptime

ONE_SLOT = msgspec.structs.replace(SETTINGS, concurrency=1)
ANN, BOB = 1, 2


async def test_a_record_that_omeda_accepts_is_settled_and_committed() -> None:
    async with World(P0) as world:
        await world.start()
        body = world.produce(P0, ANN)

        await world.quiet(within=1)

        assert world.endpoint.accepted == [body]
        assert world.committed == {P0: 1}
        world.witness.check()


async def test_an_idle_bridge_has_committed_the_end_also_behind_gaps_and_markers() -> None:
    async with World(P0) as world:
        world.source.skip(P0, 10)
        world.produce(P0, ANN)
        world.source.skip(P0, 5)
        world.produce(P0, ANN)
        world.source.skip(P0, 3)

        await world.start()
        await world.quiet(within=2)

        assert world.committed == {P0: 20}


async def test_records_of_one_customer_arrive_in_order_even_when_the_first_is_retried() -> None:
    async with World(P0) as world:
        first, second = world.produce(P0, ANN), world.produce(P0, ANN)
        other = world.produce(P0, BOB)
        world.endpoint.replies[first].extend([UNREACHABLE, UNAVAILABLE])

        await world.start()
        await world.quiet()

        assert world.endpoint.accepted == [other, first, second]
        world.witness.check()


async def test_a_back_off_holds_no_slot() -> None:
    async with World(P0, settings=ONE_SLOT) as world:
        failing = world.produce(P0, ANN)
        healthy = world.produce(P0, BOB)
        world.endpoint.replies[failing].extend([UNAVAILABLE] * 5)

        await world.start()
        await world.pass_time(1)

        assert world.endpoint.accepted == [healthy]
        assert world.endpoint.times_of(failing) != []
        await world.quiet()


async def test_each_failure_doubles_the_wait_up_to_its_ceiling() -> None:
    retry = Retry(initial_seconds=1, max_seconds=5)
    async with World(P0, settings=msgspec.structs.replace(SETTINGS, retry=retry)) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].extend([UNAVAILABLE] * 5)

        await world.start()
        await world.quiet()

        assert [seconds for _, seconds in world.observer.waits] == [1, 2, 4, 5, 5]


async def test_no_more_requests_are_under_way_than_there_are_slots() -> None:
    async with World(P0, P1) as world:
        for customer in range(1, 60):
            world.produce(P0, customer)
            world.produce(P1, customer)

        await world.start()
        await world.quiet()

        assert world.endpoint.most_in_flight == 4
        world.witness.check()


async def test_retry_after_delays_its_own_lane_and_partition_alone() -> None:
    async with World(P0, ORDERS) as world:
        throttle, behind = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.replies[throttle].append(throttled("30"))
        order, other = world.produce(ORDERS, ANN), world.produce(P0, BOB)

        await world.start()
        await world.pass_time(20)
        assert sorted(world.endpoint.accepted) == sorted([order, other])
        await world.quiet()

        first, again = world.endpoint.times_of(throttle)
        assert again - first == pytest.approx(30.1, abs=0.01)
        assert world.endpoint.accepted[2:] == [throttle, behind]


@pytest.mark.parametrize("value", ["86400", "Fri, 02 Jan 1970 00:00:00 GMT"])
async def test_retry_after_is_capped_in_both_its_forms(value: str) -> None:
    async with World(P0) as world:
        body = world.produce(P0, ANN)
        world.endpoint.replies[body].append(throttled(value))

        await world.start()
        await world.quiet()

        first, again = world.endpoint.times_of(body)
        assert again - first == pytest.approx(60.1, abs=0.01)


async def test_a_lost_answer_repeats_the_record_before_the_next_one() -> None:
    async with World(P0) as world:
        first, second = world.produce(P0, ANN), world.produce(P0, ANN)
        world.endpoint.replies[first].append(ANSWER_LOST)

        await world.start()
        await world.quiet()

        assert world.endpoint.accepted == [first, first, second]
        assert world.observer.counts["outcome unknown"] == 1
        world.witness.check()


async def test_the_whole_backlog_of_a_refused_service_stays_uncommitted() -> None:
    async with World(P0) as world:
        for customer in range(1, 20):
            world.produce(P0, customer)
        world.endpoint.choose = lambda _request: FORBIDDEN

        await world.start()
        await world.pass_time(60)
        await world.stop()

        assert not world.faults
        assert world.committed == {P0: 0}
        assert world.letters.letters == []
