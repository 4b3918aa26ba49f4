"""What is delivered is what the workload says."""

from collections import Counter
from itertools import islice

import pytest

from bench.workloads import FIRST_CUSTOMER, FULL, ONE_IN, QUICK, Workload
from tests.system.events import Event


def of(name: str) -> Workload:
    [found] = [each for each in FULL if each.name == name]
    return found


@pytest.mark.parametrize("workload", QUICK, ids=lambda each: each.name)
def test_each_event_is_there_once(workload: Workload) -> None:
    records = list(workload.records())

    assert len({record.seq for record in records}) == len(records) == workload.events


def test_a_backlog_of_fifteen_stands_close_enough_to_be_batched() -> None:
    records = list(of("behaviors, 50 ms").records())
    places: dict[int, list[int]] = {}
    for place, record in enumerate(records):
        places.setdefault(record.customer, []).append(place)

    assert len(places) == 2_000
    assert {len(each) for each in places.values()} == {15}
    assert max(each[-1] - each[0] for each in places.values()) < 6_000


def test_one_customer_in_a_hundred_has_half_of_the_events() -> None:
    workload = of("hot customers, 20 ms")
    counts = Counter(record.customer for record in workload.records())

    hot = {customer for customer, count in counts.items() if count > 100}

    assert len(hot) == workload.customers // ONE_IN
    assert sum(counts[customer] for customer in hot) >= workload.events // 2


def test_slow_customers_are_those_that_the_stand_in_takes_for_slow() -> None:
    workload = of("slow customers, 20 ms")
    records: list[Event] = list(islice(workload.records(), workload.customers))

    slow = [each for each in records if each.customer % workload.plan["slow_one_in"] == 0]

    assert records[0].customer == FIRST_CUSTOMER
    assert len(slow) == workload.customers // ONE_IN
