"""aiohttp's own way: a session."""

from typing import Any

import aiohttp

from bridge.http.exchange import Gate, Head, Reply, whole
from bridge.http.payload import payload


class SessionClient:
    """Makes each request with everything that aiohttp's session looks after."""

    def __init__(
        self,
        connector: aiohttp.TCPConnector,
        *,
        seconds: float,
        connect_seconds: float,
        proxy: str | None,
    ) -> None:
        self._proxy = proxy
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=seconds, connect=connect_seconds),
        )

    async def exchange(self, head: Head, body: bytes, gate: Gate) -> Reply:
        """See `exchange.Client`."""
        options: dict[str, Any] = {"data": payload(body, gate)} if body else {}
        # What has no body has no moment before it is written: a look-up, which changes nothing.
        gate.passed = not body
        response = await self._session.request(
            head.method,
            head.url,
            headers=head.headers,
            proxy=self._proxy,
            allow_redirects=False,
            **options,
        )
        try:
            gate.answered()
            # The connection goes back to the pool with the last byte of the answer.
            return Reply(response.status, response.headers, await whole(response.content))
        except BaseException:
            response.close()
            raise

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
