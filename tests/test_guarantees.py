import pytest

from tests.guarantees import (
    AtLeastOnce,
    KeyOrder,
    LastWord,
    NeverAheadOfSettled,
    OneAtATimePerKey,
    Repeats,
)


def order_of(*offsets: int) -> KeyOrder:
    order = KeyOrder()
    for offset in offsets:
        order.accepted("ann", "orders-0", offset)
    return order


def test_at_least_once_holds_when_each_record_was_accepted_or_dead_lettered() -> None:
    promise = AtLeastOnce()
    for record in ("a", "b"):
        promise.produced(record)

    promise.accepted("a")
    promise.dead_lettered("b")

    promise.check()


def test_at_least_once_names_what_is_missing() -> None:
    promise = AtLeastOnce()
    for record in ("a", "b"):
        promise.produced(record)

    promise.accepted("a")

    with pytest.raises(AssertionError, match=r"1 of 2 records .* \['b'\]"):
        promise.check()


def test_at_least_once_accepts_an_acceptance_whose_acknowledgement_never_came() -> None:
    promise = AtLeastOnce()

    promise.accepted("written, but never acknowledged")

    promise.check()


@pytest.mark.parametrize(
    "offsets",
    [
        pytest.param((1, 2, 3), id="undisturbed"),
        pytest.param((1, 2, 1, 2, 3), id="after a crash"),
        pytest.param((1, 2, 2, 3), id="after an unknown outcome"),
        pytest.param((1, 3), id="with a dead letter in between"),
        pytest.param((1, 2, 3, 2, 1), id="repeated late"),
    ],
)
def test_key_order_allows_first_acceptances_in_order(offsets: tuple[int, ...]) -> None:
    order_of(*offsets).check()


@pytest.mark.parametrize("offsets", [(1, 3, 2), (2, 1), (1, 2, 1, 4, 3)])
def test_key_order_refuses_a_first_acceptance_that_comes_late(offsets: tuple[int, ...]) -> None:
    with pytest.raises(AssertionError, match="was first accepted after"):
        order_of(*offsets).check()


def test_key_order_is_promised_for_each_lane_and_partition_alone() -> None:
    order = order_of(5)

    order.accepted("bob", "orders-0", 3)
    order.accepted("ann", "behaviors-0", 1)

    order.check()


def test_one_at_a_time_allows_requests_one_after_another() -> None:
    promise = OneAtATimePerKey()
    for request in ("first", "second"):
        promise.begun("ann", request)
        promise.ended("ann", request)

    promise.check()


def test_one_at_a_time_allows_two_lanes_side_by_side() -> None:
    promise = OneAtATimePerKey()

    promise.begun("ann", "first")
    promise.begun("bob", "second")

    promise.check()


def test_one_at_a_time_refuses_a_request_that_begins_during_another() -> None:
    promise = OneAtATimePerKey()

    promise.begun("ann", "first")
    promise.begun("ann", "second")
    promise.ended("ann", "first")
    promise.ended("ann", "second")

    with pytest.raises(AssertionError, match="'second' began during 'first'"):
        promise.check()


def test_a_commit_up_to_the_lowest_unsettled_record_is_allowed() -> None:
    promise = NeverAheadOfSettled()
    for offset in (0, 1, 2):
        promise.admitted("orders-0", offset)

    promise.settled("orders-0", 0)
    promise.settled("orders-0", 2)
    promise.committed("orders-0", 1)

    promise.check()


def test_a_commit_above_an_unsettled_record_is_refused_even_if_it_settles_later() -> None:
    promise = NeverAheadOfSettled()
    for offset in (0, 1):
        promise.admitted("orders-0", offset)

    promise.settled("orders-0", 1)
    promise.committed("orders-0", 2)
    promise.settled("orders-0", 0)

    with pytest.raises(AssertionError, match="committed 2 while 0 is unsettled"):
        promise.check()


def test_a_record_stays_unsettled_when_its_partition_is_revoked() -> None:
    promise = NeverAheadOfSettled()

    promise.admitted("orders-0", 0)
    promise.revoked("orders-0")
    promise.committed("orders-0", 1)

    with pytest.raises(AssertionError, match="committed 1 while 0 is unsettled"):
        promise.check()


def test_a_settled_record_that_is_read_again_does_not_hold_a_commit_back() -> None:
    promise = NeverAheadOfSettled()

    promise.admitted("orders-0", 0)
    promise.settled("orders-0", 0)
    promise.admitted("orders-0", 0)
    promise.committed("orders-0", 1)

    promise.check()


def test_a_commit_that_falls_back_within_an_ownership_is_refused() -> None:
    promise = NeverAheadOfSettled()

    promise.committed("orders-0", 5)
    promise.committed("orders-0", 4)

    with pytest.raises(AssertionError, match="committed 4 after 5"):
        promise.check()


def test_a_new_owner_may_start_below_what_the_former_one_had_committed() -> None:
    promise = NeverAheadOfSettled()

    promise.committed("orders-0", 5)
    promise.revoked("orders-0")
    promise.committed("orders-0", 4)

    promise.check()


def test_repeats_counts_each_acceptance_after_the_first() -> None:
    repeats = Repeats(at_most=2)
    for record in ("a", "b", "a", "a"):
        repeats.accepted(record)

    assert repeats.count == 2
    repeats.check()


def test_repeats_refuses_more_than_was_allowed() -> None:
    repeats = Repeats(at_most=0)
    for record in ("a", "a"):
        repeats.accepted(record)

    with pytest.raises(AssertionError, match="1 repeats where 0 are allowed"):
        repeats.check()


def test_the_last_word_is_the_newest_one_s_however_often_it_was_said() -> None:
    promise = LastWord()
    for offset in (1, 2, 1, 2, 2):
        promise.accepted("ann", "orders-0", offset)
    promise.accepted("bob", "orders-0", 1)

    promise.check()


def test_an_older_record_that_has_the_last_word_is_refused() -> None:
    promise = LastWord()
    for offset in (1, 2, 1):
        promise.accepted("ann", "orders-0", offset)

    with pytest.raises(AssertionError, match="1 was accepted last, after 2"):
        promise.check()


def test_a_dead_letter_has_no_word_that_could_be_the_last() -> None:
    promise = LastWord()
    for offset in (1, 2, 1):
        promise.accepted("ann", "orders-0", offset)
    promise.dead_lettered("orders-0", 2)

    promise.check()
