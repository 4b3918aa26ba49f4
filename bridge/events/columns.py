"""The members of an element, as rules, documents and the decoder need to know them."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from bridge.events.dates import Dated
from bridge.events.values import MonthYear


class Element(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The base of every element. What it does not name is set aside before it is decoded."""


Id = Annotated[int, Meta(ge=0, lt=10**18, extra={"integer": True})]
"""One of Omeda's ids. Comes as an integer or as a string of digits."""

CustomerId = Annotated[int, Meta(ge=1, lt=10**18, extra={"integer": True})]
"""Omeda's own id of a customer."""

Code = Annotated[int, Meta(ge=0, lt=10**9, extra={"integer": True})]
"""A number of one of Omeda's code tables. Comes as an integer or as a string of digits."""

Number = Annotated[int, Meta(ge=-(10**9), le=10**9, extra={"integer": True})]
"""A count. Comes as an integer or as a string of digits."""

ForeignId = int | str
"""An id of the publisher's own system: leaves as it came, a number or a text."""


def longest(characters: int) -> Meta:
    """The column's length in Omeda's database."""
    return Meta(extra={"longest": characters}, extra_json_schema={"maxLength": characters})


def codes(table: Mapping[int | str, str]) -> Meta:
    """The values that Omeda documents, each with its meaning. Others are sent, with a warning."""
    return Meta(extra={"codes": table})


Text10 = Annotated[str, longest(10)]
Text20 = Annotated[str, longest(20)]
Text50 = Annotated[str, longest(50)]
Text100 = Annotated[str, longest(100)]
Text255 = Annotated[str, longest(255)]


class Column(NamedTuple):
    """One member of an element."""

    name: str
    kind: Any
    """Without `None` and without what is annotated."""
    longest: int | None
    """In characters; None without a limit."""
    codes: Mapping[int | str, str]
    """The documented values; empty where any will do."""
    element: type[Element] | None
    """What it holds, where that is an element or a list of them."""
    many: bool
    integer: bool

    @property
    def dated(self) -> bool:
        """Whether it has a form that can be wrong."""
        return isinstance(self.kind, type) and issubclass(self.kind, Dated | MonthYear)


@cache
def columns(element: type[Element]) -> tuple[Column, ...]:
    """The members of *element*, in the order of its declaration."""
    hints = get_type_hints(element, include_extras=True)
    return tuple(_column(name, hints[name]) for name in element.__struct_fields__)


def _column(name: str, hint: Any) -> Column:
    extra: dict[str, Any] = {}
    bare = _bare(hint, extra)
    many = get_origin(bare) is list
    inner = _bare(get_args(bare)[0], {}) if many else bare
    holds = inner if isinstance(inner, type) and issubclass(inner, Element) else None
    return Column(
        name,
        bare,
        extra.get("longest"),
        extra.get("codes", {}),
        holds,
        many and holds is not None,
        extra.get("integer", False),
    )


def _bare(hint: Any, extra: dict[str, Any]) -> Any:
    """*hint* without `None` and annotations; what they say goes into *extra*."""
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        for note in notes:
            extra.update(note.extra or {})
        return _bare(hint, extra)
    without = [part for part in get_args(hint) if part is not type(None)]
    if len(without) == 1 and len(get_args(hint)) > 1:
        return _bare(without[0], extra)
    return hint
