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
from bridge.masking import card_data
from bridge.model import Answer, Operation, Request, Route, Service
from bridge.payload import Gate, payload
from bridge.routing import path_of
from bridge.secret import Secret, without

ANSWER_BYTES = 1 << 20
"""No answer of Omeda's is near this size; more is not read."""

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
        self._urls = {route.service: _url(omeda.base_url, route.service) for route in routes}
        self._routes = routes
        self._may_send = may_send
        """Asked right before a body is written. A process may be frozen at any moment, also
        between the lane's turn and this: so it is asked as late as can be."""
        self._headers: dict[str, Mapping[str, str]] = {}
        """By topic, for the writes."""
        self._app_headers: dict[str, Mapping[str, str]] = {}
        """By brand, for what needs no input id."""
        self.renew()
        self._session = _session(omeda, keepalive_seconds=KEEPALIVE_SECONDS)
        self._paid_session = _session(omeda, keepalive_seconds=PAID_KEEPALIVE_SECONDS)

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
        self._headers = {
            route.topic: {
                **self._app_headers[route.service.brand],
                _INPUT_ID: passes[route.topic].input_id.reveal(),
                "content-type": _JSON,
            }
            for route in self._routes
        }

    async def post(self, request: Request) -> Answer:
        """Send once. Returns the answer whatever its status.

        Raises NotSent where no byte left, OutcomeUnknown where the request was sent in
        whole or part and no whole answer came within the time-outs.
        """
        session = self._paid_session if request.paid else self._session
        gate = Gate(self._may_send)
        sent = self._headers_of(request)
        try:
            response = await session.request(
                *self._address(request),
                data=payload(request.body, gate) if request.body else None,
                headers=sent,
                proxy=self._omeda.proxy,
                allow_redirects=False,
            )
            body = await _whole(response, gate if request.body else None)
            headers = response.headers
            return Answer(
                response.status,
                body,
                headers.get("Retry-After"),
                headers.get("Content-Type"),
                partial(_hide, sent, request.body),
            )
        except aiohttp.ClientHttpProxyError as error:
            # The proxy's own answer to CONNECT: nothing has reached Omeda.
            if error.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
                return Answer(error.status, b"")
            raise NotSent("no_connection", _sentence(error)) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent("no_connection", _sentence(error)) from error
        except TimeoutError as error:
            raise OutcomeUnknown("timeout", _sentence(error)) from error
        except (aiohttp.ClientError, OSError) as error:
            if gate.withheld is not None:
                raise gate.withheld from error
            raise OutcomeUnknown("no_answer", _sentence(error)) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        await self._paid_session.close()

    def _address(self, request: Request) -> tuple[str, URL]:
        # The writes' are prepared: nearly every request is one.
        if request.operation is None:
            return "POST", self._urls[request.service]
        operation = request.operation
        return operation.method, _url(self._omeda.base_url, request.service, operation)

    def _headers_of(self, request: Request) -> Mapping[str, str]:
        if request.operation is None or request.operation.input_id:
            return self._headers[request.topic]
        headers = self._app_headers[request.service.brand]
        return {**headers, "content-type": _JSON} if request.body else headers


def _session(omeda: Omeda, *, keepalive_seconds: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            # Slots bound the requests; a second bound here could only make one wait inside
            # its time-out.
            limit=0,
            keepalive_timeout=keepalive_seconds,
            ssl=trust(omeda.ca_file),
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=omeda.timeout_seconds, connect=omeda.connect_timeout_seconds
        ),
    )


async def _whole(response: aiohttp.ClientResponse, gate: Gate | None) -> bytes:
    """The body, up to `ANSWER_BYTES`; an answer that is longer counts as none.

    The connection goes back to the pool with the last byte of the answer, and never with
    fewer: whatever else ends this closes it.
    """
    try:
        if gate is not None:
            gate.answered()
        body = await response.content.read(ANSWER_BYTES)
        while not response.content.at_eof() and len(body) <= ANSWER_BYTES:
            body += await response.content.read(ANSWER_BYTES)
    except BaseException:
        response.close()
        raise
    if len(body) > ANSWER_BYTES:
        response.close()
        raise OutcomeUnknown("no_answer", f"the answer is longer than {ANSWER_BYTES} bytes")
    return body


def _url(base_url: str, service: Service, operation: Operation | None = None) -> URL:
    # encoded: the literal asterisk must not be escaped on its way.
    return URL(base_url.rstrip("/") + path_of(service, operation), encoded=True)


def trust(ca_file: str | None) -> ssl.SSLContext | bool:
    """Whom to trust towards Omeda. Raises ConfigError where *ca_file* cannot be used."""
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"omeda.ca_file: cannot use {ca_file}: {error}") from error


def _hide(sent: Mapping[str, str], body: bytes, text: str) -> str:
    """*text* without what its request said and nobody else may read."""
    ids = (Secret(sent[name]) for name in (_APP_ID, _INPUT_ID) if name in sent)
    return without(text, (*ids, *card_data(body)))


def _sentence(error: Exception) -> str:
    return str(error) or type(error).__name__
