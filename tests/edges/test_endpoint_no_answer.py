"""HTTP out: what it means when no whole answer comes."""

import asyncio
import socket
import time

import pytest

from bridge.config import Credentials
from bridge.endpoint import HttpEndpoint
from bridge.errors import NotSent, OutcomeUnknown
from bridge.http.payload import STREAMED_BYTES
from tests.edges.posting import (
    BEHAVIOR,
    SOON,
    built,
    configured,
    deaf_address,
    talking,
)
from tests.edges.wire import (
    ACCEPTED,
    Step,
    answer,
    cut,
    listening,
    message,
    send,
    stall,
)

pytestmark = pytest.mark.usefixtures("either_client")


async def test_a_refused_connection_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    async with built(configured(f"http://127.0.0.1:{port}/rest")) as endpoint:
        with pytest.raises(NotSent) as caught:
            await endpoint.post(BEHAVIOR)

    assert caught.value.reason == "no_connection"


async def test_a_name_that_does_not_resolve_is_not_sent() -> None:
    async with built(configured("http://omeda.invalid/rest")) as endpoint:
        with pytest.raises(NotSent):
            await endpoint.post(BEHAVIOR)


async def test_a_connection_that_takes_too_long_is_not_sent() -> None:
    began = time.monotonic()
    with deaf_address() as address:
        config = configured(f"http://{address}/rest", connect_seconds=SOON)
        async with built(config) as endpoint:
            with pytest.raises(NotSent) as caught:
                await endpoint.post(BEHAVIOR)

    assert caught.value.reason == "no_connection"
    assert time.monotonic() - began < 2


async def test_a_time_out_before_anything_was_written_is_not_sent() -> None:
    with deaf_address() as address:
        config = configured(f"http://{address}/rest", seconds=SOON, connect_seconds=5)
        async with built(config) as endpoint:
            with pytest.raises(NotSent):
                await endpoint.post(BEHAVIOR)


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(cut(), id="closed unanswered"),
        pytest.param(cut(b"HTTP/1.1 20"), id="cut in the status line"),
        pytest.param(cut(b"HTTP/1.1 200 OK\r\nContent-"), id="cut in the headers"),
        pytest.param(cut(message(b"", length=500)), id="cut before the body"),
        pytest.param(cut(message(b'{"Resp', length=500)), id="cut in the body"),
        pytest.param(
            cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
            id="cut between chunks",
        ),
        pytest.param(send(b"220 mail.example.com ESMTP\r\n\r\n"), id="not HTTP"),
        pytest.param(answer(b"no gzip", "Content-Encoding: gzip"), id="broken gzip"),
    ],
)
async def test_what_was_sent_and_got_no_whole_answer_has_an_unknown_outcome(ending: Step) -> None:
    async with talking(ending) as (wire, endpoint):
        with pytest.raises(OutcomeUnknown) as caught:
            await endpoint.post(BEHAVIOR)

        assert caught.value.reason == "no_answer"
        assert len(wire.heard) == 1, "it must not be repeated behind the caller's back"
        # And nothing of it is left to confuse the next one.
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
        assert wire.heard[1].connection == 2


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(stall(), id="nothing"),
        pytest.param(stall(b"HTTP/1.1 200 OK\r\n"), id="half of the head"),
        pytest.param(stall(message(b'{"Resp', length=500)), id="half of the body"),
    ],
)
async def test_an_answer_that_stalls_has_an_unknown_outcome_in_time(ending: Step) -> None:
    began = time.monotonic()
    async with talking(ending, seconds=SOON) as (wire, endpoint):
        with pytest.raises(OutcomeUnknown) as caught:
            await endpoint.post(BEHAVIOR)

        assert caught.value.reason == "timeout"
        assert time.monotonic() - began < SOON + 1
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
        assert [heard.connection for heard in wire.heard] == [1, 2]


async def test_an_answer_that_trickles_for_ever_ends_with_the_time_out() -> None:
    async def trickle(writer: asyncio.StreamWriter) -> None:
        writer.write(message(b"", length=1 << 20))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with talking(trickle, seconds=SOON) as (_, endpoint):
        async with asyncio.timeout(3):
            with pytest.raises(OutcomeUnknown):
                await endpoint.post(BEHAVIOR)


@pytest.mark.parametrize("size", [100, 2 * STREAMED_BYTES])
async def test_what_may_no_longer_be_sent_when_it_is_about_to_be_written_never_leaves(
    size: int,
) -> None:
    """A process may be frozen between a lane's turn and the write, for longer than its session."""
    asked = 0

    def may_send() -> bool:
        nonlocal asked
        asked += 1
        return asked == 2

    request = BEHAVIOR.carrying(b"x" * size, 1)
    async with listening() as wire:
        config = configured(f"http://{wire.address}/webservices/rest")
        credentials = Credentials(config)
        async with HttpEndpoint(config.omeda, config.line, credentials, may_send=may_send) as out:
            with pytest.raises(NotSent) as withheld:
                await out.post(request)
            assert wire.heard == []
            assert (await out.post(request)).body == ACCEPTED

    assert withheld.value.reason == "not_a_member"
    assert [heard.body for heard in wire.heard] == [request.body]
