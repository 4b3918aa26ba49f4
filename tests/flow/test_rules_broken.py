"""What becomes of records that break rules, on their way through the line."""

import pytest

from bridge.model import Partition
from bridge.record import Record
from tests.flow.world import ORDERS, P0, REFUSED, World

pytestmark = pytest.mark.looptime

ANN, BOB = 1, 2


def produce(world: World, partition: Partition, customer: int, members: str) -> bytes:
    """An event of *customer* as Omeda will get it, number and all."""
    body = f'{{"OmedaCustomerId":{customer},{members}}}'.encode()
    world._append(partition, customer, body)
    return body


def good(world: World, customer: int) -> bytes:
    return produce(world, ORDERS, customer, f'"LastName":"{world.source.ends[ORDERS]}"')


def uncalled(world: World, customer: int, *, phones: int = 1) -> Record:
    """Breaks `phone_number` so many times; Omeda never gets it."""
    produce(world, ORDERS, customer, f'"Phones":[{",".join(["{}"] * phones)}]')
    return world.source.logs[ORDERS][-1]


def nameless(world: World, customer: int) -> bytes:
    """Breaks `namespace`, which warns."""
    return produce(world, ORDERS, customer, f'"ExternalCustomerId":"{world.source.ends[ORDERS]}"')


async def test_a_broken_rule_ends_in_one_dead_letter_and_its_neighbours_arrive() -> None:
    async with World(ORDERS) as world:
        before = good(world, ANN)
        broken = uncalled(world, ANN)
        after, other = good(world, ANN), good(world, BOB)

        await world.start()
        await world.quiet()

        (letter,) = world.letters.letters
        assert letter.record == broken
        assert letter.attempts == 0
        assert (letter.rejected.reason, letter.rejected.stage) == ("rule", "check")
        assert letter.rejected.message == "Phones[0].Number: is required (rule phone_number)"
        assert sorted(world.endpoint.accepted) == sorted([before, after, other])
        assert len(world.endpoint.attempts) == 3
        assert world.observer.counts["reject: phone_number"] == 1
        assert world.observer.counts["rejected: rule"] == 1
        assert world.observer.counts["delivered"] == 3
        world.witness.check()


async def test_a_record_that_only_warns_is_delivered_and_counted() -> None:
    async with World(ORDERS) as world:
        warned, behind = nameless(world, ANN), good(world, ANN)

        await world.start()
        await world.quiet()

        assert world.endpoint.accepted == [warned, behind]
        assert world.letters.letters == []
        assert world.observer.counts["warn: namespace"] == 1
        assert world.observer.counts["rejected"] == 0
        world.witness.check()


async def test_a_warning_is_logged_with_the_record_s_place_and_without_its_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with World(ORDERS) as world:
        nameless(world, ANN)

        await world.start()
        await world.quiet()

    (said,) = [line for line in caplog.messages if "is sent although" in line]
    assert said.startswith("orders-0@0 is sent although ExternalCustomerIdNamespace: ")
    assert said.endswith(" (rule namespace)")


async def test_a_broken_rule_keeps_its_place_among_the_records_of_its_customer() -> None:
    async with World(ORDERS) as world:
        before = good(world, ANN)
        uncalled(world, ANN)
        after = good(world, ANN)
        world.letters.seconds = 5

        await world.start()
        await world.pass_time(3)
        assert world.endpoint.accepted == [before]
        await world.quiet()

        assert world.endpoint.accepted == [before, after]
        world.witness.check()


async def test_a_letter_of_a_broken_rule_that_is_not_confirmed_is_written_again() -> None:
    async with World(ORDERS) as world:
        uncalled(world, ANN)
        behind, other = good(world, ANN), good(world, BOB)
        world.letters.fails = lambda _letter: True

        await world.start()
        await world.pass_time(60)
        assert world.committed == {ORDERS: 0}
        assert world.endpoint.accepted == [other]
        world.letters.fails = lambda _letter: False
        await world.quiet()

        assert len(world.letters.letters) == 1
        assert world.endpoint.accepted == [other, behind]
        assert world.observer.counts["reject: phone_number"] == 1
        world.witness.check()


async def test_a_refused_record_that_warned_is_counted_for_both() -> None:
    async with World(ORDERS) as world:
        refused = nameless(world, ANN)
        world.endpoint.replies[refused].append(REFUSED)

        await world.start()
        await world.quiet()

        (letter,) = world.letters.letters
        assert (letter.rejected.reason, letter.rejected.stage) == ("refused", "deliver")
        assert world.observer.counts["warn: namespace"] == 1
        assert world.observer.counts["rejected: refused"] == 1


async def test_a_flood_of_broken_records_hides_no_good_one() -> None:
    async with World(ORDERS) as world:
        for customer in range(1, 150):
            uncalled(world, customer, phones=3)
        healthy = [good(world, customer) for customer in range(1, 150)]

        await world.start()
        await world.quiet()

        assert sorted(world.endpoint.accepted) == sorted(healthy)
        assert len(world.letters.letters) == 149
        assert world.observer.counts["rejected: rule"] == 149
        world.witness.check()


async def test_a_behavior_without_its_date_is_rejected_too() -> None:
    async with World(P0) as world:
        whole = produce(
            world,
            P0,
            ANN,
            '"CustomerBehaviors":[{"BehaviorId":7,"BehaviorDate":"2026-01-02 03:04:05"}]',
        )
        produce(world, P0, ANN, '"CustomerBehaviors":[{"BehaviorId":7}]')

        await world.start()
        await world.quiet()

        assert world.endpoint.accepted == [whole]
        (letter,) = world.letters.letters
        assert letter.rejected.rules == ("behavior_date",)
        assert world.observer.counts["reject: behavior_date"] == 1
