"""The values that travel through the bridge. Frozen, so that no module can change another's."""

import enum
from collections.abc import Callable
from typing import Literal, NamedTuple

from msgspec import Struct

from bridge.contexts import SpanId

Reason = Literal[
    "empty",
    "not_json",
    "wrong_type",
    "rule",
    "refused",
    "merged",
    "exhausted",
    "unknown_outcome",
    "forbidden",
]
"""Why a record ended in the dead-letter topic: the header `bridge.reason`."""

Stage = Literal["decode", "check", "deliver"]
"""Where it ended: the header `__connect.errors.stage`."""


class Kind(enum.StrEnum):
    """What a topic carries, and so which of Omeda's two write services takes it."""

    BEHAVIOR = "behavior"
    ORDER = "order"

    # Looked up several times for each event; an enum's own hash is computed in Python.
    __hash__ = str.__hash__


class Service(NamedTuple):
    """One brand's Assign Behavior, or one brand's Store Customer and Order."""

    brand: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.brand}/{self.kind}"


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.number}"


class LaneKey(NamedTuple):
    """Whose records keep their order: a brand's customer."""

    brand: str
    customer: str


class Route(Struct, frozen=True):
    """Where the records of one topic go."""

    topic: str
    service: Service
    time_zone: str = "America/Chicago"
    """How the dates of this brand's producers are written for Omeda."""
    unknown_fields: Literal["forward", "reject"] = "forward"
    order_date: Literal["leave", "record_timestamp"] = "leave"
    rules: tuple[tuple[str, str], ...] = ()
    """Names of rules, each with a strictness that is not its default."""


class Warned(NamedTuple):
    """A rule that was broken and only warns, and the sentence that says where."""

    rule: str
    sentence: str


class Rejected(Struct, frozen=True):
    """The record can never be delivered and belongs into the dead-letter topic."""

    reason: Reason
    stage: Stage
    error: str
    """Class of the fault, as Kafka Connect's `__connect.errors.exception.class.name` has it."""
    message: str
    status: int | None = None
    submission_id: str | None = None
    rules: tuple[str, ...] = ()
    """The rules that were broken."""
    errors: tuple[str, ...] = ()
    """Bounded names of what Omeda complained of: see `refusals`."""
    merged_into: int | None = None
    """The customer to use instead, where the reason is `merged` and Omeda names one."""


class Unreadable(Struct, frozen=True):
    """A record that could not be read, and the lane in which it keeps its place."""

    lane: LaneKey
    rejected: Rejected


class Operation(Struct, frozen=True):
    """One of the things that Omeda does for whoever asks, below the path of a brand."""

    method: Literal["GET", "POST"]
    path: str
    source: str
    """The page of Omeda's knowledge base that describes it."""
    input_id: bool = True
    """Whether it wants the input id beside the app id."""


class Answer(Struct, frozen=True):
    """What came back: the status, the whole body, and two headers where present."""

    status: int
    body: bytes
    retry_after: str | None = None
    content_type: str | None = None
    hide: Callable[[str], str] = str
    """Takes out of a text of the answer what its request has shown to Omeda alone."""


class Delivered(Struct, frozen=True):
    """Omeda accepted the request. *submission_id* is its support reference, where given."""

    submission_id: str | None = None
    transaction_id: int | None = None
    """An order's, by which its way through Omeda's queue can be followed."""
    customer_id: int | None = None
    span: SpanId | None = None
    """Where the attempt is recorded for those who follow its trace."""


NOT_A_MEMBER = "not_a_member"
"""Why a request was not sent where the group may count this process out by now."""


class TryAgain(Struct, frozen=True):
    """This attempt failed in a way that a later one may not. *reason* is a bounded word."""

    reason: str
    retry_after: str | None = None
    status: int | None = None
    unknown: bool = False
    """Sent in whole or part, and Omeda may have taken it."""
    at_last: Rejected | None = None
    """What becomes of the record where its patience ends; None where that has no bound."""


class Halt(Struct, frozen=True):
    """Omeda refuses the service as a whole: no request of it can succeed until it is mended."""

    status: int
    message: str


Verdict = Delivered | Rejected | TryAgain | Halt


class Commit(NamedTuple):
    """What is committed for a partition: the next offset to read, and the completion map above."""

    offset: int
    metadata: str = ""
    cut: bool = False
    """The completion map did not fit and was left out: a crash repeats what is above."""
