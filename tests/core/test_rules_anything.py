"""Whatever a member holds, an event is sent or refused: no rule raises."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.event import Event
from bridge.model import Kind
from bridge.reading import MESSAGE_CHARACTERS, RULES_CHARACTERS
from bridge.rules import RULES, Strictness
from bridge.rules.book import MOST_FINDINGS
from tests.core.rulings import Members
from tests.core.test_rules_forms import MEMBERS, Member
from tests.core.test_rules_reading import read

values = st.one_of(
    st.sampled_from(
        ["", " ", "0", "1", "-1", "0.00", "-0.01", "1330", "0226", "USA", "US", "@", ","]
    ),
    st.sampled_from(
        ["2026-01-02", "2026-01-02 03:04:05", "9999-12-31T23:59:59-14:00", "0001-01-01"]
    ),
    st.integers(-3, 400),
    st.decimals(-2, 2, places=2).map(float),
    st.none(),
    st.booleans(),
    st.text(max_size=8),
    st.text("x", min_size=99, max_size=101),
    st.lists(st.sampled_from(["", 0, "37"]), max_size=2),
)
of_orders = st.sampled_from([member for member in MEMBERS if member.kind == Kind.ORDER])
of_behaviors = st.sampled_from([member for member in MEMBERS if member.kind == Kind.BEHAVIOR])
strictness = st.dictionaries(
    st.sampled_from(list(RULES)), st.sampled_from([str(each) for each in Strictness]), max_size=9
)


def merged(filled: list[tuple[Member, Any]]) -> Members:
    event: Any = {}
    for member, value in filled:
        _merge(event, member.holding(value))
    return dict(event)


def _merge(into: Any, more: Any) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        elif isinstance(value, list) and isinstance(into.get(name), list) and value and into[name]:
            _merge_first(into[name], value)
        else:
            into[name] = value


def _merge_first(into: list[Any], more: list[Any]) -> None:
    if isinstance(into[0], dict) and isinstance(more[0], dict):
        _merge(into[0], more[0])
    else:
        into += more


def check(event: Members, kind: Kind, rules: dict[str, str]) -> None:
    found = read(event, kind, rules)

    if isinstance(found, Event):
        assert len(found.warnings) <= MOST_FINDINGS
        assert all(len(sentence) <= MESSAGE_CHARACTERS for _, sentence in found.warnings)
        assert all(rules.get(rule, RULES[rule].default) == "warn" for rule, _ in found.warnings)
    elif found.rejected.reason == "rule":
        assert 0 < len(found.rejected.rules) <= MOST_FINDINGS
        assert len(found.rejected.message) <= RULES_CHARACTERS
        assert all(
            rules.get(rule, RULES[rule].default) == "reject" for rule in found.rejected.rules
        )


@given(st.lists(st.tuples(of_orders, values), max_size=12), strictness)
def test_any_order_is_sent_or_refused(
    filled: list[tuple[Member, Any]], rules: dict[str, str]
) -> None:
    check(merged(filled), Kind.ORDER, rules)


@given(st.lists(st.tuples(of_behaviors, values), max_size=6), strictness)
def test_any_behavior_is_sent_or_refused(
    filled: list[tuple[Member, Any]], rules: dict[str, str]
) -> None:
    check(merged(filled), Kind.BEHAVIOR, rules)
