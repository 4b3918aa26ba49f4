import math

from hypothesis import given
from hypothesis import strategies as st

from bridge.pace import Pace


@given(st.integers(1, 50), st.lists(st.floats(0, 3), min_size=1, max_size=150))
def test_no_second_has_more_than_are_allowed(per_second: int, waits: list[float]) -> None:
    pace, now, begun = Pace(per_second), 0.0, list[float]()
    for wait in waits:
        now = max(now + (wait if wait > 2 else 0), pace.next_at)
        pace.begin(now)
        begun.append(now)

    for first in begun:
        assert sum(first <= time < first + 1 - 1e-6 for time in begun) <= per_second


def test_a_backlog_leaves_at_the_whole_pace() -> None:
    pace, now = Pace(4), 0.0
    for _ in range(41):
        now = max(now, pace.next_at)
        pace.begin(now)

    assert math.isclose(now, 10)


def test_without_a_bound_nothing_waits() -> None:
    pace = Pace(None)
    pace.begin(10)

    assert pace.next_at <= 10


def test_it_tells_its_gap() -> None:
    assert repr(Pace(4)) == "<Pace: one in 0.25 s>"
