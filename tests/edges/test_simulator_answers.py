"""What the simulator answers: Omeda's statuses and words."""

import asyncio
import json

import pytest
from yarl import URL

from bridge.simulator import (
    CustomerRules,
    Scenario,
)
from tests.edges.simulated import (
    JSON,
    PATHS,
    VIEWED,
    Omeda,
    running,
)


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


async def test_run_processor_tells_the_customer_too(omeda: Omeda) -> None:
    known = await omeda.order(OmedaCustomerId=5, RunProcessor=1)
    fresh = await omeda.order(Emails=[{"EmailAddress": "a@example.com"}], RunProcessor=1)

    [info] = known.content["ResponseInfo"]
    assert info["CustomerId"] == 5
    assert len(info["EncryptedCustomerId"]) == 15
    assert fresh.content["ResponseInfo"][0]["CustomerId"] != 5


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


async def test_only_assign_behavior_has_a_default_content_type(omeda: Omeda) -> None:
    behavior = {"OmedaCustomerId": 1, "CustomerBehaviors": [VIEWED]}

    assert (await omeda.post("behavior", behavior, content_type=None)).status == 200
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


@pytest.mark.parametrize("customer", [None, 0, -1, "1001", 1.5, True])
async def test_a_behavior_needs_a_customer_id_that_is_a_positive_integer(
    omeda: Omeda, customer: object
) -> None:
    reply = await omeda.behavior(customer)

    assert (reply.status, reply.errors) == (400, ["Please Provide valid OmedaCustomerId."])


async def test_an_order_can_do_without_a_customer_id_but_not_with_a_bad_one(omeda: Omeda) -> None:
    reply = await omeda.order(OmedaCustomerId="x")

    assert (reply.status, reply.errors) == (400, ["OmedaCustomerId x is not a valid customer."])
    assert (await omeda.order()).status == 200


async def test_an_unknown_customer_is_not_found() -> None:
    async with running(Scenario(customers=CustomerRules(unknown=frozenset({9})))) as omeda:
        behavior = await omeda.behavior(9)
        order = await omeda.order(OmedaCustomerId=9)

        assert (behavior.status, behavior.errors) == (404, ["OmedaCustomerId 9 not found."])
        assert (order.status, order.errors) == (404, ["OmedaCustomerId 9 is not a valid customer."])
        assert (await omeda.behavior(10)).status == 200


async def test_a_merged_customer_is_refused_with_the_one_to_use() -> None:
    async with running(Scenario(customers=CustomerRules(merged={22: 99999}))) as omeda:
        for reply in (await omeda.behavior(22), await omeda.order(OmedaCustomerId=22)):
            text = "Customer id 22 is valid but not active. Please use 99999."
            assert reply.status == 400
            assert reply.content["Errors"] == [{"Error": text, "MergedIntoCustomerId": 99999}]


async def test_a_customer_pending_deactivation_is_accepted_after_so_many_answers() -> None:
    async with running(Scenario(customers=CustomerRules(pending={3: 2}))) as omeda:
        replies = [await omeda.behavior(3) for _ in range(3)]

        text = "OmedaCustomerId 3 is pending deactivation. Please try again later."
        assert [reply.status for reply in replies] == [400, 400, 200]
        assert replies[0].errors == [text]


@pytest.mark.parametrize("behaviors", [None, [], "x", {}])
async def test_a_behavior_request_without_behaviors_is_refused(
    omeda: Omeda, behaviors: object
) -> None:
    reply = await omeda.post("behavior", {"OmedaCustomerId": 1, "CustomerBehaviors": behaviors})

    assert (reply.status, reply.errors) == (400, ["No behavior Information in request"])


@pytest.mark.parametrize(
    ("behavior", "status", "text"),
    [
        ({"BehaviorDate": VIEWED["BehaviorDate"]}, 404, "BehaviorId null is not found."),
        (VIEWED | {"BehaviorId": "x"}, 404, "BehaviorId x is not found."),
        (VIEWED | {"BehaviorId": 8}, 404, "BehaviorId 8 is not found."),
        (VIEWED | {"BehaviorId": "9" * 5000}, 404, f"BehaviorId {'9' * 5000} is not found."),
        ({"BehaviorId": 7}, 400, "Please provide BehaviorDate for BehaviorId 7"),
        (VIEWED | {"BehaviorDate": ""}, 400, "Please provide BehaviorDate for BehaviorId 7"),
        (VIEWED | {"BehaviorDate": 20240102}, 400, "Invalid date format for BehaviorId 7"),
        *(
            (VIEWED | {"BehaviorDate": date}, 400, "Invalid date format for BehaviorId 7")
            for date in (
                "2024-01-02",
                "2024-01-02T03:04:05",
                "2024-01-02 03:04",
                "2024-01-02 03:04:05Z",
                "2024-02-30 03:04:05",
                "2024-01-02 25:04:05",
                " 2024-01-02 03:04:05",
            )
        ),
    ],
)
async def test_a_bad_behavior_is_refused_in_omedas_words(
    behavior: object, status: int, text: str
) -> None:
    async with running(Scenario(behavior_ids=frozenset({7}))) as omeda:
        reply = await omeda.behavior(1, behavior)

        assert (reply.status, reply.errors) == (status, [text])


async def test_a_behavior_id_may_be_a_string_of_digits() -> None:
    async with running(Scenario(behavior_ids=frozenset({104}))) as omeda:
        assert (await omeda.behavior(1, VIEWED | {"BehaviorId": "104"})).status == 200


async def test_every_bad_behavior_of_a_request_is_named(omeda: Omeda) -> None:
    reply = await omeda.behavior(1, {"BehaviorId": 7}, VIEWED, "x")

    assert reply.errors == [
        "Please provide BehaviorDate for BehaviorId 7",
        "BehaviorId null is not found.",
        "Please provide BehaviorDate for BehaviorId null",
    ]


@pytest.mark.parametrize("products", ["x", ["x"], [{}], [{"OmedaProductId": True}]])
async def test_every_product_needs_an_id(omeda: Omeda, products: object) -> None:
    reply = await omeda.order(Products=products)

    assert (reply.status, reply.errors) == (
        400,
        ["OmedaProductId is missing in Products submission"],
    )


async def test_a_product_may_be_ordered_only_once(omeda: Omeda) -> None:
    twice = await omeda.order(Products=[{"OmedaProductId": 12}, {"OmedaProductId": "12"}])
    once = await omeda.order(Products=[{"OmedaProductId": 12}, {"OmedaProductId": 13}])

    text = "OmedaProductId 12 cannot be included more than once in a submission."
    assert (twice.status, twice.errors) == (400, [text])
    assert once.status == 200
