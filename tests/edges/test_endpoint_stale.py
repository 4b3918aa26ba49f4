"""HTTP out: what a server says unasked is nobody's answer."""

import asyncio

import pytest

from bridge.http.payload import STREAMED_BYTES
from tests.edges.posting import BEHAVIOR, answer_to, talking
from tests.edges.wire import ACCEPTED, answer, message, send

pytestmark = pytest.mark.usefixtures("either_client")

REFUSAL = b'{"Errors": [{"Error": "no such customer"}]}'
LATE = 0.05


@pytest.mark.parametrize("size", [100, 2 * STREAMED_BYTES])
async def test_an_answer_that_was_there_before_its_request_settles_nothing(size: int) -> None:
    """A gateway that gave an answer of its own may pass Omeda's on, late, to whoever is next."""

    async def twice(writer: asyncio.StreamWriter) -> None:
        writer.write(message(b"", status="504 Gateway Timeout"))
        await asyncio.sleep(LATE)
        writer.write(message(ACCEPTED))
        await writer.drain()

    request = BEHAVIOR.carrying(b"x" * size, 1)
    async with talking(twice, answer(REFUSAL, status="400 Bad Request")) as (_, endpoint):
        assert (await endpoint.post(BEHAVIOR)).status == 504
        await asyncio.sleep(3 * LATE)

        assert (await answer_to(request, endpoint)).body == REFUSAL


async def test_half_an_answer_that_came_unasked_is_not_completed_by_the_next_one() -> None:
    unasked = message(ACCEPTED)

    async def begun(writer: asyncio.StreamWriter) -> None:
        writer.write(message(b"", status="504 Gateway Timeout"))
        await asyncio.sleep(LATE)
        writer.write(unasked[:20])
        await writer.drain()

    async def ended(writer: asyncio.StreamWriter) -> None:
        writer.write(unasked[20:] + message(REFUSAL, status="400 Bad Request"))
        await writer.drain()

    async with talking(begun, ended, answer(REFUSAL, status="400 Bad Request")) as (_, endpoint):
        assert (await endpoint.post(BEHAVIOR)).status == 504
        await asyncio.sleep(3 * LATE)

        assert (await answer_to(BEHAVIOR, endpoint)).body == REFUSAL


async def test_what_follows_an_answer_at_once_is_not_the_next_one() -> None:
    unasked = message(ACCEPTED)
    doubled = message(b"", status="504 Gateway Timeout") + unasked[:20]

    async def ended(writer: asyncio.StreamWriter) -> None:
        writer.write(unasked[20:] + message(REFUSAL, status="400 Bad Request"))
        await writer.drain()

    async with talking(send(doubled), ended, answer(REFUSAL, status="400 Bad Request")) as (
        _,
        endpoint,
    ):
        assert (await endpoint.post(BEHAVIOR)).status == 504

        assert (await answer_to(BEHAVIOR, endpoint)).body == REFUSAL
