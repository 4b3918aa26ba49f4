import math
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.retry import Backoff, Patience, retry_after

NOW = 1_700_000_000.0
chances = st.floats(0, 1, exclude_max=True)


def backoff(chance: float, *, initial: float = 0.5, most: float = 60.0) -> Backoff:
    return Backoff(initial_seconds=initial, max_seconds=most, jitter=lambda: chance)


@pytest.fixture
def west_of_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as local:
        local.setenv("TZ", "America/Chicago")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("failures", "ceiling"), [(1, 0.5), (2, 1), (3, 2), (7, 32), (8, 60), (9, 60), (10**9, 60)]
)
def test_the_ceiling_doubles_with_each_failure_up_to_the_cap(failures: int, ceiling: float) -> None:
    assert backoff(0.5).delay(failures) == ceiling / 2


@given(st.integers(1, 10**12), chances, st.floats(0.001, 100), st.floats(100, 86_400))
def test_a_delay_lies_between_nothing_and_the_ceiling(
    failures: int, chance: float, initial: float, most: float
) -> None:
    delay = backoff(chance, initial=initial, most=most).delay(failures)

    ceiling = min(most, initial * 2.0 ** min(failures - 1, 100))
    assert 0 <= delay <= ceiling
    assert delay == pytest.approx(ceiling * chance)


@given(chances, chances)
def test_each_delay_throws_its_dice_anew(first: float, second: float) -> None:
    throws = iter([first, second])
    subject = Backoff(initial_seconds=1, max_seconds=60, jitter=lambda: next(throws))

    assert (subject.delay(1), subject.delay(1)) == (first, second)


def test_what_the_other_side_asks_for_is_the_least() -> None:
    assert backoff(0.5).delay(1, at_least=30) == 30
    assert backoff(0.5).delay(8, at_least=7) == 30


@given(st.integers(1, 1000), chances, st.floats(60, math.inf))
def test_what_the_other_side_asks_for_is_capped(failures: int, chance: float, asked: float) -> None:
    assert backoff(chance).delay(failures, at_least=asked) == 60


@pytest.mark.parametrize(("value", "seconds"), [("0", 0), ("1", 1), ("120", 120), (" 7 ", 7)])
def test_retry_after_in_seconds_is_read(value: str, seconds: float) -> None:
    assert retry_after(value, now=NOW) == seconds


@given(st.integers(-(10**9), 10**9))
def test_retry_after_as_a_date_is_held_against_the_clock(ahead: int) -> None:
    value = formatdate(NOW + ahead, usegmt=True)

    assert retry_after(value, now=NOW) == max(0, ahead)


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
@pytest.mark.usefixtures("west_of_greenwich")
def test_each_form_of_an_http_date_is_in_universal_time(value: str) -> None:
    assert retry_after(value, now=784_111_777.0 - 30) == 30


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="no header"),
        pytest.param("", id="an empty header"),
        pytest.param("soon", id="a word"),
        pytest.param("-5", id="a negative number"),
        pytest.param("nan", id="no number"),
        pytest.param("inf", id="an endless number"),
        pytest.param("-inf", id="an endless negative number"),
        pytest.param("1e400", id="a number beyond every float"),
        pytest.param("0x10", id="a hexadecimal number"),
        pytest.param("Wed, 21 Oct 2015 07:28:00 GMT", id="a past date"),
        pytest.param("Wed, 99 Oct 2099 07:28:00 GMT", id="no such day"),
        pytest.param("Wed, 21 Oct 2099 07:28:00 +9999999999", id="no such zone"),
        pytest.param("Wed, 21 Oct 99999 07:28:00 GMT", id="no such year"),
    ],
)
def test_retry_after_that_asks_for_nothing_sensible_asks_for_nothing(value: str | None) -> None:
    assert retry_after(value, now=NOW) == 0


@given(st.text())
@example(",")
@example("Mon")
@example("1 Jan")
@example("9" * 5000)
@example("Wed, 21 Oct 2099 07:28:" + "0" * 5000 + " GMT")
def test_any_retry_after_gives_a_finite_wait(value: str) -> None:
    seconds = retry_after(value, now=NOW)

    assert math.isfinite(seconds)
    assert seconds >= 0


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e9))
def test_patience_ends_once_its_seconds_have_passed_since_the_first_answer(
    seconds: float, passed: float, since: float
) -> None:
    left = Patience(seconds).left(since=since, now=since + passed)

    assert left == pytest.approx(max(0.0, seconds - passed), abs=1e-3)
    assert left >= 0


def test_patience_is_over_exactly_at_its_end() -> None:
    patience = Patience(1800)

    assert patience.left(since=10, now=10) == 1800
    assert patience.left(since=10, now=1809) == 1
    assert patience.left(since=10, now=1810) == 0
    assert patience.left(since=10, now=5000) == 0
