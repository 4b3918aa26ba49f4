"""The admin port: metrics for Prometheus, probes for Kubernetes, a status for people."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from aiohttp import web

from bridge import __version__
from bridge.config.settings import Admin as AdminSettings
from bridge.errors import ConfigError
from bridge.status import Status

INDEX = f"""omeda-bridge {__version__}

/status.json   what it is doing now
/metrics       for Prometheus
/startupz /livez /readyz
"""


class Health(Protocol):
    """What the probes ask."""

    def alive(self) -> bool:
        """The event loop and the poll loop beat, whatever Kafka and Omeda do."""

    def ready(self) -> bool:
        """The group was joined and no stop has begun."""

    def status(self) -> Status:
        """What is going on now."""


class Admin:
    """A small server of its own, up before Kafka is reached and down last of all."""

    def __init__(
        self,
        settings: AdminSettings,
        health: Health,
        expose: Callable[[str], tuple[bytes, str]],
    ) -> None:
        self._settings = settings
        self._health = health
        self._expose = expose
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Listen, and return the port. Raises ConfigError where the port cannot be had."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/metrics", self._metrics),
                web.get("/startupz", self._startupz),
                web.get("/livez", self._livez),
                web.get("/readyz", self._readyz),
                web.get("/status.json", self._status),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        host, port = self._settings.host, self._settings.port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError(
                f"admin.port: cannot listen on {host}:{port}: {error.strerror}"
            ) from error
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Close the port; answers under way get a second."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _index(self, _request: web.Request) -> web.Response:
        return web.Response(text=INDEX)

    async def _metrics(self, request: web.Request) -> web.Response:
        body, content_type = self._expose(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _startupz(self, _request: web.Request) -> web.Response:
        return _probe(passed=True)

    async def _livez(self, _request: web.Request) -> web.Response:
        return _probe(passed=self._health.alive())

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _probe(passed=self._health.ready())

    async def _status(self, _request: web.Request) -> web.Response:
        status: dict[str, Any] = msgspec.to_builtins(self._health.status())
        return web.json_response(status)


def _probe(*, passed: bool) -> web.Response:
    return web.Response(status=200 if passed else 503, text="ok\n" if passed else "not now\n")
