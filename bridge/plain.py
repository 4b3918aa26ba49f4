"""The short way to read an event: one that is written as Omeda's pages show it. Pure.

Most events are: ids are integers, dates and money have Omeda's form, every member is documented.
Of such an event nearly everything is checked while it is decoded, in compiled code, and no rule is
broken. Whatever is not taken here is read the long way, which says what is wrong, if anything is.

What must stay true: what is taken here, the long way would take as well, without a finding, for
the same lane and with the same body.
"""

import re
from collections.abc import Callable
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from bridge.events import AssignBehavior, Column, Element, Money, StoreOrder, columns
from bridge.events.behavior import BehaviorAttribute, CustomerBehavior
from bridge.events.columns import ForeignId
from bridge.events.contacts import Email, Phone
from bridge.events.dates import Day, Minute, Moment
from bridge.events.products import Product
from bridge.events.values import Given
from bridge.model import Kind

_MONTHS = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    # Without the 29th, which is read the long way.
    r"|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_DAY = r"(?!0000)[0-9]{4}-" + _MONTHS
_CALENDAR = re.compile(_DAY)
_MINUTE = r" ([01][0-9]|2[0-3]):[0-5][0-9]"


def _text(pattern: str) -> Any:
    return Annotated[str, Meta(pattern=rf"\A{pattern}\Z")]


_KINDS: dict[Any, Any] = {
    # Of each behavior: `_is_moment` says the rest, in half the time of a pattern.
    Moment: Annotated[str, Meta(min_length=19, max_length=19)],
    Minute: _text(rf"{_DAY}({_MINUTE})?"),
    Day: _text(_DAY),
    Money: _text(r"[0-9]{1,15}\.[0-9]{2,20}"),
    Given: str | int,
    ForeignId | None: int | str,
    str: str,
}
"""How a member of such a type is written plainly. Of other types, none is."""

_NOTHING = _text(r"0{1,15}\.0{2,20}")
_FORMS = {
    "EmailAddress": _text(r"[^@\s]+@[^@\s]+"),
    "Number": _text("[0-9+() -]+"),
    # Where money is asked or given, rules look at the whole order.
    "Amount": _NOTHING,
    "AmountPaid": _NOTHING,
}
"""Members that have a form of their own."""

_MINUTES: Final = frozenset(f" {n // 60:02}:{n % 60:02}:" for n in range(24 * 60))
_SECONDS: Final = frozenset(f"{n:02}" for n in range(60))
_MOST_DAYS: Final = 4096
_days: Final[set[str]] = set()
"""Those that were seen, up to so many: most events are of a few days."""

_REQUIRED = {
    *("BehaviorId", "BehaviorDate", "BehaviorAttributeTypeId"),
    *("EmailAddress", "Number", "OmedaProductId"),
}

_LONG_WAY = {
    *("ClientCustomerId", "DonorId", "EmailProducts", "ShippingAddressId", "EmailAddressId"),
}
"""Members that rules look at together with others."""

_ELEMENTS = {AssignBehavior, CustomerBehavior, BehaviorAttribute, StoreOrder, Email, Phone, Product}
"""Those of which there is a plain form; an order's behaviors have none."""


class Plain:
    """An event that was read: who it names, and what Omeda gets. Nobody has paid for it."""

    __slots__ = ("body", "customer", "dated", "events", "external")

    def __init__(
        self,
        customer: int | None,
        external: tuple[str, int | str] | None,
        body: bytes,
        events: int,
        *,
        dated: bool = False,
    ) -> None:
        self.customer = customer
        """Omeda's id."""
        self.external = external
        """Namespace and id of another system, where Omeda's is not given."""
        self.body = body
        self.events = events
        self.dated = dated
        """Whether it says when it was ordered."""


Read = Callable[[bytes], Plain | None]
"""None where the value is not plain, whatever it is."""


def plain_reader(kind: Kind) -> Read:
    """Reads events of *kind*."""
    if kind is Kind.BEHAVIOR:
        return _reader(AssignBehavior, _behavior)
    return _reader(StoreOrder, _order)


def _reader(element: type[Element], check: Callable[[Any], Plain | None]) -> Read:
    decode = msgspec.json.Decoder(plain_form(element)).decode

    def read(payload: bytes) -> Plain | None:
        try:
            event = decode(payload)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return None
        return check(event)

    return read


_encode = msgspec.json.Encoder().encode


def _behavior(event: Any) -> Plain | None:
    behaviors = event.CustomerBehaviors
    for behavior in behaviors:
        if not _is_moment(behavior.BehaviorDate):
            return None
        if behavior.BehaviorAttributes is not None and not _one_value_each(behavior):
            return None
    return Plain(event.OmedaCustomerId, None, _encode(event), len(behaviors))


def _is_moment(text: str) -> bool:
    """Of 19 characters: a day, and a second of it."""
    return text[10:17] in _MINUTES and text[17:] in _SECONDS and _is_day(text[:10])


def _is_day(text: str) -> bool:
    if text in _days:
        return True
    if _CALENDAR.fullmatch(text) is None:
        return False
    if len(_days) >= _MOST_DAYS:
        _days.clear()
    _days.add(text)
    return True


def _one_value_each(behavior: Any) -> bool:
    return all(
        (each.BehaviorAttributeValue is None) != (each.BehaviorAttributeValueId is None)
        for each in behavior.BehaviorAttributes
    )


def _order(order: Any) -> Plain | None:
    customer, external = order.OmedaCustomerId, None
    if order.ExternalCustomerId is not None:
        external = (order.ExternalCustomerIdNamespace or "", order.ExternalCustomerId)
        if "" in external:
            return None
    products = order.Products
    if products is not None and len(products) > 1 and _repeats(products):
        return None
    if customer is None and external is None:
        return None
    return Plain(customer, external, _encode(order), 1, dated=order.OrderDate is not None)


def _repeats(products: list[Any]) -> bool:
    return len({each.OmedaProductId for each in products}) < len(products)


@cache
def plain_form(element: type[Element]) -> type[msgspec.Struct]:
    """A struct of those members of *element* that can be written plainly."""
    hints = get_type_hints(element, include_extras=True)
    required = {field.name for field in msgspec.structs.fields(element) if field.required}
    required |= _REQUIRED
    members = [
        (column.name, kind) if column.name in required else (column.name, kind, None)
        for column in columns(element)
        if (kind := _kind(element, column, hints[column.name])) is not None
    ]
    # One that may be absent has a default that is none of its values: it is never null.
    return msgspec.defstruct(
        f"Plain{element.__name__}",
        members,
        forbid_unknown_fields=True,
        omit_defaults=True,
        kw_only=True,
        gc=False,
    )


def _kind(element: type[Element], column: Column, hint: Any) -> Any:
    if column.name in _LONG_WAY or (element is StoreOrder and column.element is CustomerBehavior):
        return None
    if column.element is not None:
        return _many(column.element) if column.element in _ELEMENTS else None
    if column.codes:
        return Literal[tuple(column.codes)] if column.kind in {int, str} else None
    if column.integer:
        return _bounded(hint)
    if column.longest is not None:
        return Annotated[str, Meta(max_length=column.longest)]
    return _FORMS.get(column.name) or _KINDS.get(column.kind)


def _many(element: type[Element]) -> Any:
    below = GenericAlias(list, (plain_form(element),))
    return Annotated[below, Meta(min_length=1)]


def _bounded(hint: Any) -> Any:
    """The annotated integer in *hint*, without `None`."""
    if get_origin(hint) is Annotated:
        return hint
    return next(part for part in get_args(hint) if part is not type(None))
