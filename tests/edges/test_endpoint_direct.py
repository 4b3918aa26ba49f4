"""HTTP out, the short way: what it must look after itself, since no session does."""

import asyncio
import ssl

import pytest
import uvloop

from bridge.errors import NotSent, OutcomeUnknown
from tests.edges import posting
from tests.edges.posting import BEHAVIOR, SOON, answer_to, built, configured, talking
from tests.edges.wire import ACCEPTED, Step, message
from tests.system.security import Authority

REFUSAL = b'{"Errors": [{"Error": "no such customer"}]}'
LATE = 0.05
GATEWAY = message(b"", status="504 Gateway Timeout")
LARGE = BEHAVIOR.carrying(b"x" * (8 << 20), 1)
"""More than the buffers of a connection on loopback hold."""


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "client", "direct")


def then_late(first: bytes, missing: bytes) -> tuple[Step, Step]:
    """*first* answers a request; its true answer comes with the next one, behind *missing*."""
    writers: list[asyncio.StreamWriter] = []

    async def early(writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(first)
        await writer.drain()

    async def late(writer: asyncio.StreamWriter) -> None:
        stale = missing + message(ACCEPTED) if writer in writers else b""
        writer.write(stale + message(REFUSAL, status="400 Bad Request"))
        await writer.drain()

    return early, late


@pytest.mark.parametrize(
    ("behind", "missing"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n", b"\r\n"),
        (b"HTTP/1.1 10", b"0 Continue\r\n\r\n"),
        (b"H", b"TTP/1.1 100 Continue\r\n\r\n"),
    ],
)
async def test_what_begins_behind_an_answer_is_not_the_next_one(
    behind: bytes, missing: bytes
) -> None:
    async with talking(*then_late(GATEWAY + behind, missing)) as (wire, endpoint):
        assert (await endpoint.post(BEHAVIOR)).status == 504
        assert (await answer_to(BEHAVIOR, endpoint)).body == REFUSAL

    assert [heard.connection for heard in wire.heard] == [1, 2]


@pytest.mark.parametrize(
    "bare",
    [
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
    ],
)
async def test_an_answer_whose_end_is_not_understood_is_the_last_of_its_connection(
    bare: bytes,
) -> None:
    async with talking(*then_late(bare, b"")) as (wire, endpoint):
        await endpoint.post(BEHAVIOR)
        assert (await answer_to(BEHAVIOR, endpoint)).body == REFUSAL

    assert [heard.connection for heard in wire.heard] == [1, 2]


def test_to_whom_speaks_before_it_was_asked_nothing_is_written() -> None:
    """Under uvloop, which hears of it before the request is written."""
    heard = bytearray()

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(message(b"", status="503 Service Unavailable"))
        heard.extend(await reader.read())
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(hasty, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with built(configured(f"http://127.0.0.1:{port}/webservices/rest")) as endpoint:
                with pytest.raises(NotSent):
                    await endpoint.post(BEHAVIOR)

    uvloop.run(run())

    assert not heard


async def test_a_request_that_was_given_up_is_not_completed_later() -> None:
    reads_on, ended = asyncio.Event(), asyncio.Event()
    whole: list[bool] = []

    async def overloaded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reads_on.wait()
        try:
            await reader.readexactly(len(LARGE.body))
            whole.append(True)
        except (asyncio.IncompleteReadError, ConnectionError):
            whole.append(False)
        writer.close()
        ended.set()

    async with await asyncio.start_server(overloaded, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        config = configured(f"http://127.0.0.1:{port}/webservices/rest", seconds=SOON)
        async with built(config) as endpoint:
            with pytest.raises(OutcomeUnknown):
                await endpoint.post(LARGE)
            reads_on.set()
            await asyncio.wait_for(ended.wait(), 20)

    assert whole == [False]


async def test_below_tls_too_a_connection_is_not_kept_that_has_something_to_send(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    authority = Authority(tmp_path_factory.mktemp("tls") / "authority")
    identity = authority.issue("server")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(identity.certificate, identity.key)
    connections = []

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        early = len(connections) == 1
        writer.write(message(b"", status="503 Busy") if early else message(ACCEPTED))
        await writer.drain()
        await asyncio.sleep(LATE)

    server = await asyncio.start_server(hasty, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        config = configured(f"https://127.0.0.1:{port}/rest", ca_file=str(authority.certificate))
        async with built(config) as endpoint:
            assert (await endpoint.post(LARGE)).status == 503
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
        for writer in connections:
            writer.transport.abort()

    assert len(connections) == 2
