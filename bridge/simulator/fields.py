"""How Omeda reads single fields: as leniently as its own samples and real clients write them.

Ids and codes stand as integers in its tables and as strings of digits in its samples; amounts the
other way round. Both are read. What a null means is not documented; here it is as good as nothing.
"""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias, TypeGuard

Fields: TypeAlias = dict[str, object]

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MINUTE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", re.ASCII)
"""The two forms of most dates: the day alone, or with hours and minutes."""
SECOND = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)

# Fits 64 bits. Python itself refuses to read digits by the thousand.
_LONGEST_ID = 18


def is_integer(value: object) -> TypeGuard[int]:
    """Whether *value* is a JSON integer. To Python alone, `true` would be one."""
    return isinstance(value, int) and not isinstance(value, bool)


def integer(value: object) -> int | None:
    """An id or code: an integer, or a string of its digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value) if len(value) <= _LONGEST_ID else None
    return value if is_integer(value) else None


def decimal(value: object) -> Decimal | None:
    """An amount: a number, or a string of one, without any mark of thousands."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def identity(value: object) -> str | None:
    """An id of whatever system: a text that is not empty, or an integer."""
    return str(value) if (isinstance(value, str) and value) or is_integer(value) else None


def is_given(value: object) -> bool:
    """Whether *value* says anything. Zero and `false` do."""
    return value is not None and value not in ("", [])


def objects(value: object) -> list[Fields]:
    """The entries of a list; one that is no object counts as an object without fields."""
    if not isinstance(value, list):
        return []
    return [entry if isinstance(entry, dict) else {} for entry in value]


def every(fields: Fields, name: str) -> list[Fields]:
    """The entries of the list that *fields* hold under *name*."""
    value = fields.get(name)
    return [] if value is None else objects(value)


def is_date(value: object, form: re.Pattern[str]) -> bool:
    """Whether *value* is a date that there is, in *form*."""
    if not isinstance(value, str) or not form.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def shown(value: object) -> str:
    """*value* as an error text names it."""
    return "null" if value is None else str(value)
