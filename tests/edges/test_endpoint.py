"""HTTP out, against servers that show the wire and misbehave on purpose."""

import asyncio
import gzip
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from bridge import __version__
from bridge.config import Config, Credentials, Secret
from bridge.config.settings import Brand, Kafka, Omeda, RouteSettings
from bridge.endpoint import ANSWER_BYTES, HttpEndpoint
from bridge.errors import ConfigError, NoAnswer, NotSent, OutcomeUnknown
from bridge.model import Answer, Kind, Request, Service
from tests.edges.wire import (
    ACCEPTED,
    Step,
    Wire,
    answer,
    cut,
    listening,
    message,
    send,
    stall,
    until,
)

BRAND = "DEMO"
BEHAVIORS, ORDERS = "behaviors", "orders"
BODY = b'{"OmedaCustomerId":1}'
BEHAVIOR = Request(Service(BRAND, Kind.BEHAVIOR), BEHAVIORS, BODY)
ORDER = Request(Service(BRAND, Kind.ORDER), ORDERS, BODY)
SOON = 0.3
"""A time-out that a test waits for."""


def configured(
    base_url: str,
    *,
    brand: Brand | None = None,
    seconds: float = 5,
    connect_seconds: float = 5,
    ca_file: str | None = None,
    proxy: str | None = None,
) -> Config:
    return Config(
        kafka=Kafka(bootstrap_servers="nowhere:9092"),
        routes=[
            RouteSettings(topic=BEHAVIORS, kind=Kind.BEHAVIOR, brand=BRAND),
            RouteSettings(topic=ORDERS, kind=Kind.ORDER, brand=BRAND),
        ],
        brands={BRAND: brand or Brand(app_id=Secret("an-app"), input_id=Secret("an-input"))},
        omeda=Omeda(
            base_url=base_url,
            timeout_seconds=seconds,
            connect_timeout_seconds=connect_seconds,
            ca_file=ca_file,
            proxy=proxy,
        ),
    )


def built(config: Config) -> HttpEndpoint:
    routes = [route.route for route in config.routes]
    return HttpEndpoint(config.omeda, routes, Credentials(config))


@asynccontextmanager
async def talking(*steps: Step, seconds: float = 5) -> AsyncIterator[tuple[Wire, HttpEndpoint]]:
    """A server that plays *steps*, and an endpoint that posts to it."""
    async with listening(*steps) as wire:
        config = configured(f"http://{wire.address}/webservices/rest", seconds=seconds)
        async with built(config) as endpoint:
            yield wire, endpoint


