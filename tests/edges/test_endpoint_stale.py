"""HTTP out: what a server says unasked is nobody's answer."""

import asyncio

import msgspec
import pytest

from bridge.errors import NoAnswer
from bridge.http.payload import STREAMED_BYTES
from tests.edges.posting import BEHAVIOR, talking
from tests.edges.wire import ACCEPTED, answer, message

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

    request = msgspec.structs.replace(BEHAVIOR, body=b"x" * size)
    async with talking(twice, answer(REFUSAL, status="400 Bad Request")) as (_, endpoint):
        assert (await endpoint.post(BEHAVIOR)).status == 504
        await asyncio.sleep(3 * LATE)

        try:
            found = await endpoint.post(request)
        except NoAnswer:
            found = await endpoint.post(request)

        assert found.body == REFUSAL
