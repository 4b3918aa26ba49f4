"""HTTP out: how much of an answer is read, and what is never taken for one."""

import asyncio
import gzip
import time

import pytest

from bridge.errors import OutcomeUnknown
from bridge.http.exchange import ANSWER_BYTES
from tests.edges.posting import (
    BEHAVIOR,
    talking,
)
from tests.edges.wire import (
    ACCEPTED,
    answer,
    cut,
    listening,
    message,
    send,
)

pytestmark = pytest.mark.usefixtures("either_client")


async def test_the_largest_answer_is_read_whole() -> None:
    async with talking(answer(b"x" * ANSWER_BYTES)) as (_, endpoint):
        found = await endpoint.post(BEHAVIOR)

    assert found.body == b"x" * ANSWER_BYTES


async def test_an_answer_one_byte_longer_counts_as_none() -> None:
    async with talking(answer(b"x" * (ANSWER_BYTES + 1))) as (_, endpoint):
        with pytest.raises(OutcomeUnknown, match="longer than"):
            await endpoint.post(BEHAVIOR)
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED


async def test_a_larger_answer_counts_as_none_and_its_connection_is_not_used_again() -> None:
    async with talking(answer(b"x" * (2 * ANSWER_BYTES))) as (wire, endpoint):
        with pytest.raises(OutcomeUnknown, match="longer than"):
            await endpoint.post(BEHAVIOR)
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    assert [heard.connection for heard in wire.heard] == [1, 2]


async def test_a_small_answer_that_unpacks_to_a_huge_one_counts_as_none() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    async with talking(answer(bomb, "Content-Encoding: gzip")) as (_, endpoint):
        with pytest.raises(OutcomeUnknown):
            await endpoint.post(BEHAVIOR)


async def test_an_endless_answer_counts_as_none_before_the_time_out() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()

    began = time.monotonic()
    async with talking(endless, seconds=20) as (_, endpoint):
        with pytest.raises(OutcomeUnknown, match="longer than"):
            await endpoint.post(BEHAVIOR)

    assert time.monotonic() - began < 5


async def test_two_answers_on_one_request_never_answer_the_next_one() -> None:
    doubled = message(b"mine") + message(b"nobody's")
    async with talking(send(doubled), answer(b"the next one's")) as (_, endpoint):
        first = await endpoint.post(BEHAVIOR)
        try:
            second = await endpoint.post(BEHAVIOR)
        except OutcomeUnknown:
            return  # as good: it did not get a foreign answer

    assert first.body == b"mine"
    assert second.body == b"the next one's"


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    whole = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + ACCEPTED
    async with talking(cut(whole)) as (wire, endpoint):
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    assert [heard.connection for heard in wire.heard] == [1, 2]


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async with listening() as elsewhere:
        moved = answer(b"", f"Location: http://{elsewhere.address}/", status="302 Found")
        async with talking(moved) as (wire, endpoint):
            found = await endpoint.post(BEHAVIOR)

    assert found.status == 302
    assert len(wire.heard) == 1
    assert not elsewhere.heard


async def test_a_cookie_is_not_sent_back() -> None:
    async with talking(answer(ACCEPTED, "Set-Cookie: a=b; Path=/")) as (wire, endpoint):
        await endpoint.post(BEHAVIOR)
        await endpoint.post(BEHAVIOR)

    assert "cookie" not in wire.heard[1].headers


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_answer_that_came_compressed_is_read(chunked: bool) -> None:  # noqa: FBT001
    packed = gzip.compress(ACCEPTED)
    plain = message(packed, "Content-Encoding: gzip")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    async with talking(send(pieces if chunked else plain)) as (wire, endpoint):
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
        await endpoint.post(BEHAVIOR)

    assert wire.connections == 1