@contextmanager
def deaf_address() -> Iterator[str]:
    """An address whose queue of connections is full: it neither accepts nor refuses."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"127.0.0.1:{listener.getsockname()[1]}"


async def test_a_request_has_exactly_these_bytes_on_the_wire() -> None:
    async with talking() as (wire, endpoint):
        await endpoint.post(BEHAVIOR)

    [heard] = wire.heard
    assert heard.request_line == (b"POST /webservices/rest/brand/DEMO/assignbehavior/* HTTP/1.1")
    assert heard.headers == {
        "host": wire.address,
        "x-omeda-appid": "an-app",
        "x-omeda-inputid": "an-input",
        "content-type": "application/json",
        "content-length": str(len(BODY)),
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": f"omeda-bridge/{__version__}",
    }
    assert heard.body == BODY


async def test_an_order_goes_to_its_own_path() -> None:
    async with talking() as (wire, endpoint):
        await endpoint.post(ORDER)

    [heard] = wire.heard
    assert heard.request_line.split()[1] == (
        b"/webservices/rest/brand/DEMO/storecustomerandorder/*"
    )


async def test_a_trailing_slash_of_the_base_url_is_not_doubled() -> None:
    async with listening() as wire, built(configured(f"http://{wire.address}/rest/")) as endpoint:
        await endpoint.post(BEHAVIOR)

    assert wire.heard[0].request_line == b"POST /rest/brand/DEMO/assignbehavior/* HTTP/1.1"


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 3 << 20])
async def test_a_body_of_any_size_arrives_whole_with_its_length(size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    async with talking() as (wire, endpoint):
        found = await endpoint.post(Request(BEHAVIOR.service, BEHAVIORS, body))

    [heard] = wire.heard
    assert found.status == 200
    assert heard.body == body
    assert heard.headers["content-length"] == str(size)
    assert "transfer-encoding" not in heard.headers
    assert "expect" not in heard.headers


@pytest.mark.parametrize("size", [10, 3 << 20])
async def test_one_connection_serves_one_post_after_the_other(size: int) -> None:
    request = Request(BEHAVIOR.service, BEHAVIORS, b"x" * size)
    async with talking() as (wire, endpoint):
        for _ in range(5):
            await endpoint.post(request)

    assert [heard.connection for heard in wire.heard] == [1] * 5


async def test_posts_at_the_same_time_do_not_wait_for_each_other() -> None:
    arrived = asyncio.Barrier(20)

    async def together(writer: asyncio.StreamWriter) -> None:
        await arrived.wait()
        writer.write(message(ACCEPTED))

    async with talking(*[together] * 20) as (wire, endpoint):
        found = await asyncio.gather(*(endpoint.post(BEHAVIOR) for _ in range(20)))

    assert [answered.status for answered in found] == [200] * 20
    assert wire.connections == 20


async def test_an_answer_is_its_status_its_body_and_its_retry_after() -> None:
    busy = answer(b"not now", "Retry-After: 7", status="503 Service Unavailable")
    async with talking(busy, answer()) as (_, endpoint):
        first = await endpoint.post(BEHAVIOR)
        second = await endpoint.post(BEHAVIOR)

    assert (first.status, first.body, first.retry_after) == (503, b"not now", "7")
    assert (second.status, second.body, second.retry_after) == (200, ACCEPTED, None)


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


async def test_where_the_whole_time_out_strikes_is_not_told_so_it_counts_as_unknown() -> None:
    with deaf_address() as address:
        config = configured(f"http://{address}/rest", seconds=SOON, connect_seconds=5)
        async with built(config) as endpoint:
            with pytest.raises(OutcomeUnknown):
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


async def test_a_kept_connection_that_the_server_closed_is_noticed_and_not_used() -> None:
    async def answer_and_leave(writer: asyncio.StreamWriter) -> None:
        writer.write(message(ACCEPTED))
        writer.close()

    async with talking(answer_and_leave) as (wire, endpoint):
        await endpoint.post(BEHAVIOR)
        await until(lambda: wire.open == 0)
        await asyncio.sleep(0.05)  # the end of the connection is on its way to the client
        await endpoint.post(BEHAVIOR)

    assert [heard.connection for heard in wire.heard] == [1, 2]


async def test_a_kept_connection_that_dies_under_a_post_is_told_and_not_retried() -> None:
    async with talking(answer(), cut()) as (wire, endpoint):
        await endpoint.post(BEHAVIOR)
        with pytest.raises(OutcomeUnknown):
            await endpoint.post(BEHAVIOR)
        await asyncio.sleep(0.05)  # where a repetition would arrive

        assert [heard.connection for heard in wire.heard] == [1, 1]


async def test_an_answer_that_comes_before_the_body_was_read_counts_and_ends_the_connection() -> (
    None
):
    early = message(b'{"Errors":[]}', "Connection: close", status="413 Content Too Large")
    requests = 0

    async def impatient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        try:
            await reader.readuntil(b"\r\n\r\n")
            requests += 1
            writer.write(early)
            await asyncio.sleep(0.1)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(impatient, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, built(configured(f"http://127.0.0.1:{port}/rest")) as endpoint:
        big = Request(BEHAVIOR.service, BEHAVIORS, bytes(16 << 20))
        try:
            found = await endpoint.post(big)
        except OutcomeUnknown:
            found = None  # as good: it was sent in part
    assert found is None or found.status == 413
    assert requests == 1


async def test_a_post_that_is_cancelled_leaves_neither_connection_nor_task() -> None:
    async with talking(stall()) as (wire, endpoint):
        before = asyncio.all_tasks()
        posting = asyncio.create_task(endpoint.post(BEHAVIOR))
        await until(lambda: len(wire.heard) == 1)
        posting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await posting
        await asyncio.sleep(0.05)

        assert {task for task in asyncio.all_tasks() if "serve" not in repr(task)} <= before
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED
        assert [heard.connection for heard in wire.heard] == [1, 2]


async def test_closing_ends_every_kept_connection() -> None:
    async with listening() as wire:
        endpoint = built(configured(f"http://{wire.address}/rest"))
        await asyncio.gather(*(endpoint.post(BEHAVIOR) for _ in range(5)))
        await endpoint.close()
        await until(lambda: wire.open == 0)


async def test_renewed_credentials_are_shown_from_the_next_request_on(tmp_path: Path) -> None:
    app_id, input_id = tmp_path / "app-id", tmp_path / "input-id"
    app_id.write_text("old-app\n")
    input_id.write_text("old-input\n")
    brand = Brand(app_id_file=str(app_id), input_id_file=str(input_id))
    async with listening() as wire:
        config = configured(f"http://{wire.address}/rest", brand=brand)
        credentials = Credentials(config)
        routes = [route.route for route in config.routes]
        async with HttpEndpoint(config.omeda, routes, credentials) as endpoint:
            await endpoint.post(BEHAVIOR)
            app_id.write_text("new-app\n")
            assert credentials.read()
            endpoint.renew()
            await endpoint.post(BEHAVIOR)

    shown = [(h.headers["x-omeda-appid"], h.headers["x-omeda-inputid"]) for h in wire.heard]
    assert shown == [("old-app", "old-input"), ("new-app", "old-input")]


@pytest.mark.parametrize("secret", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "Ã¤", "\x7f", ""])
def test_a_secret_that_could_not_travel_in_a_header_is_refused(secret: str) -> None:
    brand = Brand(app_id=Secret(secret), app_id_file="/nowhere", input_id=Secret("an-input"))

    with pytest.raises(ConfigError, match=r"brands\.DEMO\.app_id") as caught:
        Credentials(configured("http://omeda.invalid", brand=brand))

    assert not secret or secret not in str(caught.value)


async def test_a_proxy_gets_the_request_with_its_whole_address() -> None:
    async with listening() as proxy:
        config = configured("http://omeda.invalid/rest", proxy=f"http://{proxy.address}")
        async with built(config) as endpoint:
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    [heard] = proxy.heard
    assert heard.request_line == (
        b"POST http://omeda.invalid/rest/brand/DEMO/assignbehavior/* HTTP/1.1"
    )
    assert heard.headers["host"] == "omeda.invalid"
    assert heard.body == BODY


async def test_a_proxy_that_cannot_be_reached_means_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    config = configured("http://omeda.invalid/rest", proxy=f"http://127.0.0.1:{port}")
    async with built(config) as endpoint:
        with pytest.raises(NotSent):
            await endpoint.post(BEHAVIOR)


async def test_a_proxy_that_opens_no_tunnel_means_not_sent() -> None:
    refusal = answer(b"", status="503 Service Unavailable")
    async with listening(refusal) as proxy:
        config = configured("https://omeda.invalid/rest", proxy=f"http://{proxy.address}")
        async with built(config) as endpoint:
            with pytest.raises(NotSent):
                await endpoint.post(BEHAVIOR)

    assert proxy.heard[0].request_line == b"CONNECT omeda.invalid:443 HTTP/1.1"


async def test_a_proxy_that_wants_credentials_halts_as_omeda_s_own_refusal_does() -> None:
    refusal = answer(b"", status="407 Proxy Authentication Required")
    async with listening(refusal) as proxy:
        config = configured("https://omeda.invalid/rest", proxy=f"http://{proxy.address}")
        async with built(config) as endpoint:
            assert await endpoint.post(BEHAVIOR) == Answer(407, b"")


async def test_the_proxies_of_the_environment_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with listening() as proxy, talking() as (wire, endpoint):
        monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
        await endpoint.post(BEHAVIOR)

    assert len(wire.heard) == 1
    assert not proxy.heard


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that signed itself, for 127.0.0.1, and its key."""
    directory = tmp_path_factory.mktemp("tls")
    pem, key = directory / "cert.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=omeda", "-keyout", str(key)]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    return pem, key


