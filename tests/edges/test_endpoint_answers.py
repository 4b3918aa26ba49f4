"""HTTP out: answers of every shape, each of them its own request's."""

import asyncio
import random

import pytest
from yarl import URL

from bridge.errors import ConfigError, NoAnswer, OutcomeUnknown
from bridge.event import Request
from bridge.http.exchange import Head
from tests.edges.posting import BEHAVIOR, BEHAVIORS, built, configured, talking
from tests.edges.wire import ACCEPTED, listening, message, send

pytestmark = pytest.mark.usefixtures("either_client")

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("before", [CONTINUE, EARLY_HINTS, CONTINUE + EARLY_HINTS + CONTINUE])
async def test_what_only_informs_is_not_the_answer(before: bytes) -> None:
    async with talking(send(before + message(ACCEPTED))) as (wire, endpoint):
        for _ in range(2):
            found = await endpoint.post(BEHAVIOR)
            assert (found.status, found.body) == (200, ACCEPTED)

    assert [heard.connection for heard in wire.heard] == [1, 1]


@pytest.mark.parametrize("trailer", [b"", b"X-Checksum: 1\r\n"])
async def test_an_answer_in_chunks_is_read_whole(trailer: bytes) -> None:
    async def in_chunks(writer: asyncio.StreamWriter) -> None:
        for piece in (CHUNKED, b"5\r\nhello\r\n", b"7\r\n, world\r\n", b"0\r\n%b\r\n" % trailer):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with talking(in_chunks) as (wire, endpoint):
        assert (await endpoint.post(BEHAVIOR)).body == b"hello, world"
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    assert [heard.connection for heard in wire.heard] == [1, 1]


@pytest.mark.parametrize(
    "header", [b"X-Long: " + b"x" * 70_000, b"\r\n".join(b"X-%d: 1" % n for n in range(1000))]
)
async def test_an_answer_with_oversized_headers_counts_as_none(header: bytes) -> None:
    huge = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + header + b"\r\n\r\n"
    async with talking(send(huge)) as (wire, endpoint):
        with pytest.raises(OutcomeUnknown):
            await endpoint.post(BEHAVIOR)
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    assert [heard.connection for heard in wire.heard] == [1, 2]


async def test_an_answer_without_a_body_is_one() -> None:
    async with talking(send(b"HTTP/1.1 204 No Content\r\n\r\n")) as (wire, endpoint):
        found = await endpoint.post(BEHAVIOR)
        assert (found.status, found.body) == (204, b"")
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    assert [heard.connection for heard in wire.heard] == [1, 1]


async def test_an_answer_is_never_another_request_s_wherever_posts_are_broken_off() -> None:
    chance = random.Random(3)

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                echoed = message(await reader.readexactly(length))
                cut = chance.randrange(len(echoed))
                writer.write(echoed[:cut])
                await asyncio.sleep(0)
                writer.write(echoed[cut:])
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    answered = broken_off = 0
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, built(configured(f"http://127.0.0.1:{port}/rest")) as endpoint:
        for number in range(400):
            request = Request(BEHAVIOR.service, BEHAVIORS, b'{"number": %d}' % number)
            posting = asyncio.create_task(endpoint.post(request))
            if number % 2:
                # Each await of a post is where one of these ends it.
                for _ in range(chance.randrange(16)):
                    await asyncio.sleep(0)
                posting.cancel()
            try:
                assert (await posting).body == request.body
                answered += 1
            except asyncio.CancelledError:
                broken_off += 1
    assert answered >= 200
    assert broken_off >= 50


async def test_posts_that_run_out_of_time_anywhere_leave_nothing_for_the_next() -> None:
    """The time-out strikes while connecting, writing, waiting and reading."""
    async with listening() as wire:
        for millionths in range(0, 4000, 100):
            config = configured(f"http://{wire.address}/rest", seconds=millionths / 1e6 + 1e-6)
            async with built(config) as endpoint:
                for size in (10, 300_000):
                    request = BEHAVIOR.carrying(b"x" * size, 1)
                    try:
                        assert (await endpoint.post(request)).body == ACCEPTED
                    except NoAnswer as error:
                        assert error.reason in {"timeout", "no_connection"}  # noqa: PT017


@pytest.mark.parametrize("bad", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "caf\xe9"])
def test_a_head_holds_no_text_that_could_end_its_line(bad: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Head("POST", URL("http://omeda.invalid/*"), {"x-omeda-appid": bad})

    assert bad not in str(refused.value)
