from hypothesis import given
from hypothesis import strategies as st

from bridge.breaker import Breaker, State


def breaker(*, failures: int = 3) -> Breaker:
    return Breaker(failures=failures, open_seconds=1, max_open_seconds=4)


def opened(now: float = 0) -> Breaker:
    subject = breaker(failures=1)
    subject.failed("a", now)
    return subject


@given(st.lists(st.sampled_from("abcdefgh"), max_size=30), st.integers(1, 8))
def test_it_opens_once_so_many_distinct_lanes_have_failed_in_a_row(
    lanes: list[str], most: int
) -> None:
    subject = breaker(failures=most)
    for lane in lanes:
        subject.failed(lane, 0)

    assert (subject.state == State.OPEN) == (len(set(lanes)) >= most)


@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_fewer_lanes_than_it_takes_never_open_it(lanes: list[str]) -> None:
    subject = breaker(failures=4)
    for lane in lanes:
        subject.failed(lane, 0)

    assert subject.state == State.CLOSED


def test_a_lane_counts_as_its_heaviest_failure() -> None:
    subject = breaker(failures=3)
    subject.failed("a", 0, weight=2)
    subject.failed("a", 0)
    assert subject.admits(0)

    subject.failed("b", 0)

    assert not subject.admits(0)


def test_any_answer_begins_the_count_anew() -> None:
    subject = breaker(failures=2)
    subject.failed("a", 0)
    assert subject.answered(0)
    subject.failed("b", 0)

    assert subject.state == State.CLOSED


def test_an_answer_to_what_began_before_the_failures_says_nothing_of_them() -> None:
    subject = breaker(failures=2)
    subject.failed("a", 5)
    assert not subject.answered(4.9)
    subject.failed("b", 6)

    assert subject.state == State.OPEN


def test_an_open_one_hears_of_its_probe_alone() -> None:
    subject = opened()
    assert not subject.answered(0.5)
    assert not subject.admits(0.9)
    subject.begin()
    assert not subject.answered(0.5)
    assert not subject.admits(100)

    assert subject.answered(1, probe=True)

    assert subject.admits(1)


def test_an_open_one_admits_one_probe_once_its_rest_is_over() -> None:
    subject = opened()
    assert not subject.admits(0.9)
    assert subject.admits(1)

    subject.begin()

    assert subject.state == State.HALF_OPEN
    assert not subject.admits(100)


def test_each_probe_that_fails_doubles_the_rest_up_to_its_ceiling() -> None:
    subject = opened()
    rests = []
    for _ in range(5):
        now = subject.probe_at
        subject.begin()
        subject.failed("b", now, probe=True)
        rests.append(subject.probe_at - now)

    assert rests == [2, 4, 4, 4, 4]


def test_an_answer_closes_it_and_the_next_outage_begins_with_the_first_rest() -> None:
    subject = opened()
    subject.begin()
    subject.failed("a", 1)
    subject.begin()
    subject.answered(1, probe=True)
    assert subject.state == State.CLOSED
    assert subject.admits(3)

    subject.failed("a", 10)

    assert subject.probe_at == 11


@given(st.floats(0, 1e6))
def test_what_is_asked_for_delays_the_probe_up_to_its_ceiling(asked: float) -> None:
    subject = breaker(failures=1)
    subject.failed("a", 10, asked=asked)

    assert subject.probe_at == 10 + max(1, min(asked, 4))


def test_a_late_failure_may_ask_for_more_rest_and_never_for_less() -> None:
    subject = opened()
    subject.failed("b", 0.5, asked=2)
    assert subject.probe_at == 2.5
    subject.failed("c", 0.6)
    assert subject.probe_at == 2.5
    subject.failed("d", 0.6, asked=100)
    assert subject.probe_at == 4.6


def test_it_tells_its_state_and_its_count() -> None:
    assert repr(breaker()) == "<Breaker: CLOSED, 0 failures>"
