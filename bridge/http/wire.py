"""One connection of aiohttp's, and the one answer that is awaited on it.

Most answers begin as one did that aiohttp's parser has read (`heads`); all others it reads itself.

What must stay true: an answer is taken for the request that was written last, and for no other. So
a byte that comes while nothing is awaited ends the connection, as does one behind a whole answer.
Nor is a request that was given up completed later, behind newer ones: what was not sent is dropped.
"""

import asyncio

from aiohttp import ClientPayloadError, ServerDisconnectedError, SocketTimeoutError, StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import TimerNoop
from aiohttp.http import HttpResponseParser, RawResponseMessage
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpParser
from aiohttp.streams import EMPTY_PAYLOAD

from bridge.http.exchange import Begun, Reply
from bridge.http.heads import Heads

BUFFER_BYTES = 1 << 16
"""Of an answer that nobody has read yet; about twice as much, and reading pauses."""
LINE_BYTES = 8190
"""Of the status line or of one header, as aiohttp itself bounds them."""
HEADERS = 128

_INFORMATION = range(100, 200)
_SWITCHING = 101
_NO_TIMER = TimerNoop()


class Wire(ResponseHandler):
    """Until its first `ask` it is aiohttp's, which may have a proxy to talk to."""

    def __init__(self, loop: asyncio.AbstractEventLoop, heads: Heads) -> None:
        super().__init__(loop)
        self._asked = False
        self._heads = heads
        self._awaited: asyncio.Future[Reply | Begun] | None = None

    @property
    def fit(self) -> bool:
        """Whether a request may be written: it is connected, and nothing came unasked."""
        return (
            self.transport is not None
            and not self._should_close
            # What a server said before anything was asked lies in one of these.
            and not self._buffer
            and not self._tail
            and not self.transport.is_closing()
        )

    @property
    def at_rest(self) -> bool:
        """Whether nothing has begun behind the last answer: not a byte of another one."""
        try:
            # None was needed for an answer that came whole, and alone.
            return self._parser is None or self._parser.feed_eof() is None
        except Exception:  # noqa: BLE001 - whatever it is, it was not the end
            return False

    @property
    def unsent(self) -> bool:
        """Whether some of what was written is still here."""
        transport = self.transport
        return transport is None or transport.get_write_buffer_size() > 0

    def ask(self, data: bytes) -> asyncio.Future[Reply | Begun]:
        """Write a request at once; what comes next is its answer, or one of aiohttp's errors."""
        transport = self.transport
        if transport is None:
            raise ServerDisconnectedError
        if not self._asked:
            self._asked = True
            # Uvloop would collect small writes until its next round.
            transport.set_write_buffer_limits(high=0)
        self._parser = None
        self._payload = None
        self._awaited = awaited = self._loop.create_future()
        transport.write(data)
        return awaited

    def give_up(self) -> None:
        """The answer's time is over, also where it has begun."""
        error = SocketTimeoutError("no answer in time")
        self._should_close = True
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(error)
        elif self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(error)

    def data_received(self, data: bytes) -> None:
        """A part of an answer, most often all of it."""
        if not self._asked:
            super().data_received(data)
        elif not self._is_awaiting():
            if data:
                self._spoil()
        elif self._parser is not None:
            self._take(self._parser, data)
        elif reply := self._heads.whole(data):
            self._answer(reply)
        else:
            self._begin(data)

    def resume_reading(self, resume_parser: bool = True) -> None:  # noqa: FBT001, FBT002 - aiohttp's
        """Asked behind each piece of a body, and seldom anything was paused."""
        if self._reading_paused or not self._asked:
            super().resume_reading(resume_parser)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The other side is gone, which may be the end of an answer."""
        super().connection_lost(exc)
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(self.exception() or ServerDisconnectedError())

    def _is_awaiting(self) -> bool:
        if self._payload is not None:
            return not self._payload.is_eof()
        return self._awaited is not None and not self._awaited.done()

    def _begin(self, data: bytes) -> None:
        # A new one each time: nothing of an earlier answer may be left in it.
        self._parser = HttpResponseParser(
            self,
            self._loop,
            BUFFER_BYTES,
            timer=_NO_TIMER,
            payload_exception=ClientPayloadError,
            read_until_eof=True,
            max_line_size=LINE_BYTES,
            max_field_size=LINE_BYTES,
            max_headers=HEADERS,
        )
        answer = self._take(self._parser, data)
        if answer is not None and answer.stream.is_eof():
            self._heads.learn(data, answer)

    def _take(self, parser: HttpParser[RawResponseMessage], data: bytes) -> Begun | None:
        """The answer whose head ends in *data*."""
        try:
            messages, upgraded, rest = parser.feed_data(data)
        except Exception as error:  # noqa: BLE001 - whatever it is, of the answer nothing is known
            self._fail(error)
            return None
        if upgraded or rest:
            self._should_close = True
        begun = None
        for message, body in messages:
            if self._payload is not None:
                # A second answer, or what announces one.
                self._should_close = True
                return None
            if message.code in _INFORMATION and message.code != _SWITCHING:
                continue
            begun = self._open(message, body)
        return begun

    def _open(self, message: RawResponseMessage, body: StreamReader) -> Begun:
        self._payload = body
        # Of an answer of ours a parser that takes it for empty has not understood the length.
        if message.should_close or body is EMPTY_PAYLOAD:
            self._should_close = True
        plain = not message.compression and not self._should_close
        begun = Begun(message.code, message.headers, body, plain=plain)
        self._answer(begun)
        return begun

    def _answer(self, found: Reply | Begun) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(found)

    def _fail(self, error: Exception) -> None:
        self._spoil()
        if not isinstance(error, HttpProcessingError):
            error = HttpProcessingError(message=type(error).__name__)
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(error)
        elif self._payload is not None:
            self._payload.set_exception(error)

    def _spoil(self) -> None:
        self._should_close = True
        if self.transport is not None:
            self.transport.close()
