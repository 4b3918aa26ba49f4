"""How a request ends: answered whole or in half, reset, or left without an answer."""

import asyncio
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeAlias

import msgspec
from aiohttp import web

from bridge.simulator.answers import Answer, failure, html_page, refuse
from bridge.simulator.faults import (
    Effect,
    ErrorsAnswer,
    HtmlAnswer,
    Reset,
    ResetAfterAcceptance,
    Stall,
    StatusAnswer,
    TruncatedAnswer,
)

_NO_SUBMISSION = "00000000-0000-0000-0000-000000000000"
# No time to linger: closing discards what is unsent and resets the connection.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Half(msgspec.Struct, frozen=True):
    """The first half of an answer, then the connection's end."""

    answer: Answer


class Cut(msgspec.Struct, frozen=True):
    """A reset of the connection."""


class Silence(msgspec.Struct, frozen=True):
    """No answer, however long the client waits."""


Ending: TypeAlias = Answer | Half | Cut | Silence


def find_ending(effect: Effect | None, work: Callable[[], Answer]) -> Ending:
    """What becomes of a request under *effect*.

    *work* is what may accept it: done once, or not at all where nothing is to be saved.
    """
    match effect:
        case None:
            return work()
        case StatusAnswer() | HtmlAnswer() | ErrorsAnswer():
            return _instead(effect)
        case Reset():
            return Cut()
        case ResetAfterAcceptance():
            work()
            return Cut()
        case TruncatedAnswer():
            return Half(work())
        case Stall():
            return Silence()


async def perform(ending: Ending, request: web.BaseRequest) -> web.StreamResponse:
    """End *request*. Where the response returned cannot reach the client, nor should it."""
    match ending:
        case Answer():
            return web.Response(status=ending.status, body=ending.body, headers=ending.headers)
        case Half():
            return await _send_half(ending.answer, request)
        case Cut():
            return _reset(request)
        case Silence():
            # Cancelled when the client leaves or the simulator stops.
            await asyncio.Event().wait()
            return web.Response()


def _instead(effect: StatusAnswer | HtmlAnswer | ErrorsAnswer) -> Answer:
    match effect:
        case StatusAnswer():
            return _bare_answer(effect)
        case HtmlAnswer():
            return html_page(effect.status)
        case ErrorsAnswer():
            return failure(refuse(HTTPStatus.OK, effect.error), _NO_SUBMISSION)


def _bare_answer(effect: StatusAnswer) -> Answer:
    headers = {"Content-Type": effect.content_type}
    if effect.retry_after is not None:
        headers["Retry-After"] = str(effect.retry_after)
    return Answer(effect.status, effect.body.encode(), headers)


async def _send_half(answer: Answer, request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.BaseRequest) -> web.StreamResponse:
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    return web.Response()
