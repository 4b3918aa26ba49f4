"""What a service is doing, since when, and what an operator may look for later."""

import pytest

from bridge.chronicle import MOST_HAPPENINGS, Chronicle, doing_of
from bridge.model import Kind, Service
from bridge.report import Doing, Happening
from bridge.sight import Sight
from bridge.status import Counts, PartitionStatus, ServiceStatus, Status, Totals

SERVICE = Service("DEMO", Kind.ORDER)
NOTHING: frozenset[Service] = frozenset()


def service(*, breaker: int = 0, halted: str | None = None, in_flight: int = 0) -> ServiceStatus:
    return ServiceStatus(*SERVICE, in_flight=in_flight, limit=8, breaker=breaker, halted=halted)


def partition(
    *, number: int = 0, lag: int | None = 5, oldest: float | None = 90
) -> PartitionStatus:
    return PartitionStatus("orders", number, *SERVICE, False, 2, 10, lag, oldest, map_characters=0)


def sight(
    at: float, status: ServiceStatus, *partitions: PartitionStatus, rebalances: int = 0
) -> Sight:
    whole = Status("running", 0, 0, 10, 8, list(partitions), [status])
    return Sight(at, whole, Totals({SERVICE: Counts(0, {}, {}, ())}, rebalances))


def whats(chronicle: Chronicle) -> list[str]:
    return [each.what for each in chronicle]


@pytest.mark.parametrize(
    ("status", "records", "moving", "expected"),
    [
        (service(), 0, False, "idle"),
        (service(), 3, False, "waiting"),
        (service(in_flight=1), 3, False, "delivering"),
        (service(), 0, True, "delivering"),
        (service(breaker=2), 3, True, "outage"),
        (service(breaker=1, in_flight=1), 3, False, "outage"),
        (service(breaker=2, halted="no"), 3, True, "halted"),
    ],
)
def test_the_worst_that_holds_is_what_it_does(
    status: ServiceStatus,
    records: int,
    moving: bool,  # noqa: FBT001 - a parameter of the table
    expected: Doing,
) -> None:
    assert doing_of(status, records, moving=moving) == expected


def test_since_is_when_it_began_and_not_when_it_was_last_seen() -> None:
    chronicle = Chronicle()
    chronicle.follow(sight(100, service()), NOTHING)

    for at, breaker in ((110, 2), (111, 1), (112, 2)):
        chronicle.follow(sight(at, service(breaker=breaker)), NOTHING)

    assert (chronicle.doing(SERVICE), chronicle.since(SERVICE)) == ("outage", 110)


def test_an_outage_that_becomes_a_halt_is_one_trouble_with_one_end() -> None:
    chronicle = Chronicle()
    chronicle.follow(sight(100, service(breaker=2)), NOTHING)
    chronicle.follow(sight(120, service(halted="refused")), NOTHING)
    chronicle.follow(sight(150, service(in_flight=1)), NOTHING)
    chronicle.follow(sight(160, service()), NOTHING)

    newest, *before = chronicle
    assert newest == Happening(150, "recovered", "DEMO", "order", seconds=50)
    assert [each.what for each in before] == ["halted", "outage", "running"]


def test_coming_and_going_without_trouble_is_nothing_that_happened() -> None:
    chronicle = Chronicle()
    for at in range(10):
        chronicle.follow(sight(at, service(in_flight=at % 2)), NOTHING)

    assert whats(chronicle) == ["running"]


def test_a_rebalance_is_told_once() -> None:
    chronicle = Chronicle()
    for at, rebalances in ((1, 0), (2, 1), (3, 1), (4, 3)):
        chronicle.follow(sight(at, service(), rebalances=rebalances), NOTHING)

    assert whats(chronicle) == ["rebalanced", "rebalanced", "running"]


def test_only_the_last_happenings_are_kept() -> None:
    chronicle = Chronicle()
    for at in range(4 * MOST_HAPPENINGS):
        chronicle.follow(sight(at, service(breaker=at % 2)), NOTHING)

    assert len(whats(chronicle)) == MOST_HAPPENINGS


def test_what_a_service_has_is_the_sum_of_its_partitions() -> None:
    other = PartitionStatus("behaviors", 0, "DEMO", "behavior", False, 99, 0, 99, 1.0, 0)

    hand = sight(100, service(), partition(), partition(number=1, oldest=80), other).hand(SERVICE)

    assert hand == (4, 10, 80)


def test_a_lag_that_is_known_of_some_partitions_alone_is_not_known() -> None:
    hand = sight(100, service(), partition(), partition(number=1, lag=None)).hand(SERVICE)

    assert (hand.records, hand.lag) == (4, None)
