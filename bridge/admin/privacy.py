"""What keeps other sites' pages, in an operator's browser, from reading what stands here."""

from aiohttp import web
from aiohttp.typedefs import Handler

HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy of what is no page: should a browser show it as one, it may do nothing."""


async def kept_private(_request: web.Request, response: web.StreamResponse) -> None:
    """Head *response* as everything here is headed. No header opens it to other origins."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Content-Security-Policy", NOTHING)


@web.middleware
async def of_this_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a browser asks for on behalf of another site, links to here apart.

    It could not be read there, but would be worked for all the same.
    """
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in {"same-origin", "none"} or request.headers.get("Sec-Fetch-Mode") == "navigate":
        return await handler(request)
    raise web.HTTPForbidden(text="not for pages of other sites: open this address itself\n")
