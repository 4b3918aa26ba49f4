"""What single values may be, how they may come, and how they leave.

Integer columns come as integers or as strings of digits, and leave as integers; the others
have a type here. Each is made by `read`, which raises ValueError for what it cannot be, and
written by `write`.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

from bridge.events.dates import Dated
from bridge.secret import Secret

_MONEY = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", re.ASCII)
_DIGITS, _DECIMALS = 15, 20
"""More money than that is nobody's; and a number with a large exponent would be long."""

Scalar = str | int | bool | Decimal


class Money(str):
    """An amount, with at least two decimals and never rounded: `"12.50"`.

    Comes as a number or as a string; no thousands separator, no exponent in a string.
    """

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> "Money":
        """*value* as Omeda's samples write money."""
        text = _plain(value) if _is_number(value) else value
        if not isinstance(text, str) or not _MONEY.fullmatch(text):
            raise ValueError(
                'Expected an amount such as "12.50": digits, a dot and up to 20 decimals'
            )
        whole, _, decimals = text.partition(".")
        return cls(f"{whole}.{decimals:0<2}")

    @property
    def amount(self) -> Decimal:
        """For comparisons and sums."""
        return Decimal(self)


class Switch(str):
    """`DoCharge`: the string `"False"` or `"True"`; comes as such, in any case, or as a boolean."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> "Switch":
        """*value* with the capital that Omeda's page has."""
        text = str(value) if isinstance(value, bool) else value
        if not isinstance(text, str):
            raise ValueError('Expected "False"')
        known = text.strip().capitalize()
        return cls(known if known in {"False", "True"} else text)


class Flag(str):
    """`MergeCode`: `"0"` or `"1"` as a string; comes as such, or as an integer."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> "Flag":
        """*value* as a string."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueError('Expected "0" or "1"')
        return cls(value)


class MonthYear(str):
    """A card's `ExpirationDate`, `MMYY`."""

    __slots__ = ()
    forms = ("MMYY",)

    @classmethod
    def read(cls, value: object) -> "MonthYear":
        """*value*, which is a string."""
        if not isinstance(value, str):
            raise ValueError('Expected a month and year such as "0430"')
        return cls(value.strip())

    @property
    def well_formed(self) -> bool:
        """Whether this is two digits of a month and two of a year."""
        return re.fullmatch(r"(0[1-9]|1[0-2])[0-9]{2}", self, re.ASCII) is not None

    @property
    def month(self) -> tuple[int, int]:
        """Year and month, of this century. Well formed only."""
        return 2000 + int(self[2:]), int(self[:2])


class Given:
    """A value that leaves as it came: a text, number or boolean, or a list of such."""

    __slots__ = ("value",)

    def __init__(self, value: Scalar | list[Scalar]) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Given({self.value!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Given) and self.value == other.value

    def __hash__(self) -> int:
        return hash(repr(self.value))

    @classmethod
    def read(cls, value: object) -> "Given":
        """*value*, unless it is an object, or a list with anything but scalars."""
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int | bool | Decimal) for item in items):
            raise ValueError("Expected a text, a number, a boolean, or a list of such")
        return cls(cast("Scalar | list[Scalar]", value))


def read(wanted: type, value: Any, zone: Any) -> Any:
    """*value* as one of the types of this package; *zone* is the brand's.

    Raises ValueError where it cannot be one; no message quotes the value.
    """
    if issubclass(wanted, Dated):
        if not isinstance(value, str):
            raise ValueError(f"Expected a date such as {wanted.forms[-1]!r}")
        return wanted.read(value, zone)
    return _READERS[wanted](value)


def write(value: Any) -> Any:
    """How a value of one of these types leaves. The only place that reveals card data."""
    match value:
        case str():
            return str(value)
        case Given():
            return value.value
        case Secret():
            return value.reveal()
        case _:
            raise TypeError(f"{type(value).__name__} is not sent")


def _secret(value: object) -> Secret:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("Expected a string")
    return Secret(str(value))


_READERS: dict[type, Callable[[object], object]] = {
    Money: Money.read,
    Switch: Switch.read,
    Flag: Flag.read,
    MonthYear: MonthYear.read,
    Given: Given.read,
    Secret: _secret,
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _plain(value: Any) -> str:
    """A number without an exponent; nothing where that would be long."""
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > _DIGITS:
        return ""
    if int(number.as_tuple().exponent) < -_DECIMALS:  # e.g. 1e-999999999
        return ""
    return f"{number:f}"
