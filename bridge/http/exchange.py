"""What a request is before its body, what comes back, and what is asked in between."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn, Protocol

import aiohttp
from yarl import URL

from bridge.errors import ConfigError, NotSent, OutcomeUnknown
from bridge.model import NOT_A_MEMBER

ANSWER_BYTES = 1 << 20
"""No answer of Omeda's is near this size; more is not read."""

EARLY = "the server has answered before it was asked"

_UNFIT = re.compile(r"[^\x20-\x7e]")


class Head:
    """Method, address and headers of a request: the same for every one to a service's topic.

    Raises ConfigError where one of them could not travel in a line of its own: it could say
    something else than was meant.
    """

    __slots__ = ("_lines", "headers", "method", "url")

    def __init__(self, method: str, url: URL, headers: Mapping[str, str]) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self._lines = b""
        for name, text in {"path": url.raw_path_qs, **headers}.items():
            if _UNFIT.search(text):
                raise ConfigError(f"{name} of a request to Omeda would hold control characters")

    def __repr__(self) -> str:
        # Not the headers: they hold credentials.
        return f"<Head {self.method} {self.url}>"

    def lines(self, target: Callable[[URL], str], more: str) -> bytes:
        """All that stands before the body's length, made once; *target* is for its first line."""
        if not self._lines:
            first = f"{self.method} {target(self.url)} HTTP/1.1\r\n"
            host = f"Host: {self.url.host_port_subcomponent}\r\n"
            named = "".join(f"{name}: {text}\r\n" for name, text in self.headers.items())
            self._lines = f"{first}{host}{named}{more}".encode("ascii")
        return self._lines


class Traced(Head):
    """A head, and with it the context of one request's trace.

    Left out is what could not travel in a line of its own: some of it is a producer's.
    """

    __slots__ = ("_head", "_more")

    def __init__(self, head: Head, context: Iterable[tuple[str, str]]) -> None:
        fit = {name: text for name, text in context if not _UNFIT.search(text)}
        self.method = head.method
        self.url = head.url
        self.headers = {**head.headers, **fit}
        self._head = head
        self._more = "".join(f"{name}: {text}\r\n" for name, text in fit.items())

    def lines(self, target: Callable[[URL], str], more: str) -> bytes:
        """See `Head`."""
        return self._head.lines(target, more) + self._more.encode("ascii")


class Reply:
    """What came back, whole."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Begun:
    """An answer whose head is here, and of its body as much as came."""

    __slots__ = ("headers", "plain", "status", "stream")

    def __init__(
        self, status: int, headers: Mapping[str, str], stream: aiohttp.StreamReader, *, plain: bool
    ) -> None:
        self.status = status
        self.headers = headers
        self.stream = stream
        self.plain = plain
        """Whether its body is as it was sent, and the connection goes on behind it."""


class Gate:
    """Asked right before a request is written, whether it still may be.

    Head and body are written together: where they may not be, no byte has left.
    """

    def __init__(self, may_send: Callable[[], bool]) -> None:
        self._may_send = may_send
        self.withheld: NotSent | None = None
        """Why it was not written."""
        self.passed = False
        """Whether it was, or is just being, written."""

    def pass_through(self, *, stale: bool) -> None:
        """*stale* is a connection on which something came unasked. Raises NotSent."""
        if not self._may_send():
            self._withhold(NOT_A_MEMBER, "the partitions may be another's by now")
        # aiohttp asks that when it puts a connection away, and not when it takes it out
        # again: what a server has said meanwhile would be taken for the answer.
        if self.withheld is not None or stale:
            self._withhold("no_connection", EARLY)
        self.passed = True

    def answered(self) -> None:
        """An answer came. Raises NotSent where that was before anything was written."""
        if not self.passed:
            self._withhold("no_connection", EARLY)

    def _withhold(self, reason: str, why: str) -> NoReturn:
        self.withheld = self.withheld or NotSent(reason, why)
        raise self.withheld


class Client(Protocol):
    """One of the ways to make a request."""

    async def exchange(self, head: Head, body: bytes, gate: Gate) -> Reply:
        """Send once, bounded in time.

        Raises NotSent, OutcomeUnknown, TimeoutError, OSError, or one of aiohttp's errors;
        whatever it is, the connection is not used again then.
        """

    async def close(self) -> None:
        """Close every connection."""


def taken(stream: aiohttp.StreamReader) -> bytes:
    """All of *stream*, which has come to its end. Raises OutcomeUnknown as `whole` does."""
    return _bounded(stream.read_nowait())


async def whole(stream: aiohttp.StreamReader) -> bytes:
    """All that *stream* brings. Raises OutcomeUnknown where that is more than `ANSWER_BYTES`."""
    # Nearly every answer is there by now, in one piece.
    if stream.is_eof():
        return taken(stream)
    body = b""
    while not stream.at_eof() and len(body) <= ANSWER_BYTES:
        body += await stream.read(ANSWER_BYTES)
    return _bounded(body)


def _bounded(body: bytes) -> bytes:
    if len(body) > ANSWER_BYTES:
        raise OutcomeUnknown("no_answer", f"the answer is longer than {ANSWER_BYTES} bytes")
    return body
