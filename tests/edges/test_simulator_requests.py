"""What the simulator lets in: method, path, headers and body as Omeda wants them."""

import asyncio
import json

import pytest
from yarl import URL

from bridge.simulator import Scenario
from tests.edges.simulated import JSON, PATHS, VIEWED, Omeda, running


async def test_a_behavior_is_accepted_for_its_customer(omeda: Omeda) -> None:
    reply = await omeda.behavior(220002)

    assert (reply.status, reply.headers["content-type"]) == (200, JSON)
    assert set(reply.content) == {"ResponseInfo", "SubmissionId"}
    [info] = reply.content["ResponseInfo"]
    url = f"{omeda.simulator.url}/brand/demo/customer/220002/*"
    assert info == {"CustomerId": 220002, "Url": url}


async def test_an_order_is_accepted_with_a_transaction_beyond_32_bits(omeda: Omeda) -> None:
    reply = await omeda.order(OmedaCustomerId=5)

    [info] = reply.content["ResponseInfo"]
    transaction = info["TransactionId"]
    assert transaction > 2**32
    url = f"{omeda.simulator.url}/brand/demo/transaction/{transaction}/*"
    assert info == {"TransactionId": transaction, "Url": url}


async def test_no_two_answers_share_a_submission_or_a_transaction(omeda: Omeda) -> None:
    replies = [(await omeda.order()).content for _ in range(3)]

    assert len({reply["SubmissionId"] for reply in replies}) == 3
    assert len({reply["ResponseInfo"][0]["TransactionId"] for reply in replies}) == 3


async def test_the_brand_is_read_without_regard_to_case(omeda: Omeda) -> None:
    body = json.dumps({"OmedaCustomerId": 1, "CustomerBehaviors": [VIEWED]}).encode()

    reply = await omeda.ask("POST", "/brand/DeMo/assignbehavior/*", body)

    assert reply.status == 200
    assert omeda.simulator.books.accepted[0].brand == "demo"


@pytest.mark.parametrize(
    "path",
    [
        "/brand/demo/assignbehavior/%2A",
        "/brand/demo/assignbehavior/",
        "/brand/demo/assignbehavior",
        "/brand/demo/AssignBehavior/*",
        "/brand//assignbehavior/*",
        "/brand/demo/assignbehavior/*?x=1",
        "/brand/demo/assignbehavior/bulk",
        "/brand/demo/transaction/*",
        "/brand/demo/transaction//*",
        "/brand/demo/somethingelse/*",
    ],
)
async def test_any_other_path_is_a_404_without_errors(omeda: Omeda, path: str) -> None:
    reply = await omeda.ask("POST", path, b"{}")

    assert (reply.status, reply.headers["content-type"]) == (404, "text/html")
    assert b"Errors" not in reply.body


@pytest.mark.parametrize(("star", "status"), [(b"*", b"200"), (b"%2A", b"404")])
async def test_the_asterisk_must_stand_unescaped_on_the_wire(
    omeda: Omeda, star: bytes, status: bytes
) -> None:
    url = URL(omeda.simulator.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        b"POST /webservices/rest/brand/demo/storecustomerandorder/" + star + b" HTTP/1.1\r\n"
        b"Host: omeda\r\nx-omeda-appid: app\r\nx-omeda-inputid: input\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )

    answer = await reader.readline()

    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] == status


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("path", PATHS.values())
async def test_only_post_is_allowed(omeda: Omeda, method: str, path: str) -> None:
    reply = await omeda.ask(method, f"/brand/demo/{path}")

    assert reply.status == 405
    assert len(reply.errors) == 1


@pytest.mark.parametrize("missing", ["x_omeda_appid", "x_omeda_inputid"])
@pytest.mark.parametrize("text", [None, ""])
async def test_a_missing_credential_is_forbidden(
    omeda: Omeda, missing: str, text: str | None
) -> None:
    reply = await omeda.post("order", {}, **{missing: text})

    assert reply.status == 403
    assert missing.replace("_", "-") in reply.errors[0]


async def test_where_app_ids_are_named_any_other_is_forbidden() -> None:
    async with running(Scenario(app_ids=frozenset({"known"}))) as omeda:
        assert (await omeda.post("order", {}, x_omeda_appid="known")).status == 200
        assert (await omeda.post("order", {}, x_omeda_appid="other")).status == 403


@pytest.mark.parametrize("content_type", ["text/plain", "application/jsonlines", ""])
async def test_another_content_type_than_json_is_refused(omeda: Omeda, content_type: str) -> None:
    assert (await omeda.post("order", {}, content_type=content_type)).status == 400


async def test_json_may_name_its_charset(omeda: Omeda) -> None:
    reply = await omeda.post("order", {}, content_type="Application/JSON; charset=utf-8")

    assert reply.status == 200


async def test_only_behaviors_have_a_default_content_type(omeda: Omeda) -> None:
    behavior = {"OmedaCustomerId": 1, "CustomerBehaviors": [VIEWED]}
    bulk = {"Customers": [behavior]}

    assert (await omeda.post("behavior", behavior, content_type=None)).status == 200
    assert (await omeda.post("bulk", bulk, content_type=None)).status == 200
    assert (await omeda.post("order", {}, content_type=None)).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
@pytest.mark.parametrize("service", PATHS)
async def test_a_body_that_is_no_json_object_is_refused(
    omeda: Omeda, service: str, body: bytes
) -> None:
    reply = await omeda.post(service, body)

    assert (reply.status, reply.errors) == (400, ["The body must be a JSON object."])
    assert reply.content["SubmissionId"]


async def test_a_body_of_several_mebibytes_is_accepted(omeda: Omeda) -> None:
    assert (await omeda.order(Comment="x" * 3_000_000)).status == 200


async def test_a_look_up_is_a_get(omeda: Omeda) -> None:
    reply = await omeda.ask("POST", "/brand/demo/transaction/1/*")

    assert reply.status == 405


async def test_look_ups_and_runs_need_the_app_id_only(omeda: Omeda) -> None:
    placed = await omeda.order()

    bare = await omeda.ask("GET", f"/brand/demo/transaction/{placed.transaction}/*", headers={})

    assert (await omeda.look_up(placed.transaction)).status == 200
    assert (await omeda.run(placed.transaction)).status == 200
    assert bare.status == 403
