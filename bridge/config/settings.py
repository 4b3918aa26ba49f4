"""The settings tree. Each field carries its unit and its reason; a typo is an error.

Durations are in seconds, sizes in bytes. What a single field cannot say (how two of them
relate) is checked where both are in sight, in `__post_init__`.
"""

from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from bridge.config.types import (
    BrandName,
    Bytes,
    Count,
    HttpUrl,
    Port,
    Seconds,
    Text,
    TopicName,
    is_address,
    is_server,
    is_time_zone,
)
from bridge.model import Kind, Route, Service
from bridge.rules import RULES, Strictness
from bridge.secret import Secret

COMMIT_MARGIN_SECONDS = 10
"""What a rebalance leaves, after the drain, for the last commit and for joining again."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The base of every node of the tree."""


class StartFrom(StrEnum):
    """Where a partition starts for which the group has no offset."""

    EARLIEST = "earliest"
    LATEST = "latest"
    FAIL = "fail"


class Security(Settings, frozen=True):
    """How the bridge proves itself to Kafka."""

    protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    ca_file: Text | None = None
    """PEM file of the authorities to trust; the system's own where null."""
    certificate_file: Text | None = None
    key_file: Text | None = None
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    username: Text | None = None
    password: Secret | None = None
    """From the environment only; see `password_file`."""
    password_file: Text | None = None

    def __post_init__(self) -> None:
        sasl = self.protocol.startswith("SASL")
        if sasl and not (self.sasl_mechanism and self.username):
            raise ValueError(f"{self.protocol} needs sasl_mechanism and username")
        if sasl and not (self.password or self.password_file):
            raise ValueError(f"{self.protocol} needs password_file")
        if bool(self.certificate_file) != bool(self.key_file):
            raise ValueError("certificate_file and key_file belong together")


class Kafka(Settings, frozen=True):
    """Where the events come from."""

    bootstrap_servers: Text
    """`host:port`, several separated by commas."""
    group_id: Text = "omeda-bridge"
    group_instance_id: Text | None = None
    """Static membership: unique for each process, and the same after its restart."""
    start_from: StartFrom = StartFrom.EARLIEST
    """Only where the group has no offset. `fail` ends with exit status 2."""
    session_timeout_seconds: Annotated[float, Meta(ge=6, le=1800)] = 45
    """Kafka gives a silent member's partitions away after this long."""
    rebalance_timeout_seconds: Annotated[float, Meta(ge=11, le=1800)] = 40
    """How long the group waits for a member that still drains."""
    start_timeout_seconds: Seconds = 300
    """Kafka unreachable at start: tried again until then, then exit status 1."""
    isolation_level: Literal["read_committed", "read_uncommitted"] = "read_committed"
    security: Security = field(default_factory=Security)

    def __post_init__(self) -> None:
        for server in self.bootstrap_servers.split(","):
            if not is_server(server.strip()):
                raise ValueError(f"bootstrap_servers: {server!r} is not host:port")

    @property
    def heartbeat_seconds(self) -> float:
        """Three heartbeats fit into a session, so that one lost one costs nothing."""
        return min(3.0, self.session_timeout_seconds / 3)


class RouteSettings(Settings, frozen=True):
    """One topic, and the service that its events are for."""

    topic: TopicName
    kind: Kind
    brand: BrandName
    input_id_file: Text | None = None
    """Instead of the brand's."""
    unknown_fields: Literal["forward", "reject"] = "forward"
    """Members that Omeda's pages do not name. Some of those are in use, hence the default."""
    order_date: Literal["leave", "record_timestamp"] = "leave"
    """A missing `OrderDate`, which Omeda would set to the day of arrival: filled or left."""
    rules: dict[str, Strictness | bool] = field(default_factory=dict)
    """Strictness of single rules by name; docs/events.md lists them. YAML reads a bare `off` as
    false, which is taken for what was meant."""

    def __post_init__(self) -> None:
        for name, strictness in self.rules.items():
            if name not in RULES:
                near = get_close_matches(name, RULES, n=1)
                hint = f"did you mean {near[0]!r}?" if near else "docs/events.md lists them"
                raise ValueError(f"rules: there is no rule {name!r}: {hint}")
            if strictness is True:
                raise ValueError(f"rules: {name} is reject, warn or off")

    def route(self, time_zone: str) -> Route:
        """This route as the line knows it; *time_zone* is its brand's."""
        return Route(
            self.topic,
            Service(self.brand, self.kind),
            time_zone=time_zone,
            unknown_fields=self.unknown_fields,
            order_date=self.order_date,
            rules=tuple(sorted((name, str(each or "off")) for name, each in self.rules.items())),
        )


