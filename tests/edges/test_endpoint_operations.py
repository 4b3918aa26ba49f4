"""HTTP out: what is asked of Omeda beside the two writes."""

import pytest

from bridge import __version__
from bridge.bulk import bulk
from bridge.config import Credentials, Secret
from bridge.config.settings import Brand
from bridge.endpoint import HttpEndpoint
from bridge.errors import OutcomeUnknown
from bridge.event import Request
from bridge.model import Delivered, Kind, Service
from bridge.routing import run_processor_request, transaction_request
from bridge.transactions import Progress, batch_of, transaction_of
from bridge.verdict import verdict
from tests.edges.posting import BEHAVIOR, BRAND, configured, talking
from tests.edges.wire import answer, listening, stall

pytestmark = pytest.mark.usefixtures("either_client")

ORDERS = Service(BRAND, Kind.ORDER)
PLAIN = {
    "x-omeda-appid": "an-app",
    "accept": "application/json",
    "accept-encoding": "identity",
    "user-agent": f"omeda-bridge/{__version__}",
}


async def test_a_look_up_has_exactly_these_bytes_on_the_wire() -> None:
    found = answer(b'{"TransactionId":8,"Status":100}', "Content-Type: application/json")
    async with talking(found) as (wire, endpoint):
        answered = await endpoint.post(transaction_request(ORDERS, 8))

    [heard] = wire.heard
    assert heard.request_line == b"GET /webservices/rest/brand/DEMO/transaction/8/* HTTP/1.1"
    assert heard.headers == {"host": wire.address, **PLAIN}
    assert heard.body == b""
    transaction = transaction_of(answered)
    assert transaction is not None
    assert transaction.progress is Progress.DONE


async def test_running_the_processor_shows_no_input_id() -> None:
    ran = answer(b'{"BatchStatus":[{"TransactionId":8,"Success":"true"}]}')
    async with talking(ran) as (wire, endpoint):
        answered = await endpoint.post(run_processor_request(ORDERS, [8, 9]))

    [heard] = wire.heard
    assert heard.request_line == b"POST /webservices/rest/brand/DEMO/runprocessor/* HTTP/1.1"
    assert heard.body == b'{"Process":[{"TransactionId":8},{"TransactionId":9}]}'
    assert heard.headers == {
        "host": wire.address,
        **PLAIN,
        "content-type": "application/json",
        "content-length": str(len(heard.body)),
    }
    assert [entry.succeeded for entry in batch_of(answered).ran] == [True]


async def test_a_bulk_request_goes_to_its_own_path_with_the_input_id_of_its_topic() -> None:
    requests = [BEHAVIOR.carrying(b'{"OmedaCustomerId":%d}' % n, 1) for n in (1, 2)]
    async with talking() as (wire, endpoint):
        await endpoint.post(bulk(requests))

    [heard] = wire.heard
    assert heard.request_line == (
        b"POST /webservices/rest/brand/DEMO/assignbehavior/bulk/* HTTP/1.1"
    )
    assert heard.headers["x-omeda-inputid"] == "an-input"
    assert heard.body == b'{"Customers":[{"OmedaCustomerId":1},{"OmedaCustomerId":2}]}'


async def test_all_operations_share_a_connection() -> None:
    async with talking() as (wire, endpoint):
        for request in (
            BEHAVIOR,
            transaction_request(ORDERS, 8),
            run_processor_request(ORDERS, [8]),
            BEHAVIOR,
        ):
            await endpoint.post(request)

    assert [heard.connection for heard in wire.heard] == [1] * 4


async def test_a_renewed_app_id_is_shown_by_every_operation() -> None:
    async with listening() as wire:
        brand = Brand(app_id=Secret("an-app"), input_id=Secret("an-input"))
        config = configured(f"http://{wire.address}/rest", brand=brand)
        credentials = Credentials(config)
        async with HttpEndpoint(config.omeda, config.line, credentials) as endpoint:
            credentials.passes = {
                topic: shown._replace(app_id=Secret("rotated"))
                for topic, shown in credentials.passes.items()
            }
            endpoint.renew()
            for request in (BEHAVIOR, transaction_request(ORDERS, 8)):
                await endpoint.post(request)

    assert [heard.headers["x-omeda-appid"] for heard in wire.heard] == ["rotated"] * 2


async def test_an_answer_has_the_content_type_that_came() -> None:
    page = answer(b"<html>", "Content-Type: text/html", status="413 Too Large")
    async with talking(page, answer()) as (_, endpoint):
        first = await endpoint.post(BEHAVIOR)
        second = await endpoint.post(BEHAVIOR)

    assert first.content_type == "text/html"
    assert second.content_type is None
    assert isinstance(verdict(second), Delivered)


@pytest.mark.parametrize("request_", [transaction_request(ORDERS, 8), BEHAVIOR])
async def test_an_answer_that_does_not_come_is_a_time_out_for_every_operation(
    request_: Request,
) -> None:
    async with talking(stall(), seconds=0.2) as (_, endpoint):
        with pytest.raises(OutcomeUnknown):
            await endpoint.post(request_)
