"""Its paths, and the server that answers on them."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from aiohttp import web

from bridge.admin.feed import Board, Feed
from bridge.admin.page import Page, assembled
from bridge.admin.privacy import kept_private, of_this_origin
from bridge.config.settings import Admin as AdminSettings
from bridge.errors import ConfigError


class Health(Protocol):
    """What the probes ask."""

    def alive(self) -> bool:
        """The event loop and the poll loop beat, whatever Kafka and Omeda do."""

    def ready(self) -> bool:
        """The group was joined and no stop has begun."""


class Admin:
    """A small server of its own, up before Kafka is reached and down last of all.

    *configuration* is what may be shown of it.
    """

    def __init__(
        self,
        settings: AdminSettings,
        health: Health,
        expose: Callable[[str], tuple[bytes, str]],
        board: Board,
        configuration: dict[str, Any],
    ) -> None:
        self._settings = settings
        self._health = health
        self._expose = expose
        self._board = board
        self._configuration = configuration
        self._feed = Feed(board)
        self._page: Page = assembled()
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Listen, and return the port. Raises ConfigError where the port cannot be had."""
        app = web.Application(middlewares=[of_this_origin])
        app.on_response_prepare.append(kept_private)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/events", self._feed.serve),
                web.get("/status.json", self._status),
                web.get("/history.json", self._history),
                web.get("/config.json", self._config),
                web.get("/metrics", self._metrics),
                web.get("/startupz", self._startupz),
                web.get("/livez", self._livez),
                web.get("/readyz", self._readyz),
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
        """Close the port; answers under way get a second, and who only watches gets none."""
        self._feed.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _index(self, _request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": self._page.policy}
        return web.Response(
            body=self._page.body, content_type="text/html", charset="utf-8", headers=headers
        )

    async def _status(self, _request: web.Request) -> web.Response:
        return _json(self._board.report())

    async def _history(self, _request: web.Request) -> web.Response:
        return _json(self._board.history())

    async def _config(self, _request: web.Request) -> web.Response:
        return _json(self._configuration)

    async def _metrics(self, request: web.Request) -> web.Response:
        body, content_type = self._expose(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _startupz(self, _request: web.Request) -> web.Response:
        return _probe(passed=True)

    async def _livez(self, _request: web.Request) -> web.Response:
        return _probe(passed=self._health.alive())

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _probe(passed=self._health.ready())


def _json(content: object) -> web.Response:
    body = msgspec.json.encode(content)
    return web.Response(body=body, content_type="application/json", charset="utf-8")


def _probe(*, passed: bool) -> web.Response:
    return web.Response(status=200 if passed else 503, text="ok\n" if passed else "not now\n")
