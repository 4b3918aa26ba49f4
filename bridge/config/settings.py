"""The settings tree. Each field carries its unit and its reason; a typo is an error.

Durations are in seconds, sizes in bytes. What a single field cannot say (how two of them
relate) is checked where both are in sight, in `__post_init__`.
"""

from difflib import get_close_matches
from typing import Annotated, Literal

from msgspec import Meta, field

from bridge.config.base import Settings
from bridge.config.confirm import Confirm
from bridge.config.delivery import DeadLetters, Delivery, Receipts
from bridge.config.kafka import Kafka
from bridge.config.types import (
    BrandName,
    HttpUrl,
    Port,
    Seconds,
    Text,
    TopicName,
    is_address,
    is_time_zone,
)
from bridge.model import Kind, Route, Service
from bridge.rules import RULES, Strictness
from bridge.secret import Secret

COMMIT_MARGIN_SECONDS = 10
"""What a rebalance leaves, after the drain, for the last commit and for joining again."""


class RouteSettings(Settings, frozen=True):
    """One topic, and the service that its events are for."""

    topic: TopicName
    """The source topic; it is awaited where it does not exist yet."""
    kind: Kind
    """What its records are, and so which service takes them: `behavior` is Assign Behavior, `order`
    Store Customer and Order."""
    brand: BrandName
    """A name under `brands`; it stands in the URL as written."""
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
    """From the environment only; see `app_id_file`."""
    app_id_file: Text | None = None
    """File that holds what Omeda gets as `x-omeda-appid`; read again when it changes."""
    input_id: Secret | None = None
    """From the environment only; see `input_id_file`."""
    input_id_file: Text | None = None
    """File that holds what Omeda gets as `x-omeda-inputid`; read again when it changes."""
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
    """Everything before `/brand/`."""
    timeout_seconds: Seconds = 20
    """One attempt, from the connection to the last byte of the answer."""
    connect_timeout_seconds: Seconds = 5
    """Of one attempt, what the connection may take."""
    ca_file: Text | None = None
    """PEM file of the authorities to trust; the system's own where null."""
    proxy: HttpUrl | None = None
    """URL of an HTTP proxy, by which Omeda is reached."""
    client: Literal["session", "direct"] = "direct"
    """How a request is made: as prepared bytes on aiohttp's connections, or by its session, which
    costs more than twice the CPU time."""

    def __post_init__(self) -> None:
        for name in ("base_url", "proxy"):
            url = getattr(self, name)
            if url is not None and not is_address(url):
                raise ValueError(f"{name}: {url!r} names no host that could be reached")


class Tracing(Settings, frozen=True):
    """Spans of what is delivered, through OpenTelemetry; see docs/tracing.md."""

    enabled: bool = False
    """Needs the extra `otel`. All else is said by OpenTelemetry's own variables of the environment,
    OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_TRACES_SAMPLER above all."""


class Admin(Settings, frozen=True):
    """The port of `/metrics` and the probes."""

    host: Text = "0.0.0.0"  # noqa: S104 - probes and Prometheus come from outside the pod
    """Address to listen on."""
    port: Port = 9464
    """0 takes any free port, which the log names."""


class Log(Settings, frozen=True):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is written."""
    format: Literal["json", "console"] = "json"
    """One JSON object a line, or plain text for people."""


class Config(Settings, frozen=True):
    """The whole configuration of one process."""

    kafka: Kafka
    routes: Annotated[list[RouteSettings], Meta(min_length=1)]
    brands: Annotated[dict[BrandName, Brand], Meta(min_length=1)]
    omeda: Omeda = field(default_factory=Omeda)
    delivery: Delivery = field(default_factory=Delivery)
    dead_letters: DeadLetters = field(default_factory=DeadLetters)
    receipts: Receipts = field(default_factory=Receipts)
    confirm: Confirm = field(default_factory=Confirm)
    tracing: Tracing = field(default_factory=Tracing)
    admin: Admin = field(default_factory=Admin)
    log: Log = field(default_factory=Log)

    def __post_init__(self) -> None:
        self._check_routes()
        self._check_drain()
        self._check_confirm()

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
            if route.topic == self.receipts.topic:
                raise ValueError(f"routes[{index}].topic: {route.topic!r} is receipts.topic")
            seen.add(route.topic)
        if self.receipts.topic == self.dead_letters.topic:
            raise ValueError(f"receipts.topic: {self.receipts.topic!r} is dead_letters.topic")

    def _check_confirm(self) -> None:
        if not self.confirm.enabled:
            return
        if not self.receipts.required:
            raise ValueError(
                "confirm.enabled: needs receipts.required: what is followed is kept there"
            )
        if all(route.kind is not Kind.ORDER for route in self.routes):
            raise ValueError("confirm.enabled: no route carries orders")

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
