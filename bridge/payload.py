"""The body of a request: what is asked at the last moment before it is written, and how it is."""

import io
from collections.abc import Callable
from typing import NoReturn

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from bridge.errors import NotSent
from bridge.model import NOT_A_MEMBER

STREAMED_BYTES = 1 << 20
"""A larger body is written in pieces, so that the event loop gets its turns."""

EARLY = "the server has answered before it was asked"


class Gate:
    """Asked right before a body is written, whether it still may be.

    The session writes headers and body together: where it may not, no byte has left.
    """

    def __init__(self, may_send: Callable[[], bool]) -> None:
        self._may_send = may_send
        self.withheld: NotSent | None = None
        """Why it was not written."""
        self._passed = False

    def pass_through(self, writer: AbstractStreamWriter) -> None:
        """Raises NotSent."""
        if not self._may_send():
            self._withhold(NOT_A_MEMBER, "the partitions may be another's by now")
        # The session asks that when it puts a connection away, and not when it takes it out
        # again: what a server has said meanwhile would be taken for the answer.
        protocol = getattr(writer, "protocol", None)
        if self.withheld is not None or getattr(protocol, "should_close", False):
            self._withhold("no_connection", EARLY)
        self._passed = True

    def answered(self) -> None:
        """An answer came. Raises NotSent where that was before anything was written."""
        if not self._passed:
            self._withhold("no_connection", EARLY)

    def _withhold(self, reason: str, why: str) -> NoReturn:
        self.withheld = self.withheld or NotSent(reason, why)
        raise self.withheld


class _Body(aiohttp.BytesPayload):
    def __init__(self, body: bytes, gate: Gate) -> None:
        super().__init__(body)
        self._gate = gate

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Called by the session, as the last thing before the socket."""
        transport = writer.transport
        if transport is not None:
            # Written at once: uvloop would collect small writes until its next round.
            transport.set_write_buffer_limits(high=0)
        self._gate.pass_through(writer)
        await super().write_with_length(writer, content_length)


class _LargeBody(aiohttp.payload.BytesIOPayload):
    """Goes in pieces, so that the event loop gets its turns."""

    def __init__(self, body: bytes, gate: Gate) -> None:
        super().__init__(io.BytesIO(body))
        self._gate = gate

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Called by the session, as the last thing before the socket."""
        self._gate.pass_through(writer)
        await super().write_with_length(writer, content_length)


def payload(body: bytes, gate: Gate) -> aiohttp.Payload:
    """Made here, so that the session does not look for the way to make it each time."""
    return (_LargeBody if len(body) > STREAMED_BYTES else _Body)(body, gate)
