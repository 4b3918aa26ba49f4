"""Single values, apart from the events that hold them."""

import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from bridge.events import Day, Flag, Given, Money, MonthYear, Switch
from bridge.events.values import read, write
from bridge.secret import Secret
from tests.core.generated import decimals
from tests.core.samples import CHICAGO


@given(decimals.filter(lambda amount: abs(amount) < 10**15))
def test_money_has_the_value_that_was_given_and_at_least_two_decimals(amount: Decimal) -> None:
    money = Money.read(amount)

    assert money.amount == amount
    assert Money.read(money) == money
    assert len(money.partition(".")[2]) >= 2


@pytest.mark.parametrize("exponent", [10**8, 10**18 - 1, -(10**8), -(10**18 - 1)])
def test_an_amount_with_a_large_exponent_is_refused_before_it_is_written_out(
    exponent: int,
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="amount"):
            Money.read(Decimal(f"1e{exponent}"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 100_000


@pytest.mark.parametrize("value", [True, None, 1.5, [], {}, "x", Decimal("NaN"), Decimal("inf")])
def test_nothing_else_is_money(value: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        Money.read(value)


@pytest.mark.parametrize("value", [0, None, [], {}, Decimal(1)])
def test_a_switch_is_a_text_or_a_boolean(value: object) -> None:
    with pytest.raises(ValueError, match="False"):
        Switch.read(value)


@pytest.mark.parametrize("value", [True, None, [], {}, Decimal(1)])
def test_a_flag_is_a_text_or_an_integer(value: object) -> None:
    with pytest.raises(ValueError, match='"0" or "1"'):
        Flag.read(value)


@pytest.mark.parametrize("value", ["0130", "0999", "1200"])
def test_a_month_and_a_year_are_well_formed(value: str) -> None:
    read = MonthYear.read(f" {value} ")

    assert read == value
    assert read.well_formed
    assert read.month == (2000 + int(value[2:]), int(value[:2]))


@pytest.mark.parametrize(
    "value", ["", "0030", "1330", "130", "01/30", "012030", "\u0661230", "0130x"]
)
def test_anything_else_is_no_month_and_year(value: str) -> None:
    assert not MonthYear.read(value).well_formed


def test_a_month_and_year_is_no_number() -> None:
    with pytest.raises(ValueError, match="month and year"):
        MonthYear.read(130)


@pytest.mark.parametrize("value", ["a", 1, True, Decimal("1.10"), [], ["a", 1, False]])
def test_a_given_value_is_kept(value: Any) -> None:
    given = Given.read(value)

    assert given.value == value
    assert given == Given(value)
    assert given != Given("other")
    assert write(given) == value


@pytest.mark.parametrize("value", [None, {}, [{}], [[]], [None], 1.5])
def test_a_given_value_is_neither_an_object_nor_null(value: Any) -> None:
    with pytest.raises(ValueError, match="a text, a number"):
        Given.read(value)


@pytest.mark.parametrize("value", [True, None, [], {}, Decimal("1.5")])
def test_card_data_is_a_text_or_an_integer(value: object) -> None:
    with pytest.raises(ValueError, match="Expected a string"):
        read(Secret, value, CHICAGO)


def test_card_data_may_come_as_an_integer() -> None:
    assert write(read(Secret, 123, CHICAGO)) == "123"
    assert write(read(Secret, "0123", CHICAGO)) == "0123"


@pytest.mark.parametrize("value", [True, None, [], {}, 20240102])
def test_a_date_is_a_text(value: object) -> None:
    with pytest.raises(ValueError, match="yyyy-MM-dd"):
        read(Day, value, CHICAGO)


@pytest.mark.parametrize("value", ["4111111111111111", 4111111111111111])
@pytest.mark.parametrize("wanted", [Money, Day, Switch, Flag, MonthYear, Given, Secret])
def test_no_complaint_quotes_the_value(wanted: type, value: Any) -> None:
    for wrong in (value, [value, None], {"a": value}):
        try:
            read(wanted, wrong, CHICAGO)
        except ValueError as error:
            assert "4111" not in str(error)  # noqa: PT017 - not every one is refused


def test_what_has_no_form_is_not_sent() -> None:
    with pytest.raises(TypeError, match="set is not sent"):
        write(set())
