"""The control paths: the books, the faults and a fresh start, under a path Omeda cannot have."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Protocol

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
        """Begin anew with the faults as they are."""


async def control(request: web.BaseRequest, simulator: Controlled) -> web.Response:
    """Answer a request to a control path."""
    match request.method, request.raw_path.removeprefix(CONTROL):
        case "GET", "books":
            return _json(simulator.books.counts())
        case "GET", "faults":
            return _json(simulator.faults)
        case "PUT", "faults":
            return _set_faults(simulator, await request.read())
        case "POST", "reset":
            simulator.reset()
            return _json(simulator.books.counts())
        case _, "books" | "faults" | "reset":
            return _sorry(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method} is not for this path.")
        case _:
            return _sorry(HTTPStatus.NOT_FOUND, "The control paths are books, faults and reset.")


def _set_faults(simulator: Controlled, body: bytes) -> web.Response:
    try:
        simulator.faults = msgspec.json.decode(body, type=tuple[FaultRule, ...])
    except (msgspec.DecodeError, RecursionError) as error:
        return _sorry(HTTPStatus.BAD_REQUEST, f"The faults stay as they were: {error}")
    return _json(simulator.faults)


def _json(content: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    body = msgspec.json.encode(content)
    return web.Response(status=status, body=body, content_type="application/json")


def _sorry(status: HTTPStatus, sentence: str) -> web.Response:
    return _json({"error": sentence}, status)
