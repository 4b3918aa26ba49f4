"""HTTP out: the context of a request's trace on the wire, and nothing else with it."""

import pytest

from bridge.contexts import Headers
from bridge.event import Request
from tests.edges.posting import BEHAVIOR, BODY, ORDER, talking
from tests.recorded import parent

pytestmark = pytest.mark.usefixtures("either_client")


def traced(request: Request, *headers: tuple[str, str]) -> Request:
    found: Headers = headers
    return request.traced(found)


async def test_a_request_carries_its_context_once_and_all_else_as_ever() -> None:
    async with talking() as (wire, endpoint):
        await endpoint.post(BEHAVIOR)
        await endpoint.post(
            traced(BEHAVIOR, ("traceparent", parent(7)), ("tracestate", "rojo=1,b=2"))
        )

    # A header that stands twice would already have failed in `headers`.
    plain, followed = (heard.headers for heard in wire.heard)
    assert followed == {**plain, "traceparent": parent(7), "tracestate": "rojo=1,b=2"}
    assert wire.heard[1].body == BODY
    assert not {"traceparent", "tracestate"} & plain.keys()


async def test_each_request_has_its_own_context_and_the_next_one_none() -> None:
    async with talking() as (wire, endpoint):
        for request in (
            traced(ORDER, ("traceparent", parent(1))),
            traced(ORDER, ("traceparent", parent(2))),
            ORDER,
        ):
            await endpoint.post(request)

    found = [heard.headers.get("traceparent") for heard in wire.heard]
    assert found == [parent(1), parent(2), None]
    assert [heard.connection for heard in wire.heard] == [1, 1, 1]


@pytest.mark.parametrize("text", ["a=b\r\nx-omeda-appid: mine", "a=b\n", "a=\0", "a=é"])
async def test_what_could_not_stand_in_a_line_of_its_own_is_left_out(text: str) -> None:
    async with talking() as (wire, endpoint):
        await endpoint.post(traced(BEHAVIOR, ("traceparent", parent()), ("tracestate", text)))

    [heard] = wire.heard
    assert heard.headers["traceparent"] == parent()
    assert "tracestate" not in heard.headers
    assert heard.headers["x-omeda-appid"] == "an-app"
