"""The body of a session's request, which passes its gate right before it is written."""

import io

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from bridge.http.exchange import Gate

STREAMED_BYTES = 1 << 20
"""A larger body is written in pieces, so that the event loop gets its turns."""


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
        self._gate.pass_through(stale=_stale(writer))
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
        self._gate.pass_through(stale=_stale(writer))
        await super().write_with_length(writer, content_length)


def payload(body: bytes, gate: Gate) -> aiohttp.Payload:
    """Made here, so that the session does not look for the way to make it each time."""
    return (_LargeBody if len(body) > STREAMED_BYTES else _Body)(body, gate)


def _stale(writer: AbstractStreamWriter) -> bool:
    return bool(getattr(getattr(writer, "protocol", None), "should_close", False))
