"""Which accepted order is asked after when, and what ends it."""

import pytest

from bridge.config.confirm import Confirm
from bridge.following import Following, Open, Order
from bridge.model import Delivered, Kind, LaneKey, Partition, Service
from bridge.receipt import Later, Slip, of_delivered, of_later
from bridge.record import Record
from bridge.transactions import Progress, Transaction

ORDERS = Service("DEMO", Kind.ORDER)
SETTINGS = Confirm(
    requests_per_second=1, first_seconds=10, max_wait_seconds=100, end_seconds=1000, orders=500
)


def slip(offset: int = 0, *, at: float = 0, transaction_id: int = 7) -> Slip:
    record = Record(Partition("orders", 0), offset, 0, b"1", b"{}")
    told = Delivered("s", transaction_id)
    lane = LaneKey("DEMO", "1")
    return of_delivered(record, lane, ORDERS, told, attempts=1, at_ms=int(at * 1000))


def found(progress: Progress) -> Transaction:
    return Transaction(progress, 7, 0)


def turn(following: Following, now: float) -> Order:
    order = following.next(now)
    assert order is not None
    return order


def test_an_order_is_asked_after_with_growing_waits_until_its_end() -> None:
    following = Following(SETTINGS)
    following.add(slip(), 0)
    asked, now = [], 0.0
    while len(following):
        while (order := following.next(now)) is None:
            now += 1
        asked.append(now)
        outcome = following.told(order, found(Progress.PENDING), now)

    assert asked == [10, 30, 70, 150, 250, 350, 450, 550, 650, 750, 850, 950, 1000]
    assert outcome == "unknown"


@pytest.mark.parametrize(
    ("progress", "outcome"),
    [
        (Progress.DONE, "landed"),
        (Progress.DONE_WITH_LOSS, "landed_with_loss"),
        (Progress.FAILED, "failed"),
    ],
)
def test_an_end_is_told_and_the_order_is_followed_no_more(progress: Progress, outcome: str) -> None:
    following = Following(SETTINGS)
    following.add(slip(), 0)

    assert following.told(turn(following, 10), found(progress), 10) == outcome
    assert len(following) == 0
    assert following.next(10_000) is None


def test_an_order_on_hold_is_told_of_once_and_followed_on() -> None:
    following = Following(SETTINGS)
    following.add(slip(), 0)
    held = found(Progress.NEEDS_PERSON)

    assert following.told(turn(following, 10), held, 10) == "held"
    assert following.told(turn(following, 30), held, 30) is None
    assert following.told(turn(following, 70), found(Progress.DONE), 70) == "landed"


def test_an_order_that_stays_on_hold_is_in_the_end_no_more_than_that() -> None:
    following = Following(SETTINGS)
    following.add(slip(), 990, held=True)

    assert following.told(turn(following, 1000), found(Progress.NEEDS_PERSON), 1000) is None
    assert len(following) == 0


@pytest.mark.parametrize("told", [None, found(Progress.UNKNOWN)])
def test_what_omeda_does_not_tell_is_asked_again(told: Transaction | None) -> None:
    following = Following(SETTINGS)
    following.add(slip(), 0)

    assert following.told(turn(following, 10), told, 10) is None
    assert following.next(29) is None
    assert following.next(30) is not None


def test_a_last_look_up_without_an_answer_is_repeated_since_the_order_may_have_landed() -> None:
    following = Following(SETTINGS)
    following.add(slip(), 990, anew=True)

    assert following.told(turn(following, 1001), None, 1001) is None
    assert following.next(1020) is None
    assert following.told(turn(following, 1021), found(Progress.DONE), 1021) == "landed"


def test_an_order_that_omeda_never_answers_for_is_unknown_after_some_look_ups() -> None:
    following = Following(SETTINGS)
    following.add(slip(), 990, anew=True)
    asked: list[Later | None] = []
    now = 1001
    while len(following):
        if order := following.next(now):
            asked.append(following.told(order, None, now))
        now += 1

    assert asked == [None, None, "unknown"]


def test_an_order_for_which_there_was_no_request_has_its_turn_again() -> None:
    following = Following(SETTINGS)
    following.add(slip(), 0)
    following.put_back(turn(following, 10), 10)

    assert turn(following, 11).wait == 10


def test_of_more_orders_than_the_budget_can_ask_after_some_are_not_followed() -> None:
    following = Following(SETTINGS)
    # Ten a second, of which one can be asked after.
    taken = [following.add(slip(number, at=number / 10), number / 10) for number in range(3000)]

    assert taken[0]
    # A minute's worth ahead of the budget, and from then on one in ten.
    assert sum(taken[:600]) == pytest.approx(60 + 60, abs=15)
    assert sum(taken[2000:]) == pytest.approx(100, abs=10)


def test_no_more_orders_are_followed_than_there_is_room_for() -> None:
    following = Following(SETTINGS)
    taken = [following.add(slip(number), 0, anew=True) for number in range(600)]

    assert (sum(taken), len(following)) == (500, 500)


def test_an_order_is_followed_once_and_a_record_that_was_sent_twice_is_two_orders() -> None:
    following = Following(SETTINGS)
    assert following.add(slip(1), 0)
    assert following.add(slip(1), 0)
    assert following.add(slip(1, transaction_id=8), 0)

    assert len(following) == 2


def later(of: Slip, outcome: Later) -> Slip:
    return of_later(of, outcome, status=1, at_ms=5)


def test_what_was_accepted_and_has_no_end_is_taken_up_again() -> None:
    left = Open()
    ended, held, pending, landed = (slip(number, transaction_id=number + 1) for number in range(4))
    for one in (ended, held, pending, landed):
        left.note(one)
    for one in (later(ended, "failed"), later(held, "held"), later(landed, "landed")):
        left.note(one)

    assert list(left) == [(held, True), (pending, False)]


def test_an_order_on_hold_whose_first_receipt_is_too_old_is_taken_up_too() -> None:
    left = Open()
    held = later(slip(), "held")
    left.note(held)

    assert list(left) == [(held, True)]
