"""What a rule is, and how an event is held against all of them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from bridge.events import AssignBehavior, Element, StoreOrder, columns
from bridge.members import Extra

MOST_FINDINGS = 20
"""An event with a million broken members is not worth a longer list."""

Broken = Iterable[tuple[str, str]]
"""What a rule finds in an element: the member at fault, and the sentence a producer gets."""

T = TypeVar("T")


def required(element: Element, *names: str, sentence: str = "is required") -> Broken:
    """A finding for each of *names* that *element* lacks; an empty text is none."""
    for name in names:
        if getattr(element, name) in (None, ""):
            yield name, sentence


class Strictness(StrEnum):
    """What follows when a rule is broken."""

    REJECT = "reject"
    """The event becomes a dead letter; Omeda is not asked."""
    WARN = "warn"
    """The event is sent; the rule is logged and counted."""
    OFF = "off"


class Rule(NamedTuple):
    """Something that can be known of an event without asking Omeda."""

    name: str
    of: type
    """The element that it looks at; `Whole` for what spans the event."""
    find: Callable[[Any], Broken]
    default: Strictness
    source: str
    """Omeda's page, or what else it is known from."""
    concerns: Callable[[type], bool]
    """Whether an element of that type could break it."""

    @property
    def text(self) -> str:
        """The rule as a sentence."""
        return " ".join((self.find.__doc__ or "").split())


class Whole(NamedTuple):
    """An event with all that surrounds it."""

    event: AssignBehavior | StoreOrder
    extra: Extra
    today: Callable[[], date]
    """The day of now, in the brand's time zone."""


class Finding(NamedTuple):
    """One broken rule, and where: `Products[1].Amount: must not be negative`."""

    rule: str
    strictness: Strictness
    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


RULES: dict[str, Rule] = {}
"""Every rule by its name, in the order of declaration."""


def rule(
    of: type[T],
    default: Strictness,
    *,
    source: str,
    concerns: Callable[[Any], object] = lambda _: True,
) -> Callable[[Callable[[T], Broken]], Callable[[T], Broken]]:
    """Declare a rule: its name is the function's, its text the function's docstring."""

    def declare(find: Callable[[T], Broken]) -> Callable[[T], Broken]:
        name = find.__name__
        RULES[name] = Rule(name, of, find, default, source, lambda kind: bool(concerns(kind)))
        return find

    return declare


class RuleBook:
    """The rules with the strictness that one route gives them."""

    def __init__(self, overrides: Mapping[str, Strictness]) -> None:
        self._strictness = {
            rule.name: overrides.get(rule.name, rule.default) for rule in RULES.values()
        }
        self._by_type: dict[type, list[Rule]] = {}

    def findings(self, whole: Whole) -> list[Finding]:
        """The broken rules of the event, `MOST_FINDINGS` of each strictness; what rejects first."""
        rejecting: list[Finding] = []
        warning: list[Finding] = []
        for finding in self._walk(whole):
            found = rejecting if finding.strictness == Strictness.REJECT else warning
            # A long list of warnings must not hide what rejects.
            if len(found) < MOST_FINDINGS:
                found.append(finding)
            elif found is rejecting:
                break
        return rejecting + warning

    def _walk(self, whole: Whole) -> Iterator[Finding]:
        yield from self._broken(whole, "")
        yield from self._below(whole.event, "")

    def _below(self, element: Element, path: str) -> Iterator[Finding]:
        if self._rules_of(type(element)):
            yield from self._broken(element, path)
        for name, many in _nested(type(element)):
            value = getattr(element, name)
            if value is None:
                continue
            if not many:
                yield from self._below(value, f"{path}{name}.")
                continue
            for place, item in enumerate(value):
                yield from self._below(item, f"{path}{name}[{place}].")

    def _broken(self, subject: Any, path: str) -> Iterator[Finding]:
        for each in self._rules_of(type(subject)):
            for member, sentence in each.find(subject):
                where = f"{path}{member}".rstrip(".")
                yield Finding(each.name, self._strictness[each.name], where, sentence)

    def _rules_of(self, subject: type) -> list[Rule]:
        rules = self._by_type.get(subject)
        if rules is None:
            rules = self._by_type[subject] = [
                each
                for each in RULES.values()
                if issubclass(subject, each.of)
                and each.concerns(subject)
                and self._strictness[each.name] != Strictness.OFF
            ]
        return rules


_NESTED: dict[type[Element], list[tuple[str, bool]]] = {}


def _nested(element: type[Element]) -> list[tuple[str, bool]]:
    """The members of *element* that hold elements, and whether in a list."""
    names = _NESTED.get(element)
    if names is None:
        names = [(column.name, column.many) for column in columns(element) if column.element]
        _NESTED[element] = names
    return names
