"""A reverse proxy that serves another server below a prefix, as a gateway does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
from aiohttp import web

HOP_BY_HOP = {"transfer-encoding", "connection", "content-length", "keep-alive"}


@asynccontextmanager
async def proxied(target: str, prefix: str) -> AsyncIterator[str]:
    """*target* below *prefix*, with and without a slash behind it; gives the origin."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:

        async def forward(request: web.Request) -> web.StreamResponse:
            url = f"{target.rstrip('/')}/{request.path.removeprefix(prefix).lstrip('/')}"
            async with session.request(request.method, url, headers=request.headers) as answer:
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in HOP_BY_HOP}
                response = web.StreamResponse(status=answer.status, headers=kept)
                await response.prepare(request)
                with suppress(ConnectionError):
                    async for part in answer.content.iter_any():
                        await response.write(part)
            return response

        app = web.Application()
        app.router.add_get(prefix, forward)
        app.router.add_get(prefix + "/{rest:.*}", forward)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
