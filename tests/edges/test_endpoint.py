"""HTTP out: what goes over the wire, and what comes back."""

import asyncio

import pytest

from bridge import __version__
from bridge.event import Request
from tests.edges.posting import (
    BEHAVIOR,
    BEHAVIORS,
    BODY,
    ORDER,
    built,
    configured,
    talking,
)
from tests.edges.wire import (
    ACCEPTED,
    answer,
    listening,
    message,
)

pytestmark = pytest.mark.usefixtures("either_client")


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
