"""The settings of delivery: how much at once, how long, and what follows a failure."""

from typing import Annotated, Literal

from msgspec import Meta, field

from bridge.config.base import Settings
from bridge.config.types import Bytes, Count, Seconds, TopicName


class Retry(Settings, frozen=True):
    """Exponential back-off with full jitter."""

    initial_seconds: Seconds = 0.5
    """Ceiling of the first wait; each further failure doubles it."""
    max_seconds: Seconds = 60
    """Ceiling of every wait, also of what a `Retry-After` asks for."""
    attempts: Count = 8
    """Failed attempts after which a record is given up. One counts only if the service was well
    since the one before: an outage uses none up."""

    def __post_init__(self) -> None:
        if self.initial_seconds > self.max_seconds:
            raise ValueError("initial_seconds must not exceed max_seconds")


class Breaker(Settings, frozen=True):
    """When a service that fails is given a rest."""

    failures: Count = 10
    """In a row, over distinct lanes; a 500 counts double."""
    open_seconds: Seconds = 1
    """Rest before the first probe; doubles with each that fails."""
    max_open_seconds: Seconds = 15
    """Ceiling of the rest between probes."""

    def __post_init__(self) -> None:
        if self.open_seconds > self.max_open_seconds:
            raise ValueError("open_seconds must not exceed max_open_seconds")


Unknown = Literal["resend", "dead_letter"]


class UnknownOutcome(Settings, frozen=True):
    """What follows a request that was sent and not answered: twice at Omeda, or perhaps never."""

    behavior: Unknown = "resend"
    """Of behaviors."""
    order: Unknown = "resend"
    """Of orders that nobody has paid for."""
    paid_order: Unknown = "resend"
    """An order with BillingInformation, or an AmountPaid above zero."""


class Bulk(Settings, frozen=True):
    """Several customers' behaviors in one request, of which Omeda saves all or none."""

    enabled: bool = False
    """Whether behaviors of several customers that are due leave together, through Omeda's Assign
    Behavior Bulk."""
    max_customers: Annotated[int, Meta(ge=2, le=1000)] = 100
    """Omeda publishes no limit. Fewer for a while after each refusal."""


class Delivery(Settings, frozen=True):
    """How much is done at once, and how long it may take."""

    concurrency: Annotated[int, Meta(ge=1, le=4096)] = 32
    """Requests in flight at most. Omeda publishes no limit: keep it modest."""
    coalesce: bool = True
    """Whether a customer's waiting behaviors leave in one request."""
    max_behaviors_per_request: Annotated[int, Meta(ge=1, le=1000)] = 50
    """Of a request that several records have joined. Omeda publishes no limit."""
    bulk: Bulk = field(default_factory=Bulk)
    requests_per_second: Annotated[float, Meta(gt=0, le=100_000)] | None = None
    """Of each brand, in this process, repetitions included."""
    retry: Retry = field(default_factory=Retry)
    breaker: Breaker = field(default_factory=Breaker)
    probe_seconds: Seconds = 15
    """How often a halted service is tried with one real record."""
    unknown_outcome: UnknownOutcome = field(default_factory=UnknownOutcome)
    follow_merges: bool = False
    """Whether an event of a merged customer is sent again for the one who survives."""
    pending_seconds: Seconds = 1800
    """How long a customer that is pending deactivation is waited for."""
    backlog_high: Count = 4000
    """Records in hand, shared out over the assigned partitions: each pauses above its share."""
    backlog_low: Count = 2000
    """Each resumes when no more than its share of this waits; the gap keeps it from flapping."""
    backlog_bytes: Bytes = 64 * 1024 * 1024
    """Payload in hand, shared out the same way; one record always fits."""
    drain_seconds: Seconds = 25
    """What requests under way get before a rebalance or a stop goes on without them."""

    def __post_init__(self) -> None:
        if self.backlog_low > self.backlog_high:
            raise ValueError("backlog_low must not exceed backlog_high")


class LetterLimit(Settings, frozen=True):
    """How many dead letters of a service are believable. Past it, the service is halted."""

    consecutive: Count = 200
    """In a row."""
    ratio: Annotated[float, Meta(gt=0, le=1)] = 0.5
    """Of the last `window` records that ended, once there were so many."""
    window: Count = 1000
    """How many of the last records `ratio` is of."""


class Receipts(Settings, frozen=True):
    """One small record for each that ended: where it stood, how it ended, Omeda's ids."""

    topic: TopicName | None = None
    """Where they go, by customer; none are written where it is null."""
    required: bool = False
    """Whether a record is settled only once its receipt is acknowledged. Otherwise receipts are
    written as well as can be, and those that are lost are counted."""

    def __post_init__(self) -> None:
        if self.required and self.topic is None:
            raise ValueError("required: needs receipts.topic")


class DeadLetters(Settings, frozen=True):
    """Where records go that can never be delivered."""

    topic: TopicName = "omeda.dead-letters"
    """Where dead letters are written, partitioned by the key of the record."""
    limit: LetterLimit = field(default_factory=LetterLimit)
