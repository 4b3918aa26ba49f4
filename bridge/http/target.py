"""Which server is meant, as aiohttp's connector wants to be told."""

import asyncio
from functools import cached_property

from aiohttp.client_reqrep import ClientRequest, ConnectionKey
from yarl import URL


class Target(ClientRequest):
    """Names server, TLS and proxy to the connector; itself it is never sent."""

    def __init__(self, base: URL, proxy: URL | None) -> None:
        super().__init__("POST", base, loop=asyncio.get_running_loop(), proxy=proxy)

    @cached_property
    def connection_key(self) -> ConnectionKey:
        """Looked up for each connection, and always the same."""
        return super().connection_key
