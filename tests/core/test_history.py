"""The 15 minutes that are remembered, and the percentiles of their delays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.history import MINUTE, STEP_SECONDS, STEPS, History, Moment, Step, quantile
from bridge.model import Kind, Service
from bridge.report import Delay

SERVICE, OTHER = Service("DEMO", Kind.BEHAVIOR), Service("DEMO", Kind.ORDER)
BOUNDS = (0.1, 1.0, 10.0)


def moment(delivered: int = 0, delays: tuple[int, ...] = (0, 0, 0, 0)) -> Moment:
    return Moment("delivering", STEP_SECONDS, delivered, 1, 7, delays)


def history_of(*moments: Moment) -> History:
    history = History(BOUNDS)
    for number, each in enumerate(moments):
        history.add(Step(number * STEP_SECONDS, number, {SERVICE: each, OTHER: moment()}))
    return history


def test_what_is_older_than_15_minutes_is_forgotten() -> None:
    history = history_of(*(moment() for _ in range(STEPS + 3)))

    report = history.report([SERVICE])

    assert STEPS * STEP_SECONDS == 15 * 60
    assert len(report.at) == len(report.backlog_records) == STEPS
    assert report.backlog_records[0] == 3
    assert all(
        len(column) == STEPS
        for column in (
            *(report.services[0].doing, report.services[0].delivered_per_second),
            *(report.services[0].rejected_per_second, report.services[0].lag),
            *(report.services[0].delay_p50, report.services[0].delay_p99),
        )
    )
    assert history.taken == STEPS + 3


def test_rates_are_of_a_second_and_each_service_has_its_own() -> None:
    report = history_of(moment(delivered=20)).report([SERVICE, OTHER])

    assert [each.delivered_per_second for each in report.services] == [[4.0], [0.0]]
    assert [each.kind for each in report.services] == ["behavior", "order"]


def test_only_the_last_steps_are_told_where_only_those_are_asked_for() -> None:
    history = history_of(*(moment(delivered=number) for number in range(5)))

    assert history.report([SERVICE], steps=2).backlog_records == [3, 4]
    assert history.report([SERVICE], steps=99).backlog_records == [0, 1, 2, 3, 4]
    assert history.report([SERVICE], steps=0).at == []


def test_before_the_first_step_nothing_is_known() -> None:
    history = History(BOUNDS)

    assert history.newest(SERVICE) is None
    assert not history.moving(SERVICE)
    assert history.delay(SERVICE) == Delay(None, None, None)
    assert history.report([SERVICE]).services[0].lag == []


def test_the_delay_of_the_last_minute_knows_nothing_of_the_time_before() -> None:
    slow, quick = moment(delays=(0, 0, 100, 0)), moment(delays=(100, 0, 0, 0))
    history = history_of(*[slow] * MINUTE, *[quick] * MINUTE)

    assert history.delay(SERVICE, steps=MINUTE).p99 == pytest.approx(0.099)
    assert history.delay(SERVICE).p99 == pytest.approx(9.82)


@pytest.mark.parametrize(
    ("counts", "share", "expected"),
    [
        pytest.param((0, 0, 0, 0), 0.5, None, id="nothing was delivered"),
        pytest.param((10, 0, 0, 0), 0.5, 0.05, id="within the first bucket"),
        pytest.param((10, 10, 0, 0), 0.75, 0.55, id="within a later one"),
        pytest.param((1, 0, 1, 0), 1.0, 10.0, id="over an empty one"),
        pytest.param((0, 0, 0, 3), 0.5, 10.0, id="above the last bound"),
    ],
)
def test_a_percentile_is_estimated_within_its_bucket(
    counts: tuple[int, ...], share: float, expected: float | None
) -> None:
    assert quantile(BOUNDS, counts, share) == expected


@given(st.tuples(*[st.integers(0, 1000)] * 4).filter(any))
def test_a_higher_percentile_is_never_lower(counts: tuple[int, ...]) -> None:
    found = [quantile(BOUNDS, counts, share) for share in (0.01, 0.5, 0.95, 0.99, 1.0)]
    known = [value for value in found if value is not None]

    assert known == sorted(known)
    assert len(known) == len(found)
