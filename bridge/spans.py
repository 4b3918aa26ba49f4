"""What whoever follows a trace is told: a span for each attempt and each dead letter. Pure.

The flow knows of no more than this; without a `Tracing` it makes no spans, and pays nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bridge.contexts import Headers, SpanId
from bridge.event import Request
from bridge.model import Delivered, Halt, Rejected, TryAgain, Verdict
from bridge.record import Letter, Record

GIVEN_UP = "given_up"
"""Why an attempt has no outcome: its process, or its ownership, ended first."""


class Span(Protocol):
    """One attempt, from its beginning to its end. Never blocks, never raises."""

    headers: Headers
    """The context that the request takes along."""
    id: SpanId | None
    """By what it can be found; None where nobody records it."""

    def ended(self, outcome: Verdict | None) -> None:
        """The attempt came to *outcome*; None where it was given up before it had one."""


class Tracing(Protocol):
    """Where spans are made. Never blocks, never raises; export is not the flow's affair."""

    def attempt(self, request: Request, records: Sequence[Record], *, earlier: int) -> Span:
        """*request* is about to be sent for *records*, after so many *earlier* attempts."""

    def buried(self, letter: Letter) -> None:
        """*letter* stands in the dead-letter topic: its record has ended there."""


class Ending(NamedTuple):
    """How an attempt ended."""

    status: int | None
    """Of the answer; None without one."""
    trouble: str | None
    """One of few words; None where it was accepted."""


def ending(outcome: Verdict | None) -> Ending:
    """What a span says of *outcome*: nothing that a customer, or a secret, could be known by."""
    match outcome:
        case Delivered():
            # No other status is an acceptance.
            return Ending(200, None)
        case Rejected() | TryAgain():
            return Ending(outcome.status, outcome.reason)
        case Halt():
            return Ending(outcome.status, "halted")
        case None:
            return Ending(None, GIVEN_UP)
