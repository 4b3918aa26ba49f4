"""Events of every kind of member, each with the canonical form in which it must leave."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

from bridge.events import AssignBehavior, Column, Element, StoreOrder, columns
from bridge.events.dates import Dated
from bridge.events.values import Flag, Given, Money, MonthYear, Switch
from bridge.secret import Secret
from tests.core.samples import CHICAGO

ELEMENT: dict[str, type[Element]] = {"behavior": AssignBehavior, "order": StoreOrder}
REQUIRED = {"behavior": {"OmedaCustomerId", "CustomerBehaviors"}, "order": set[str]()}


class Pair(NamedTuple):
    """A JSON value as a producer gives it, and as Omeda gets it."""

    given: Any
    sent: Any


_encoder = msgspec.json.Encoder(decimal_format="number", order="deterministic")


def encoded(tree: Any) -> bytes:
    """*tree* as JSON, its members in one order, its numbers exact."""
    return _encoder.encode(tree)


def elements(root: type[Element]) -> set[type[Element]]:
    """*root* and all elements below it."""
    below = {column.element for column in columns(root) if column.element is not None}
    return {root}.union(*(elements(each) for each in below))


ELEMENTS = sorted(elements(AssignBehavior) | elements(StoreOrder), key=lambda each: each.__name__)
COLUMNS = [(element, column) for element in ELEMENTS for column in columns(element)]


def _same(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Pair]:
    return strategy.map(lambda value: Pair(value, value))


decimals = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**15), 10**15),
    st.integers(0, 10),
)
texts = st.text(max_size=8)
scalars = st.one_of(texts, st.integers(-(2**70), 2**70), st.booleans(), decimals)
trees: st.SearchStrategy[Any] = st.recursive(
    st.one_of(scalars, st.none()),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(texts, below, max_size=3)),
    max_leaves=6,
)

_whole = st.integers(1, 10**9 - 1)
_integers = st.one_of(
    _same(_whole),
    st.builds(
        lambda number, zeros: Pair("0" * zeros + str(number), number), _whole, st.integers(0, 3)
    ),
)


def _money(amount: Decimal) -> Pair:
    whole, _, fraction = f"{amount:f}".partition(".")
    return Pair(amount, f"{whole}.{fraction:0<2}")


_amounts = decimals.filter(lambda amount: abs(amount) < 10**15).map(_money)
_moneys = st.one_of(_amounts, _amounts.map(lambda pair: Pair(f"{pair.given:f}", pair.sent)))

_switches = st.sampled_from(
    [Pair(False, "False"), Pair(True, "True"), Pair("false", "False"), Pair("TRUE", "True")]
)
_flags = st.one_of(_same(st.sampled_from(["0", "1", ""])), _whole.map(lambda n: Pair(n, str(n))))
_cards = st.one_of(_same(texts), _whole.map(lambda number: Pair(number, str(number))))

_moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - zones below
_zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_FORMATS = {19: "%Y-%m-%d %H:%M:%S", 16: "%Y-%m-%d %H:%M", 10: "%Y-%m-%d"}


def _dates(kind: type[Dated]) -> st.SearchStrategy[Pair]:
    def zoned(moment: datetime) -> Pair:
        local = moment.astimezone(CHICAGO).strftime(_FORMATS[kind.longest()])
        return Pair(moment.isoformat(), local)

    plain = [_moments.map(_formatted(_FORMATS[len(form)])) for form in kind.forms]
    words = _same(texts.filter(lambda text: text == text.strip()))
    aware = st.builds(
        lambda moment, zone: moment.replace(tzinfo=UTC).astimezone(zone), _moments, _zones
    )
    return st.one_of(*plain, aware.map(zoned), words)


def _formatted(form: str) -> Callable[[datetime], Pair]:
    return lambda moment: Pair(moment.strftime(form), moment.strftime(form))


def _values(column: Column) -> st.SearchStrategy[Pair]:
    if column.element is not None:
        return _nested(column)
    if column.integer:
        return _integers
    if issubclass(kind := column.kind if isinstance(column.kind, type) else object, Dated):
        return _dates(kind)
    by_kind: dict[Any, st.SearchStrategy[Pair]] = {
        Money: _moneys,
        Switch: _switches,
        Flag: _flags,
        Secret: _cards,
        MonthYear: _same(st.sampled_from(["0430", "1226", ""])),
        Given: _same(st.one_of(scalars, st.lists(scalars, max_size=3))),
        bool: _same(st.booleans()),
        str: _same(texts),
    }
    return by_kind.get(column.kind, _same(st.one_of(texts, st.integers(0, 10**40))))


def _nested(column: Column) -> st.SearchStrategy[Pair]:
    assert column.element is not None
    one = events(column.element)
    if not column.many:
        return one
    return st.lists(one, min_size=1, max_size=2).map(
        lambda pairs: Pair([pair.given for pair in pairs], [pair.sent for pair in pairs])
    )


@st.composite
def events(draw: st.DrawFn, element: type[Element], required: frozenset[str] = frozenset()) -> Pair:
    """Some members of *element*, some of them null, and some that no struct names."""
    shape = columns(element)
    known = {column.name for column in shape}
    chosen = draw(st.sets(st.sampled_from(sorted(known)), max_size=6)) | required
    given: dict[str, Any] = draw(
        st.dictionaries(texts.filter(lambda name: name not in known), trees, max_size=2)
    )
    leaving = dict(given)
    for column in shape:
        if column.name not in chosen:
            continue
        if column.name not in required and draw(st.integers(0, 9)) == 0:
            given[column.name] = None
            continue
        given[column.name], leaving[column.name] = draw(_values(column))
    return Pair(given, leaving)


def of_kind(kind: str) -> st.SearchStrategy[Pair]:
    """A whole event."""
    return events(ELEMENT[kind], frozenset(REQUIRED[kind]))


behaviors = of_kind("behavior").map(lambda pair: ("behavior", pair))
orders = of_kind("order").map(lambda pair: ("order", pair))
either = st.one_of(behaviors, orders)


def example(column: Column) -> Pair:
    """One value of *column*, the same every time."""
    if column.element is not None:
        below = full(column.element)
        return Pair([below.given], [below.sent]) if column.many else below
    if column.integer:
        return Pair("0042", 42)
    if isinstance(column.kind, type) and issubclass(column.kind, Dated):
        return Pair("2024-07-01T23:30:00Z", "2024-07-01 18:30:00"[: column.kind.longest()])
    by_kind = {
        Money: Pair(Decimal("1.5"), "1.50"),
        Switch: Pair(False, "False"),
        Flag: Pair(0, "0"),
        Given: Pair([1, "a", Decimal("1.10")], [1, "a", Decimal("1.10")]),
        bool: Pair(False, False),
    }
    return by_kind.get(column.kind, Pair("text", "text"))


def full(element: type[Element]) -> Pair:
    """Every member of *element*, and one that no struct names."""
    pairs = {column.name: example(column) for column in columns(element)}
    beyond = {"Beyond": {"a": Decimal("1.10"), "b": None}}
    return Pair(
        {name: pair.given for name, pair in pairs.items()} | beyond,
        {name: pair.sent for name, pair in pairs.items()} | beyond,
    )
