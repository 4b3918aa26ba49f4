"""An endpoint, and a server on loopback that hears every byte of it."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Literal

from bridge.config import Config, Credentials, Secret
from bridge.config.kafka import Kafka
from bridge.config.settings import Brand, Omeda, RouteSettings
from bridge.endpoint import HttpEndpoint
from bridge.errors import NoAnswer
from bridge.event import Request
from bridge.model import Answer, Kind, Service
from tests.edges.wire import (
    Step,
    Wire,
    listening,
)

BRAND = "DEMO"
BEHAVIORS, ORDERS = "behaviors", "orders"
BODY = b'{"OmedaCustomerId":1}'
BEHAVIOR = Request(Service(BRAND, Kind.BEHAVIOR), BEHAVIORS, BODY)
ORDER = Request(Service(BRAND, Kind.ORDER), ORDERS, BODY)
SOON = 0.3
"""A time-out that a test waits for."""
client: Literal["session", "direct"] = "session"
"""How requests are made: see `either_client`."""


def configured(
    base_url: str,
    *,
    brand: Brand | None = None,
    seconds: float = 5,
    connect_seconds: float = 5,
    ca_file: str | None = None,
    proxy: str | None = None,
) -> Config:
    return Config(
        kafka=Kafka(bootstrap_servers="nowhere:9092"),
        routes=[
            RouteSettings(topic=BEHAVIORS, kind=Kind.BEHAVIOR, brand=BRAND),
            RouteSettings(topic=ORDERS, kind=Kind.ORDER, brand=BRAND),
        ],
        brands={BRAND: brand or Brand(app_id=Secret("an-app"), input_id=Secret("an-input"))},
        omeda=Omeda(
            base_url=base_url,
            timeout_seconds=seconds,
            connect_timeout_seconds=connect_seconds,
            ca_file=ca_file,
            proxy=proxy,
            client=client,
        ),
    )


def built(config: Config) -> HttpEndpoint:
    routes = config.line
    return HttpEndpoint(config.omeda, routes, Credentials(config))


@asynccontextmanager
async def talking(*steps: Step, seconds: float = 5) -> AsyncIterator[tuple[Wire, HttpEndpoint]]:
    """A server that plays *steps*, and an endpoint that posts to it."""
    async with listening(*steps) as wire:
        config = configured(f"http://{wire.address}/webservices/rest", seconds=seconds)
        async with built(config) as endpoint:
            yield wire, endpoint


@contextmanager
def deaf_address() -> Iterator[str]:
    """An address whose queue of connections is full: it neither accepts nor refuses."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"127.0.0.1:{listener.getsockname()[1]}"


async def answer_to(request: Request, endpoint: HttpEndpoint) -> Answer:
    """Where it is not known, the request is made again: that is safe, another's answer is not."""
    try:
        return await endpoint.post(request)
    except NoAnswer:
        return await endpoint.post(request)
