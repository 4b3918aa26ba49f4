"""Dates as producers write them, and as Omeda gets them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.events import Day, Minute, Moment
from bridge.events.dates import Dated, at
from tests.core.samples import CHICAGO

KINDS: list[type[Dated]] = [Moment, Minute, Day]
BERLIN = ZoneInfo("Europe/Berlin")
LETTERS = "0123456789-:. ,TtZz+W\u0663\u00e9"
FORMS: dict[type[Dated], str] = {
    Moment: r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    Minute: r"\d{4}-\d\d-\d\d( \d\d:\d\d)?",
    Day: r"\d{4}-\d\d-\d\d",
}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((Moment, "2024-01-02 03:04:05"), (Moment, "2024-02-29 23:59:59")),
        *((Minute, "2024-01-02"), (Minute, "2024-01-02 03:04"), (Day, "2024-12-31")),
        *((Moment, "0001-01-01 00:00:00"), (Moment, "9999-12-31 23:59:59")),
        pytest.param(Moment, "2024-03-10 02:30:00", id="an hour that the clocks skip"),
    ],
)
def test_omedas_own_forms_are_well_formed_and_left_as_they_are(
    kind: type[Dated], text: str
) -> None:
    read = kind.read(text, CHICAGO)

    assert read == text
    assert read.well_formed


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2024-01-02T03:04:05Z", "2024-01-01 21:04:05"),
        ("2024-01-02T03:04:05+00:00", "2024-01-01 21:04:05"),
        ("2024-01-02T03:04:05-00:00", "2024-01-01 21:04:05"),
        ("2024-01-02T03:04:05+01:00", "2024-01-01 20:04:05"),
        ("2024-01-02T03:04:05+0100", "2024-01-01 20:04:05"),
        ("2024-01-02T03:04:05+01", "2024-01-01 20:04:05"),
        ("2024-01-02T03:04:05-06:00", "2024-01-02 03:04:05"),
        ("2024-07-02T03:04:05+05:30", "2024-07-01 16:34:05"),
        ("2024-01-02 03:04:05Z", "2024-01-01 21:04:05"),
        ("2024-01-02t03:04:05z", "2024-01-01 21:04:05"),
        ("2024-01-02T03:04Z", "2024-01-01 21:04:00"),
        ("2024-01-02T03:04:05,5Z", "2024-01-01 21:04:05"),
        (" 2024-01-02T03:04:05Z\n", "2024-01-01 21:04:05"),
        ("9999-12-31T23:59:59Z", "9999-12-31 17:59:59"),
        ("2024-03-10T07:59:59Z", "2024-03-10 01:59:59"),
        ("2024-03-10T08:00:00Z", "2024-03-10 03:00:00"),
    ],
)
def test_a_date_with_a_zone_becomes_the_local_one_cut_to_the_form(text: str, local: str) -> None:
    for kind in KINDS:
        read = kind.read(text, CHICAGO)

        assert read == local[: len(kind.forms[-1])]
        assert read.well_formed
        assert type(read) is kind


@pytest.mark.parametrize("digits", range(1, 10))
def test_fractions_of_a_second_are_cut_off(digits: int) -> None:
    text = f"2024-01-02T03:04:59.{'987654321'[:digits]}Z"

    assert Moment.read(text, CHICAGO) == "2024-01-01 21:04:59"


def test_the_two_instants_of_the_repeated_hour_have_one_text() -> None:
    first, second = "2024-11-03T06:30:00Z", "2024-11-03T07:30:00Z"

    assert Moment.read(first, CHICAGO) == Moment.read(second, CHICAGO) == "2024-11-03 01:30:00"


def test_the_zone_is_the_brands() -> None:
    assert Moment.read("2024-07-01T22:30:00Z", BERLIN) == "2024-07-02 00:30:00"


def test_a_day_is_that_of_the_local_clock() -> None:
    assert Day.read("2024-01-01T02:00:00Z", CHICAGO) == "2023-12-31"
    assert Day.read("2024-01-01T23:30:00Z", BERLIN) == "2024-01-02"


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "now", "2024", "2024-01", "01/02/2024", "2024-01-02T03:04:05"),
        *("2024-1-2 03:04:05", "2024-01-02 3:04:05", "2024-01-02  03:04:05", "20240102"),
        *("2024-02-30 00:00:00", "2024-02-30T00:00:00Z", "2023-02-29", "2024-13-01", "2024-01-00"),
        *("2024-01-02 25:00:00", "2024-01-02 03:60:00", "2024-01-02T03:04:60Z"),
        *("0000-01-01 00:00:00", "10000-01-01 00:00:00", "-2024-01-02 03:04:05"),
        *("2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05Zfoo", "2024-01-02T03:04:05 PST"),
        *("2024-01-02Z", "2024-01-02 03:04.05", "2024-01-02 03:04,05", "2024.01.02 03:04:05"),
        "\u0662\u0660\u0662\u0664-01-02 03:04:05",
        "\u0662\u0660\u0662\u0664-01-02T03:04:05Z",
        "2024-01-0\u0662",
        "2024-01-02\u00e903:04:05",
        pytest.param("0001-01-01T00:00:00Z", id="before the first year, in the zone"),
        pytest.param("9999-12-31T23:59:59-12:00", id="after the last year"),
        pytest.param("2" * 1_000_000, id="a million digits"),
    ],
)
def test_what_is_no_date_stays_as_it_is_and_is_not_well_formed(text: str) -> None:
    for kind in KINDS:
        read = kind.read(text, CHICAGO)

        assert read == text
        assert not read.well_formed


def test_a_form_of_another_column_is_not_well_formed() -> None:
    assert not Moment("2024-01-02").well_formed
    assert not Moment("2024-01-02 03:04").well_formed
    assert not Minute("2024-01-02 03:04:05").well_formed
    assert not Day("2024-01-02 03:04").well_formed


@pytest.mark.parametrize("around", [" ", "\n", "\t ", "\u00a0", "\u2003"])
def test_white_space_around_a_date_is_taken_off(around: str) -> None:
    assert Day.read(f"{around}2024-01-02{around}", CHICAGO) == "2024-01-02"
    assert Day.read(f"{around}nothing{around}", CHICAGO) == "nothing"


def nearly(form: str) -> st.SearchStrategy[str]:
    """*form* with some characters changed, one left out or one too many."""
    changes = st.lists(st.tuples(st.integers(0, len(form)), st.sampled_from(LETTERS)), max_size=4)

    def changed(made: list[tuple[int, str]]) -> str:
        letters = list(form)
        for place, letter in made:
            letters[place : place + 1] = letter
        return "".join(letters)

    return changes.map(changed)


@given(
    st.one_of(
        st.text(),
        nearly("2024-01-02 03:04:05"),
        nearly("2024-01-02 03:04"),
        nearly("2024-01-02T03:04:05.5+01:00"),
    ),
    st.sampled_from(KINDS),
)
@example("2024-01-02 03:04.05", Moment)
@example("2024-01-02T03:04:05+23:59:59.999999", Day)
@example("\x00", Minute)
@settings(max_examples=500, deadline=None)
def test_no_text_raises_and_what_is_read_is_final_and_well_formed_only_in_a_form(
    text: str, kind: type[Dated]
) -> None:
    read = kind.read(text, CHICAGO)

    assert kind.read(read, CHICAGO) == read
    assert kind.read(read, BERLIN) == read or not read.well_formed
    if read.well_formed:
        assert re.fullmatch(FORMS[kind], read, re.ASCII)


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()),  # noqa: DTZ001
    st.sampled_from(KINDS),
)
@settings(deadline=None)
def test_every_instant_gets_the_text_of_the_local_clock(
    moment: datetime, kind: type[Dated]
) -> None:
    local = moment.astimezone(CHICAGO)

    read = kind.read(moment.isoformat(), CHICAGO)

    expected = local.replace(tzinfo=None, microsecond=0).isoformat(" ")
    assert read == expected[: kind.longest()]


def test_at_is_the_minute_of_a_timestamp() -> None:
    moment = datetime(2024, 1, 2, 3, 4, 59, 999_000, tzinfo=UTC)

    read = at(round(moment.timestamp() * 1000), CHICAGO)

    assert read == "2024-01-01 21:04"
    assert type(read) is Minute
    assert at(0, CHICAGO) == "1969-12-31 18:00"


@pytest.mark.parametrize("timestamp_ms", [10**15, 2**62, -(2**62), 253402300800000])
def test_at_raises_where_no_calendar_has_the_time(timestamp_ms: int) -> None:
    with pytest.raises((OverflowError, OSError, ValueError)):
        at(timestamp_ms, CHICAGO)
