"""The control paths: the books, the faults and a fresh start, under a path Omeda cannot have."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Protocol, TypeAlias

import msgspec
from aiohttp import web

from bridge.simulator.books import Books
from bridge.simulator.faults import FaultRule

CONTROL = "/_simulator/"


class Controlled(Protocol):
    """What can be controlled while it runs."""

    books: Books

    @property
    def faults(self) -> tuple[FaultRule, ...]:
        """What goes wrong now."""

    @faults.setter
    def faults(self, rules: Sequence[FaultRule]) -> None: ...

    def reset(self) -> None:
        """Begin anew with the faults as they are, their schedules too."""


async def control(request: web.BaseRequest, simulator: Controlled) -> web.Response:
    """Answer a request to a control path."""
    path = request.path.removeprefix(CONTROL)
    action = _ACTIONS.get((request.method, path))
    if action is not None:
        return await action(simulator, request)
    paths = sorted({path for _, path in _ACTIONS})
    if path in paths:
        return _sorry(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method} is not for this path.")
    return _sorry(HTTPStatus.NOT_FOUND, f"The control paths are {', '.join(paths)}.")


async def _show_books(simulator: Controlled, _: web.BaseRequest) -> web.Response:
    return _json(simulator.books.counts())


async def _show_accepted(simulator: Controlled, request: web.BaseRequest) -> web.Response:
    """The entries in order, all or one customer's. Bodies are given as the text they are."""
    books, query = simulator.books, request.query
    entries = books.of(query["customer"]) if "customer" in query else list(books.accepted)
    brand = query.get("brand", "").lower()
    return _json(
        [
            msgspec.structs.asdict(entry) | {"body": entry.body.decode(errors="replace")}
            for entry in entries
            if brand in {"", entry.brand}
        ]
    )


async def _show_overlaps(simulator: Controlled, _: web.BaseRequest) -> web.Response:
    return _json(list(simulator.books.overlaps))


async def _reset(simulator: Controlled, request: web.BaseRequest) -> web.Response:
    simulator.reset()
    return await _show_books(simulator, request)


async def _show_faults(simulator: Controlled, _: web.BaseRequest) -> web.Response:
    return _json(simulator.faults)


async def _set_faults(simulator: Controlled, request: web.BaseRequest) -> web.Response:
    body = await request.read()
    try:
        simulator.faults = msgspec.json.decode(body, type=tuple[FaultRule, ...])
    except (msgspec.DecodeError, RecursionError) as error:
        return _sorry(HTTPStatus.BAD_REQUEST, f"The faults stay as they were: {error}")
    return _json(simulator.faults)


async def _clear_faults(simulator: Controlled, _: web.BaseRequest) -> web.Response:
    simulator.faults = ()
    return _json(simulator.faults)


_Action: TypeAlias = Callable[[Controlled, web.BaseRequest], Awaitable[web.Response]]

_ACTIONS: dict[tuple[str, str], _Action] = {
    ("GET", "books"): _show_books,
    ("DELETE", "books"): _reset,
    ("POST", "reset"): _reset,
    ("GET", "books/accepted"): _show_accepted,
    ("GET", "books/overlaps"): _show_overlaps,
    ("GET", "faults"): _show_faults,
    ("PUT", "faults"): _set_faults,
    ("DELETE", "faults"): _clear_faults,
}


def _json(content: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    body = msgspec.json.encode(content)
    return web.Response(status=status, body=body, content_type="application/json")


def _sorry(status: HTTPStatus, sentence: str) -> web.Response:
    return _json({"error": sentence}, status)
