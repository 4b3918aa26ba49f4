import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.limit import Limit


@pytest.mark.parametrize(("ceiling", "start"), [(1, 1), (3, 1), (4, 1), (32, 8), (64, 16)])
def test_it_starts_at_a_quarter_of_its_ceiling(ceiling: int, start: int) -> None:
    assert Limit(ceiling).value == start


def test_each_clean_round_trip_doubles_it_while_it_warms_up() -> None:
    limit = Limit(64)
    for _ in range(16):
        limit.rose()

    assert limit.value == 32


def test_after_a_cut_a_round_trip_adds_one() -> None:
    limit = Limit(64)
    limit.cut(0)
    assert limit.value == 8

    for _ in range(9):
        limit.rose()

    assert limit.value == 9


def test_it_is_cut_at_most_once_a_second() -> None:
    limit = Limit(64)
    limit.cut(10)
    limit.cut(10.9)
    assert limit.value == 8

    limit.cut(11)

    assert limit.value == 4


def test_after_an_outage_it_begins_with_one_and_doubles() -> None:
    limit = Limit(64)
    limit.cut(0)
    limit.restart()
    assert limit.value == 1

    for _ in range(3):
        limit.rose()

    assert limit.value == 4


steps = st.lists(st.one_of(st.none(), st.floats(0, 5), st.just("restart")), max_size=200)


@given(st.integers(1, 100), steps)
def test_it_stays_between_one_and_its_ceiling(
    ceiling: int, happenings: list[float | str | None]
) -> None:
    limit, now = Limit(ceiling), 0.0
    for happening in happenings:
        if happening is None:
            limit.rose()
        elif isinstance(happening, float):
            now += happening
            limit.cut(now)
        else:
            limit.restart()

        assert 1 <= limit.value <= ceiling


def test_it_tells_its_value() -> None:
    assert repr(Limit(64)) == "<Limit: 16 of 64>"
