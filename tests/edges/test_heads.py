"""Heads that were read before: what begins with one is what a parser would have made of it."""

import asyncio
import gzip
from collections.abc import Callable, Iterator

import pytest
from aiohttp import ClientPayloadError
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpResponseParser
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.errors import OutcomeUnknown
from bridge.http.exchange import Begun
from bridge.http.heads import MOST, MOST_BYTES, Heads
from tests.edges import posting
from tests.edges.posting import BEHAVIOR, SOON, answer_to, talking
from tests.edges.wire import ACCEPTED, Step, cut, message, send, stall

PLAIN = message(ACCEPTED)
HEAD = PLAIN.removesuffix(ACCEPTED)
OTHER = b'{"ResponseInfo": [{"CustomerId": 2}], "SubmissionId": "s-2"}'


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def parsed(loop: asyncio.AbstractEventLoop, data: bytes) -> tuple[Begun, bytes] | None:
    """What aiohttp makes of *data*, where that is one whole answer and nothing else."""
    parser = HttpResponseParser(
        ResponseHandler(loop), loop, 1 << 16, payload_exception=ClientPayloadError
    )
    try:
        messages, upgraded, rest = parser.feed_data(data)
    except Exception:  # noqa: BLE001 - whatever it is, it is no answer
        return None
    if len(messages) != 1 or upgraded or rest or not messages[0][1].is_eof():
        return None
    message, body = messages[0]
    plain = not (message.compression or message.should_close)
    return Begun(message.code, message.headers, body, plain=plain), body.read_nowait()


def learned(loop: asyncio.AbstractEventLoop, *answers: bytes) -> Heads:
    heads = Heads()
    for each in answers:
        if found := parsed(loop, each):
            heads.learn(each, found[0])
    return heads


BODIES = st.sampled_from(
    [b"", b"early", b"later", b"\r\n\r\n", b"\r\n\r\nx", b"a\r\n\r\n", b"longer", b"HTTP/"]
)


@given(
    status=st.sampled_from(
        ["200 OK", "400 Bad Request", "204 No Content", "304 Not Modified", "101 Switch"]
    ),
    headers=st.lists(
        st.sampled_from(
            [
                *("Content-Length: 5", "Content-Length: 6", "content-length: 05", "Retry-After: 3"),
                *("Connection: close", "Connection: keep-alive", "Transfer-Encoding: chunked"),
                *("Content-Encoding: gzip", "Date: now", "X: \t y", " folded", "no colon"),
            ]
        ),
        max_size=4,
    ),
    ends=st.sampled_from(["\r\n", "\n"]),
    first=BODIES,
    second=BODIES,
)
@example(
    status="200 OK",
    headers=["Content-Length: 5"],
    ends="\n",
    first=b"\r\n\r\nx",
    second=b"\r\n\r\ny",
)
def test_what_is_taken_without_a_parser_is_what_a_parser_makes_of_it(
    loop: asyncio.AbstractEventLoop,
    status: str,
    headers: list[str],
    ends: str,
    first: bytes,
    second: bytes,
) -> None:
    head = ends.join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()

    reply = learned(loop, head + first).whole(head + second)

    if reply is not None:
        found = parsed(loop, head + second)
        assert found is not None
        assert (reply.status, reply.body) == (found[0].status, found[1])
        assert list(reply.headers.items()) == list(found[0].headers.items())
        assert found[0].plain


def test_a_plain_answer_is_parsed_once(loop: asyncio.AbstractEventLoop) -> None:
    again = learned(loop, PLAIN).whole(HEAD + OTHER)

    assert again is not None
    assert (again.status, again.body) == (200, OTHER)


CHUNKED = f"{len(ACCEPTED):x}\r\n".encode() + ACCEPTED + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "told",
    [
        message(ACCEPTED, "Connection: close"),
        message(gzip.compress(ACCEPTED), "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
        message(ACCEPTED, f"X: {'x' * MOST_BYTES}"),
    ],
)
def test_what_is_not_plain_or_is_large_is_parsed_each_time(
    loop: asyncio.AbstractEventLoop, told: bytes
) -> None:
    found = parsed(loop, told)
    assert found is not None
    assert found[1] == ACCEPTED

    assert learned(loop, told).whole(told) is None


@pytest.mark.parametrize("other", [HEAD, PLAIN[:-1], PLAIN + b"H", PLAIN[:20], b"", b"HTT"])
def test_only_a_whole_answer_and_nothing_else_is_taken(
    loop: asyncio.AbstractEventLoop, other: bytes
) -> None:
    assert learned(loop, PLAIN).whole(other) is None


@pytest.mark.parametrize(
    ("status", "behind", "other"),
    [
        ("304 Not Modified", b"\r\n\r\n", b"abcd"),
        ("204 No Content", b"\r\n", b"HT"),
        ("101 Switching Protocols", b"early", b"later"),
    ],
)
def test_what_has_no_body_has_none_whatever_its_head_says(
    loop: asyncio.AbstractEventLoop, status: str, behind: bytes, other: bytes
) -> None:
    head = message(b"", status=status, length=len(behind))

    assert learned(loop, head + behind).whole(head + other) is None


def test_there_is_a_most_of_them(loop: asyncio.AbstractEventLoop) -> None:
    answers = [message(ACCEPTED, f"X-Request: {n}") for n in range(MOST + 1)]
    heads = learned(loop, *answers)

    assert repr(heads) == "<Heads: 1 known>"
    assert heads.whole(answers[-1]) is not None


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "client", "direct")


def in_pieces(*pieces: bytes) -> Step:
    async def step(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)

    return step


@pytest.mark.usefixtures("direct")
@pytest.mark.parametrize("at", [1, 20, len(HEAD) - 1, len(HEAD), len(HEAD) + 1, len(PLAIN) - 1])
async def test_a_known_head_that_comes_in_pieces_is_read_to_its_end(at: int) -> None:
    steps = (send(PLAIN), in_pieces(PLAIN[:at], PLAIN[at:]), send(HEAD + OTHER))
    async with talking(*steps) as (wire, endpoint):
        bodies = [(await endpoint.post(BEHAVIOR)).body for _ in range(3)]

    assert bodies == [ACCEPTED, ACCEPTED, OTHER]
    assert wire.connections == 1


@pytest.mark.usefixtures("direct")
@pytest.mark.parametrize("behind", [b"H", PLAIN[:20], PLAIN, b"HTTP/1.1 100 Continue\r\n\r\n"])
async def test_what_comes_behind_a_known_answer_is_nobodys(behind: bytes) -> None:
    for pieces in ((PLAIN + behind,), (PLAIN, behind)):
        steps = (send(PLAIN), in_pieces(*pieces), send(HEAD + OTHER))
        async with talking(*steps) as (wire, endpoint):
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
            await asyncio.sleep(0.1)
            assert (await answer_to(BEHAVIOR, endpoint)).body == OTHER

        assert wire.heard[-1].connection == 2


@pytest.mark.usefixtures("direct")
@pytest.mark.parametrize("ends", [cut, stall])
async def test_a_known_head_without_all_of_its_body_is_no_answer(
    ends: Callable[[bytes], Step],
) -> None:
    steps = (send(PLAIN), ends(PLAIN[:-1]), send(HEAD + OTHER))
    async with talking(*steps, seconds=SOON) as (wire, endpoint):
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
        with pytest.raises(OutcomeUnknown):
            await endpoint.post(BEHAVIOR)
        assert (await endpoint.post(BEHAVIOR)).body == OTHER

    assert wire.connections == 2
