"""HTTP out: one request, and the answer or the reason why there is none.

Never retries, never follows a redirect, never logs a body or a header.
"""

import ssl
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from bridge import __version__
from bridge.config import Credentials
from bridge.config.settings import Omeda
from bridge.errors import ConfigError, NotSent, OutcomeUnknown
from bridge.event import Request
from bridge.http.direct import DirectClient
from bridge.http.exchange import Client, Gate, Head, Traced
from bridge.http.session import SessionClient
from bridge.masking import card_data
from bridge.model import Answer, Operation, Route
from bridge.routing import path_of
from bridge.secret import Secret, without

KEEPALIVE_SECONDS = 4.0
"""Below the 5 s of the most impatient common servers: none is used just as it is closed."""

PAID_KEEPALIVE_SECONDS = 1.0
"""For orders that somebody has paid for, to meet fewer unknown outcomes: an idle connection may be
gone without a word, and a request that was written to it cannot be told from an accepted one."""

_JSON = "application/json"

_APP_ID, _INPUT_ID = "x-omeda-appid", "x-omeda-inputid"

USER_AGENT = f"omeda-bridge/{__version__}"


class HttpEndpoint:
    """Connections that are kept alive between requests; those for paid orders but briefly."""

    def __init__(
        self,
        omeda: Omeda,
        routes: list[Route],
        credentials: Credentials,
        *,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self._omeda = omeda
        self._credentials = credentials
        self._routes = routes
        self._may_send = may_send
        """Asked right before a request is written. A process may be frozen at any moment, also
        between the lane's turn and this: so it is asked as late as can be."""
        self._writes: dict[str, Head] = {}
        """By topic: nearly every request is one of these."""
        self._app_headers: dict[str, Mapping[str, str]] = {}
        """By brand, for what needs no input id."""
        self.renew()
        self._client = _client(omeda, keepalive_seconds=KEEPALIVE_SECONDS)
        self._paid_client = _client(omeda, keepalive_seconds=PAID_KEEPALIVE_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def renew(self) -> None:
        """Take up the credentials as they were last read."""
        passes = self._credentials.passes
        self._app_headers = {
            route.service.brand: {
                _APP_ID: passes[route.topic].app_id.reveal(),
                "accept": "application/json",
                # What is compressed without being asked for is still read.
                "accept-encoding": "identity",
                "user-agent": USER_AGENT,
            }
            for route in self._routes
        }
        self._writes = {
            route.topic: Head(
                "POST",
                self._url(path_of(route.service)),
                {
                    **self._app_headers[route.service.brand],
                    _INPUT_ID: passes[route.topic].input_id.reveal(),
                    "content-type": _JSON,
                },
            )
            for route in self._routes
        }

    async def post(self, request: Request) -> Answer:
        """Send once. Returns the answer whatever its status.

        Raises NotSent where no byte left, OutcomeUnknown where the request was sent in
        whole or part and no whole answer came within the time-outs.
        """
        client = self._paid_client if request.paid else self._client
        gate = Gate(self._may_send)
        head = self._head(request)
        if request.trace:
            head = Traced(head, request.trace)
        try:
            reply = await client.exchange(head, request.body, gate)
        except aiohttp.ClientHttpProxyError as error:
            # The proxy's own answer to CONNECT: nothing has reached Omeda.
            if error.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
                return Answer(error.status, b"")
            raise NotSent("no_connection", _sentence(error)) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent("no_connection", _sentence(error)) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _no_answer(error, gate) from error
        return Answer(
            reply.status,
            reply.body,
            reply.headers.get("Retry-After"),
            reply.headers.get("Content-Type"),
            partial(_hide, head.headers, request.body),
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()
        await self._paid_client.close()

    def _head(self, request: Request) -> Head:
        operation = request.operation
        if operation is None:
            return self._writes[request.topic]
        url = self._url(path_of(request.service, operation))
        return Head(operation.method, url, self._headers(request, operation))

    def _headers(self, request: Request, operation: Operation) -> Mapping[str, str]:
        if operation.input_id:
            return self._writes[request.topic].headers
        headers = self._app_headers[request.service.brand]
        return {**headers, "content-type": _JSON} if request.body else headers

    def _url(self, path: str) -> URL:
        # encoded: the literal asterisk must not be escaped on its way.
        return URL(self._omeda.base_url.rstrip("/") + path, encoded=True)


def _client(omeda: Omeda, *, keepalive_seconds: float) -> Client:
    connector = aiohttp.TCPConnector(
        # Slots bound the requests; a second bound here could only make one wait inside
        # its time-out.
        limit=0,
        keepalive_timeout=keepalive_seconds,
        ssl=trust(omeda.ca_file),
    )
    seconds, connect_seconds = omeda.timeout_seconds, omeda.connect_timeout_seconds
    if omeda.client == "session":
        return SessionClient(
            connector, seconds=seconds, connect_seconds=connect_seconds, proxy=omeda.proxy
        )
    return DirectClient(
        connector,
        base_url=omeda.base_url,
        keepalive_seconds=keepalive_seconds,
        seconds=seconds,
        connect_seconds=connect_seconds,
        proxy=omeda.proxy,
    )


def trust(ca_file: str | None) -> ssl.SSLContext | bool:
    """Whom to trust towards Omeda. Raises ConfigError where *ca_file* cannot be used."""
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"omeda.ca_file: cannot use {ca_file}: {error}") from error


def _no_answer(error: Exception, gate: Gate) -> NotSent | OutcomeUnknown:
    if gate.withheld is not None:
        return gate.withheld
    if not gate.passed:
        # Whatever it waited for, or met: not a byte of it was written.
        return NotSent("no_connection", _sentence(error))
    reason = "timeout" if isinstance(error, TimeoutError) else "no_answer"
    return OutcomeUnknown(reason, _sentence(error))


def _hide(sent: Mapping[str, str], body: bytes, text: str) -> str:
    """*text* without what its request said and nobody else may read."""
    ids = (Secret(sent[name]) for name in (_APP_ID, _INPUT_ID) if name in sent)
    return without(text, (*ids, *card_data(body)))


def _sentence(error: Exception) -> str:
    return str(error) or type(error).__name__
