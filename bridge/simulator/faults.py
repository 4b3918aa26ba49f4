"""The weather: how slow the answers are, and what goes wrong with them, when and how often."""

import random
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import msgspec

from bridge.simulator.submission import Service
from bridge.simulator.units import Count, HeaderText, Positive, Probability, Seconds, Status


class Latency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long every answer takes."""

    base_seconds: Seconds = 0.0
    jitter_seconds: Seconds = 0.0
    """Up to this much more, evenly spread."""

    def draw(self, chance: random.Random) -> float:
        """Seconds that the next answer takes."""
        return self.base_seconds + chance.random() * self.jitter_seconds


class _Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    pass


class StatusAnswer(_Effect, frozen=True, tag="status"):
    """Answer with this status."""

    status: Status
    retry_after: Count | HeaderText | None = None
    """Sent as Retry-After: seconds, or an HTTP date."""
    body: str = ""
    content_type: HeaderText = "text/plain"
    saved: bool = False
    """Whether it is accepted all the same, which the client cannot know."""


class HtmlAnswer(_Effect, frozen=True, tag="html"):
    """Answer with a gateway's HTML page."""

    status: Status = 502
    saved: bool = False


class ErrorsAnswer(_Effect, frozen=True, tag="errors"):
    """Answer with `Errors`; under a 200 too, which clients in production guard against."""

    error: str = "The submission could not be processed."
    status: Status = 200
    saved: bool = False


class Reset(_Effect, frozen=True, tag="reset"):
    """Reset the connection before acceptance; nothing is saved."""


class ResetAfterAcceptance(_Effect, frozen=True, tag="reset_after"):
    """Accept, then reset the connection: it is saved, and the client cannot know."""


class TruncatedAnswer(_Effect, frozen=True, tag="truncated"):
    """Accept, then send half of the answer and close the connection."""


class LateAnswer(_Effect, frozen=True, tag="late"):
    """Accept, then wait before answering."""

    seconds: Seconds


class SlowAnswer(_Effect, frozen=True, tag="slow"):
    """Accept, then send the answer's body byte by byte."""

    seconds: Seconds
    """How long the whole body takes."""


class Stall(_Effect, frozen=True, tag="stall"):
    """Never answer. It ends when the client or the simulator's end cuts it."""

    saved: bool = False


Effect: TypeAlias = (
    StatusAnswer
    | HtmlAnswer
    | ErrorsAnswer
    | Reset
    | ResetAfterAcceptance
    | TruncatedAnswer
    | LateAnswer
    | SlowAnswer
    | Stall
)


class FaultRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that goes wrong, wherever all of its conditions hold.

    Requests and seconds are counted from when the rule was set: at the simulator's start, at a
    change of the rules, at a reset.
    """

    effect: Effect
    service: Service | None = None
    """Only this service's requests are counted and struck; None: all."""
    probability: Probability = 1.0
    after_requests: Count = 0
    """Let this many requests pass first."""
    count: Count | None = None
    """Strike at most this often."""
    from_seconds: Seconds = 0.0
    for_seconds: Seconds | None = None
    """Strike only this long, from `from_seconds` on."""
    for_requests: Count | None = None
    """Strike only among this many requests, from the first that was not let pass."""
    customers: frozenset[int | str] = frozenset()
    """Only requests about one of these are counted and struck; where there are none, all."""


class Capacity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much Omeda takes at once. What is above that is refused without delay."""

    in_flight: Positive
    """So many requests under way at once."""
    status: Status = 429
    retry_after: Count | HeaderText | None = None

    @property
    def refusal(self) -> StatusAnswer:
        """The answer to what is too much."""
        return StatusAnswer(self.status, retry_after=self.retry_after)


class FaultPlan:
    """Decides which fault, if any, strikes a request: the first rule whose conditions hold."""

    def __init__(
        self, rules: Iterable[FaultRule], chance: random.Random, clock: Callable[[], float]
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._since = clock()
        self._schedules = [_Schedule(rule) for rule in rules]

    def strike(self, service: Service, customers: AbstractSet[str] = frozenset()) -> Effect | None:
        """Count a request to *service* about *customers*, and return what befalls it."""
        age = self._clock() - self._since
        # Every rule counts the request, also those behind the one that strikes.
        due = [rule for rule in self._schedules if rule.admit(service, customers, age)]
        for schedule in due:
            if self._chance.random() < schedule.rule.probability:
                schedule.struck += 1
                return schedule.rule.effect
        return None


class _Schedule:
    """How far one rule has come."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.seen = 0
        self.struck = 0
        self._customers = {str(customer) for customer in rule.customers}

    def admit(self, service: Service, customers: AbstractSet[str], age: float) -> bool:
        """Count a request and say whether the rule may strike it."""
        if self.rule.service not in {None, service}:
            return False
        if self._customers and self._customers.isdisjoint(customers):
            return False
        self.seen += 1
        return self._is_due_by_count() and self._is_due_by_time(age)

    def _is_due_by_count(self) -> bool:
        rule = self.rule
        return (
            self.seen > rule.after_requests
            and (rule.count is None or self.struck < rule.count)
            and (rule.for_requests is None or self.seen <= rule.after_requests + rule.for_requests)
        )

    def _is_due_by_time(self, age: float) -> bool:
        rule = self.rule
        return rule.from_seconds <= age and (
            rule.for_seconds is None or age < rule.from_seconds + rule.for_seconds
        )