@asynccontextmanager
async def listening_with_tls(certificate: tuple[Path, Path]) -> AsyncIterator[Wire]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    async with listening(tls=context) as wire:
        yield wire


async def test_a_server_whose_authority_stands_in_the_ca_file_is_trusted(
    certificate: tuple[Path, Path],
) -> None:
    async with listening_with_tls(certificate) as wire:
        config = configured(f"https://{wire.address}/rest", ca_file=str(certificate[0]))
        async with built(config) as endpoint:
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED


async def test_a_server_that_nobody_vouches_for_gets_nothing(
    certificate: tuple[Path, Path],
) -> None:
    async with listening_with_tls(certificate) as wire:
        async with built(configured(f"https://{wire.address}/rest")) as endpoint:
            with pytest.raises(NotSent, match="certificate"):
                await endpoint.post(BEHAVIOR)

        assert not wire.heard


async def test_a_server_with_a_certificate_for_another_name_gets_nothing(
    certificate: tuple[Path, Path],
) -> None:
    async with listening_with_tls(certificate) as wire:
        config = configured(f"https://localhost:{wire.port}/rest", ca_file=str(certificate[0]))
        async with built(config) as endpoint:
            with pytest.raises(NotSent):
                await endpoint.post(BEHAVIOR)

        assert not wire.heard


@pytest.mark.parametrize("content", [None, "", "no certificate"])
async def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)

    with pytest.raises(ConfigError, match=r"omeda\.ca_file: cannot use .*ca\.pem"):
        built(configured("https://omeda.invalid", ca_file=str(ca_file)))


@pytest.mark.parametrize("broken", [cut(), stall(), answer(b"no gzip", "Content-Encoding: gzip")])
async def test_no_error_shows_what_was_sent_or_who_sent_it(broken: Step) -> None:
    async with talking(broken, seconds=SOON) as (_, endpoint):
        with pytest.raises(NoAnswer) as caught:
            await endpoint.post(BEHAVIOR)

    said = repr(caught.value) + repr(caught.value.__cause__)
    assert not any(text in said for text in ("an-app", "an-input", "OmedaCustomerId"))
