"""The weather: how slow the answers are, and what goes wrong with them, when and how often."""

import random
from collections.abc import Callable, Iterable
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from bridge.simulator.submission import Service

Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Count = Annotated[int, Meta(ge=0)]
Status = Annotated[int, Meta(ge=200, le=599)]
HeaderText = Annotated[str, Meta(pattern=r"\A[ -~]*\Z")]


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
    """Answer with this status; nothing is saved."""

    status: Status
    retry_after: Count | HeaderText | None = None
    """Sent as Retry-After: seconds, or an HTTP date."""
    body: str = ""
    content_type: HeaderText = "text/plain"


class HtmlAnswer(_Effect, frozen=True, tag="html"):
    """Answer with a gateway's HTML page; nothing is saved."""

    status: Status = 502


class ErrorsAnswer(_Effect, frozen=True, tag="errors"):
    """Answer 200 with `Errors`, which clients in production guard against; nothing is saved."""

    error: str = "The submission could not be processed."


class Reset(_Effect, frozen=True, tag="reset"):
    """Reset the connection before acceptance; nothing is saved."""


class ResetAfterAcceptance(_Effect, frozen=True, tag="reset_after"):
    """Accept, then reset the connection: it is saved, and the client cannot know."""


class TruncatedAnswer(_Effect, frozen=True, tag="truncated"):
    """Accept, then send half of the answer and close the connection."""


class Stall(_Effect, frozen=True, tag="stall"):
    """Never answer; nothing is saved. It ends when the client or the simulator's end cuts it."""


Effect: TypeAlias = (
    StatusAnswer
    | HtmlAnswer
    | ErrorsAnswer
    | Reset
    | ResetAfterAcceptance
    | TruncatedAnswer
    | Stall
)


class FaultRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that goes wrong, wherever all of its conditions hold.

    Requests and seconds are counted from when the rule was set: at the simulator's start, at a
    change of the rules, at a reset.
    """

    effect: Effect
    service: Service | None = None
    """Only this service's requests are counted and struck; None means both."""
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0
    after_requests: Count = 0
    """Let this many requests pass first."""
    count: Count | None = None
    """Strike at most this often."""
    from_seconds: Seconds = 0.0
    for_seconds: Seconds | None = None
    """Strike only this long, from `from_seconds` on."""


class FaultPlan:
    """Decides which fault, if any, strikes a request: the first rule whose conditions hold."""

    def __init__(
        self, rules: Iterable[FaultRule], chance: random.Random, clock: Callable[[], float]
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._since = clock()
        self._schedules = [_Schedule(rule) for rule in rules]

    def strike(self, service: Service) -> Effect | None:
        """Count a request to *service* and return what befalls it."""
        age = self._clock() - self._since
        # Every rule counts the request, also those behind the one that strikes.
        due = [schedule for schedule in self._schedules if schedule.admit(service, age)]
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

    def admit(self, service: Service, age: float) -> bool:
        """Count a request and say whether the rule may strike it."""
        rule = self.rule
        if rule.service not in {None, service}:
            return False
        self.seen += 1
        return (
            self.seen > rule.after_requests
            and (rule.count is None or self.struck < rule.count)
            and rule.from_seconds <= age
            and (rule.for_seconds is None or age < rule.from_seconds + rule.for_seconds)
        )
