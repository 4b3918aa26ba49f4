"""How a request ends: answered whole or in half, reset, or left without an answer."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from aiohttp import web

from bridge.simulator.answers import Answer, Objection, html_page, refuse
from bridge.simulator.faults import (
    Effect,
    ErrorsAnswer,
    HtmlAnswer,
    LateAnswer,
    Reset,
    ResetAfterAcceptance,
    SlowAnswer,
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


class Late(msgspec.Struct, frozen=True):
    """An answer, whole, after some time."""

    answer: Answer
    seconds: float


class Dribble(msgspec.Struct, frozen=True):
    """An answer whose body takes some time to arrive."""

    answer: Answer
    seconds: float


class Cut(msgspec.Struct, frozen=True):
    """A reset of the connection."""


class Silence(msgspec.Struct, frozen=True):
    """No answer, however long the client waits."""


Ending: TypeAlias = Answer | Half | Late | Dribble | Cut | Silence
Work: TypeAlias = Callable[[], Answer]
_Instead: TypeAlias = (
    StatusAnswer | HtmlAnswer | ErrorsAnswer | Reset | ResetAfterAcceptance | Stall
)


def find_ending(effect: Effect | None, work: Work) -> Ending:
    """What becomes of a request under *effect*.

    *work* is what may accept it: done once, or not at all where nothing is to be saved.
    """
    match effect:
        case None:
            return work()
        case TruncatedAnswer() | LateAnswer() | SlowAnswer():
            return _spoil(effect, work())
        case _:
            if _saves(effect):
                work()
            return _instead(effect)


def status_of(ending: Ending) -> int | None:
    """The status of what was answered whole; None where nothing was."""
    match ending:
        case Answer():
            return ending.status
        case Late() | Dribble():
            return ending.answer.status
        case Half() | Cut() | Silence():
            return None


def answer_instead(effect: StatusAnswer | HtmlAnswer | ErrorsAnswer) -> Answer:
    """What *effect* says, whatever was submitted."""
    match effect:
        case StatusAnswer():
            return _bare_answer(effect)
        case HtmlAnswer():
            return html_page(effect.status)
        case ErrorsAnswer():
            return refuse(_NO_SUBMISSION, Objection(effect.error, effect.status))


async def perform(ending: Ending, request: web.BaseRequest) -> web.StreamResponse:
    """End *request*. Where the response returned cannot reach the client, nor should it."""
    match ending:
        case Answer():
            return _whole(ending)
        case Half():
            return await _send_half(ending.answer, request)
        case Late():
            await asyncio.sleep(ending.seconds)
            return _whole(ending.answer)
        case Dribble():
            return await _send_slowly(ending, request)
        case Cut():
            return _reset(request)
        case Silence():
            # Cancelled when the client leaves or the simulator stops.
            await asyncio.Event().wait()
            return web.Response()


def _spoil(effect: TruncatedAnswer | LateAnswer | SlowAnswer, answer: Answer) -> Ending:
    match effect:
        case TruncatedAnswer():
            return Half(answer)
        case LateAnswer():
            return Late(answer, effect.seconds)
        case SlowAnswer():
            return Dribble(answer, effect.seconds)


def _saves(effect: _Instead) -> bool:
    match effect:
        case Reset():
            return False
        case ResetAfterAcceptance():
            return True
        case _:
            return effect.saved


def _instead(effect: _Instead) -> Ending:
    match effect:
        case Reset() | ResetAfterAcceptance():
            return Cut()
        case Stall():
            return Silence()
        case _:
            return answer_instead(effect)


def _whole(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


def _bare_answer(effect: StatusAnswer) -> Answer:
    headers = {"Content-Type": effect.content_type}
    if effect.retry_after is not None:
        headers["Retry-After"] = str(effect.retry_after)
    return Answer(effect.status, effect.body.encode(), headers)


async def _send_slowly(ending: Dribble, request: web.BaseRequest) -> web.StreamResponse:
    body = ending.answer.body
    response = await _begin(ending.answer, request)
    for byte in body:
        await asyncio.sleep(ending.seconds / len(body))
        await response.write(bytes([byte]))
    return response


async def _send_half(answer: Answer, request: web.BaseRequest) -> web.StreamResponse:
    response = await _begin(answer, request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _begin(answer: Answer, request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    return response


def _reset(request: web.BaseRequest) -> web.StreamResponse:
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    return web.Response()
