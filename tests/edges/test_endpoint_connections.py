"""HTTP out: which connection is used again, and which never."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from bridge.config import Credentials, Secret
from bridge.config.settings import Brand
from bridge.endpoint import PAID_KEEPALIVE_SECONDS, HttpEndpoint
from bridge.errors import ConfigError, OutcomeUnknown
from bridge.event import Request
from tests.edges.posting import (
    BEHAVIOR,
    BEHAVIORS,
    ORDER,
    built,
    configured,
    talking,
)
from tests.edges.wire import (
    ACCEPTED,
    answer,
    cut,
    listening,
    message,
    stall,
    until,
)

pytestmark = pytest.mark.usefixtures("either_client")


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


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"


@pytest.mark.parametrize("then", [b"ZZZ\r\nxx", b"5\r\nhelloXX\r\n", b"0\r\n\0bad: x\r\n\r\n", b""])
async def test_an_answer_that_breaks_off_in_the_middle_ends_within_the_time_out(
    then: bytes,
) -> None:
    async def breaking(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        await asyncio.sleep(0.1)
        writer.write(then)
        await asyncio.sleep(3)

    async with talking(breaking, seconds=0.5) as (wire, endpoint):
        async with asyncio.timeout(2):
            with pytest.raises(OutcomeUnknown):
                await endpoint.post(BEHAVIOR)
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    assert [heard.connection for heard in wire.heard] == [1, 2]


async def test_a_connection_whose_request_is_not_all_sent_carries_no_other() -> None:
    early, connections = message(ACCEPTED), 0

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(early)
            # Of what it has not read yet, none must be behind the answer of another request.
            await asyncio.sleep(0.5)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(hasty, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, built(configured(f"http://127.0.0.1:{port}/rest")) as endpoint:
        big = Request(BEHAVIOR.service, BEHAVIORS, bytes(16 << 20))
        with contextlib.suppress(OutcomeUnknown):  # as good: it was sent in part
            assert (await endpoint.post(big)).body == ACCEPTED
        assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    assert connections == 2


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
        routes = config.line
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


async def test_a_paid_order_meets_no_connection_that_was_idle_for_seconds() -> None:
    """It may be gone without a word, and then nobody knows whether the order was taken."""
    paid = Request(ORDER.service, ORDER.topic, ORDER.body, paid=True)
    async with talking() as (wire, endpoint):
        for request in (ORDER, paid, paid, ORDER):
            await endpoint.post(request)
        await asyncio.sleep(PAID_KEEPALIVE_SECONDS + 0.5)
        for request in (ORDER, paid, paid):
            await endpoint.post(request)

    assert [heard.connection for heard in wire.heard] == [1, 2, 2, 1, 1, 3, 3]


async def test_an_idle_connection_is_closed_although_nobody_asks_for_it() -> None:
    paid = Request(ORDER.service, ORDER.topic, ORDER.body, paid=True)
    async with talking() as (wire, endpoint):
        await asyncio.gather(endpoint.post(paid), endpoint.post(paid))
        assert wire.open == 2
        await until(lambda: wire.open == 0, seconds=PAID_KEEPALIVE_SECONDS + 2)