class Brand(Settings, frozen=True):
    """Omeda's credentials for one brand; each from a file, or from the environment."""

    app_id: Secret | None = None
    app_id_file: Text | None = None
    input_id: Secret | None = None
    input_id_file: Text | None = None
    time_zone: Text = "America/Chicago"
    """How dates of producers that name their zone are written for Omeda, which names none."""

    def __post_init__(self) -> None:
        if not is_time_zone(self.time_zone):
            raise ValueError(f"time_zone: {self.time_zone!r} is not a zone such as Europe/Berlin")
        if not (self.app_id or self.app_id_file):
            raise ValueError("needs app_id_file, or BRIDGE__BRANDS__<NAME>__APP_ID")
        if not (self.input_id or self.input_id_file):
            raise ValueError("needs input_id_file, or BRIDGE__BRANDS__<NAME>__INPUT_ID")


class Omeda(Settings, frozen=True):
    """Where the events go."""

    base_url: HttpUrl = "https://ows.omeda.com/webservices/rest"
    timeout_seconds: Seconds = 20
    """One attempt, from the connection to the last byte of the answer."""
    connect_timeout_seconds: Seconds = 5
    ca_file: Text | None = None
    """PEM file of the authorities to trust; the system's own where null."""
    proxy: HttpUrl | None = None

    def __post_init__(self) -> None:
        for name in ("base_url", "proxy"):
            url = getattr(self, name)
            if url is not None and not is_address(url):
                raise ValueError(f"{name}: {url!r} names no host that could be reached")


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

    def __post_init__(self) -> None:
        if self.open_seconds > self.max_open_seconds:
            raise ValueError("open_seconds must not exceed max_open_seconds")


Unknown = Literal["resend", "dead_letter"]


class UnknownOutcome(Settings, frozen=True):
    """What follows a request that was sent and not answered: twice at Omeda, or perhaps never."""

    behavior: Unknown = "resend"
    order: Unknown = "resend"
    paid_order: Unknown = "resend"
    """An order with BillingInformation, or an AmountPaid above zero."""


class Delivery(Settings, frozen=True):
    """How much is done at once, and how long it may take."""

    concurrency: Annotated[int, Meta(ge=1, le=4096)] = 32
    """Requests in flight at most. Omeda publishes no limit: keep it modest."""
    coalesce: Literal[False] = False
    """Whether a customer's waiting behaviors leave in one request."""
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
    """Each resumes at or below its share of this; the gap keeps it from flapping."""
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
    ratio: Annotated[float, Meta(gt=0, le=1)] = 0.5
    """Of the last `window` records that ended, once there were so many."""
    window: Count = 1000


class DeadLetters(Settings, frozen=True):
    """Where records go that can never be delivered."""

    topic: TopicName = "omeda.dead-letters"
    limit: LetterLimit = field(default_factory=LetterLimit)


class Admin(Settings, frozen=True):
    """The port of `/metrics` and the probes."""

    host: Text = "0.0.0.0"  # noqa: S104 - probes and Prometheus come from outside the pod
    port: Port = 9464
    """0 takes any free port, which the log names."""


class Log(Settings, frozen=True):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"


class Config(Settings, frozen=True):
    """The whole configuration of one process."""

    kafka: Kafka
    routes: Annotated[list[RouteSettings], Meta(min_length=1)]
    brands: Annotated[dict[BrandName, Brand], Meta(min_length=1)]
    omeda: Omeda = field(default_factory=Omeda)
    delivery: Delivery = field(default_factory=Delivery)
    dead_letters: DeadLetters = field(default_factory=DeadLetters)
    admin: Admin = field(default_factory=Admin)
    log: Log = field(default_factory=Log)

    def __post_init__(self) -> None:
        self._check_routes()
        self._check_drain()

    @property
    def line(self) -> list[Route]:
        """Every route as the line knows it."""
        return [route.route(self.brands[route.brand].time_zone) for route in self.routes]

    def _check_routes(self) -> None:
        seen: set[str] = set()
        for index, route in enumerate(self.routes):
            if route.brand not in self.brands:
                raise ValueError(f"routes[{index}].brand: {route.brand!r} is not under brands")
            if route.topic in seen:
                raise ValueError(f"routes[{index}].topic: {route.topic!r} has a route already")
            if route.topic == self.dead_letters.topic:
                raise ValueError(f"routes[{index}].topic: {route.topic!r} is dead_letters.topic")
            seen.add(route.topic)

    def _check_drain(self) -> None:
        timeout, drain = self.omeda.timeout_seconds, self.delivery.drain_seconds
        if timeout > drain:
            raise ValueError(
                f"delivery.drain_seconds ({drain:g}) must be at least"
                f" omeda.timeout_seconds ({timeout:g}), or requests under way are cut off"
            )
        latest = self.kafka.rebalance_timeout_seconds - COMMIT_MARGIN_SECONDS
        if drain > latest:
            raise ValueError(
                f"delivery.drain_seconds ({drain:g}) must be at most"
                f" kafka.rebalance_timeout_seconds - {COMMIT_MARGIN_SECONDS} ({latest:g}),"
                " or the group goes on before the last commit"
            )
