"""Connections that are open and idle. The last one used is the first one used again.

A connection stays with the client that opened it: to hand it back to aiohttp's pool, and to ask for
it again, would cost as much as the request that it then carries.
"""

import asyncio

from aiohttp.connector import Connection


class Kept:
    """Closes what was idle for *seconds*: the server may be about to do the same."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._idle: list[tuple[Connection, float]] = []
        """Each with the time since when it has carried nothing, the oldest first."""
        self._timer: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<Kept: {len(self._idle)} idle connections>"

    def put(self, connection: Connection) -> None:
        """Keep *connection*, behind a whole answer."""
        self._idle.append((connection, self._loop.time()))
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._sweep)

    def take(self) -> Connection | None:
        """One that is still connected; None where there is none."""
        oldest = self._loop.time() - self._seconds
        while self._idle:
            connection, since = self._idle.pop()
            protocol = connection.protocol
            if since >= oldest and protocol is not None and protocol.is_connected():
                return connection
            connection.close()
        return None

    def close(self) -> None:
        """Close them all."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for connection, _ in self._idle:
            connection.close()
        self._idle.clear()

    def _sweep(self) -> None:
        self._timer = None
        oldest = self._loop.time() - self._seconds
        # They stand in the order in which they became idle.
        while self._idle and self._idle[0][1] <= oldest:
            self._idle.pop(0)[0].close()
        if self._idle:
            due = self._idle[0][1] + self._seconds
            self._timer = self._loop.call_at(due, self._sweep)
