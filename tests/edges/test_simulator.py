"""The simulator, asked over real HTTP as the bridge asks Omeda."""

import asyncio
import io
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
from yarl import URL

from bridge.simulator import (
    CALM,
    Books,
    CustomerRules,
    Effect,
    ErrorsAnswer,
    FaultRule,
    HtmlAnswer,
    Latency,
    Reset,
    ResetAfterAcceptance,
    Scenario,
    ScenarioError,
    Simulator,
    Stall,
    StatusAnswer,
    TruncatedAnswer,
    load_scenario,
)
from bridge.simulator.faults import FaultPlan
from bridge.simulator.submission import Submission, Target

JSON = "application/json"
CREDENTIALS = {"x-omeda-appid": "app", "x-omeda-inputid": "input", "content-type": JSON}
PATHS = {"behavior": "assignbehavior/*", "order": "storecustomerandorder/*"}
VIEWED = {"BehaviorId": 7, "BehaviorDate": "2024-01-02 03:04:05"}


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    @property
    def errors(self) -> list[str]:
        return [entry["Error"] for entry in self.content["Errors"]]


class Omeda(NamedTuple):
    """A running simulator and a session with it."""

    simulator: Simulator
    session: aiohttp.ClientSession

    async def behavior(self, customer: object = 1001, *behaviors: object) -> Reply:
        body = {"OmedaCustomerId": customer, "CustomerBehaviors": behaviors or (VIEWED,)}
        return await self.post("behavior", body)

    async def order(self, **fields: object) -> Reply:
        return await self.post("order", fields)

    async def post(self, service: str, body: object, **headers: str | None) -> Reply:
        changed = CREDENTIALS | {name.replace("_", "-"): text for name, text in headers.items()}
        kept = {name: text for name, text in changed.items() if text is not None}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.ask("POST", f"/brand/demo/{PATHS[service]}", data, kept)

    async def ask(
        self, method: str, path: str, data: bytes = b"", headers: Mapping[str, str] = CREDENTIALS
    ) -> Reply:
        return await self._request(method, f"{self.simulator.url}{path}", data, headers)

    async def control(self, method: str, path: str, content: object = None) -> Reply:
        url = URL(self.simulator.url).with_path(f"/_simulator/{path}")
        return await self._request(method, str(url), json.dumps(content).encode(), {})

    async def _request(
        self, method: str, url: str, data: bytes, headers: Mapping[str, str]
    ) -> Reply:
        target = URL(url, encoded=True)
        async with self.session.request(
            method,
            target,
            data=io.BytesIO(data),
            headers=headers,
            skip_auto_headers=["content-type"],
        ) as response:
            return Reply(response.status, response.headers, await response.read())


class Line(NamedTuple):
    """A client's connection, as the books see one."""

    closing: bool

    def is_closing(self) -> bool:
        return self.closing


@asynccontextmanager
async def running(scenario: Scenario = CALM, *, keep_bodies: bool = True) -> AsyncIterator[Omeda]:
    simulator = Simulator(scenario, keep_bodies=keep_bodies)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Omeda(simulator, session)
    finally:
        await simulator.stop()


@pytest.fixture
async def omeda() -> AsyncIterator[Omeda]:
    async with running() as calm:
        yield calm


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - the books keep counts, and announce nothing
            await asyncio.sleep(0.001)


def always(effect: Effect) -> tuple[FaultRule, ...]:
    return (FaultRule(effect),)


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


async def test_a_status_fault_answers_with_its_status_body_and_retry_after(omeda: Omeda) -> None:
    omeda.simulator.faults = always(StatusAnswer(503, retry_after=7, body="busy"))

    reply = await omeda.behavior()

    assert (reply.status, reply.headers["retry-after"], reply.body) == (503, "7", b"busy")
    assert not omeda.simulator.books.accepted


async def test_retry_after_can_be_a_date(omeda: Omeda) -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    omeda.simulator.faults = always(StatusAnswer(429, retry_after=date))

    assert (await omeda.behavior()).headers["retry-after"] == date


async def test_an_html_fault_answers_with_a_page(omeda: Omeda) -> None:
    omeda.simulator.faults = always(HtmlAnswer())

    reply = await omeda.behavior()

    assert (reply.status, reply.headers["content-type"]) == (502, "text/html")
    assert not omeda.simulator.books.accepted


async def test_an_errors_fault_answers_200_and_saves_nothing(omeda: Omeda) -> None:
    omeda.simulator.faults = always(ErrorsAnswer("Not today."))

    reply = await omeda.behavior()

    assert (reply.status, reply.errors) == (200, ["Not today."])
    assert not omeda.simulator.books.accepted


@pytest.mark.parametrize(("effect", "saved"), [(Reset(), 0), (ResetAfterAcceptance(), 1)])
async def test_a_reset_cuts_the_connection_before_or_after_acceptance(
    omeda: Omeda, effect: Effect, saved: int
) -> None:
    omeda.simulator.faults = always(effect)

    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await omeda.behavior()

    counts = omeda.simulator.books.counts()
    assert (counts.accepted_requests, counts.unanswered, counts.in_flight) == (saved, 1, 0)


async def test_after_acceptance_only_a_faultless_request_is_saved(omeda: Omeda) -> None:
    omeda.simulator.faults = always(ResetAfterAcceptance())

    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await omeda.behavior(customer="nobody")

    assert not omeda.simulator.books.accepted


async def test_a_truncated_answer_is_saved_and_breaks_off(omeda: Omeda) -> None:
    omeda.simulator.faults = always(TruncatedAnswer())

    with pytest.raises(aiohttp.ClientPayloadError):
        await omeda.behavior()

    counts = omeda.simulator.books.counts()
    assert (counts.accepted_requests, counts.unanswered) == (1, 1)
    assert counts.requests_by_status == {}


async def test_a_stall_lasts_until_the_client_leaves(omeda: Omeda) -> None:
    omeda.simulator.faults = always(Stall())
    books = omeda.simulator.books

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await omeda.behavior()

    await until(lambda: books.in_flight == 0)
    assert (books.accepted_requests, books.unanswered) == (0, 1)


async def test_stopping_ends_stalls_at_once() -> None:
    async with running(Scenario(faults=always(Stall()))) as omeda:
        waiting = asyncio.create_task(omeda.behavior())
        await until(lambda: omeda.simulator.books.in_flight == 1)

        async with asyncio.timeout(0.5):
            await omeda.simulator.stop()

        with pytest.raises(aiohttp.ClientError):
            await waiting


async def test_a_stopped_simulator_can_return_at_its_port_with_its_books() -> None:
    async with running() as omeda:
        await omeda.behavior()
        port = URL(omeda.simulator.url).port
        assert port is not None

        await omeda.simulator.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await omeda.behavior()
        await omeda.simulator.start(port=port)

        assert (await omeda.behavior()).status == 200
        assert omeda.simulator.books.accepted_requests == 2


async def test_a_client_that_gave_up_waiting_has_been_accepted() -> None:
    async with running(Scenario(latency=Latency(base_seconds=60))) as omeda:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await omeda.behavior()

        await until(lambda: omeda.simulator.books.in_flight == 0)
        counts = omeda.simulator.books.counts()
        assert (counts.accepted_requests, counts.unanswered) == (1, 1)


async def test_every_answer_takes_the_latency() -> None:
    latency = Latency(base_seconds=0.02, jitter_seconds=0.01)
    async with running(Scenario(latency=latency)) as omeda:
        began = asyncio.get_running_loop().time()
        await omeda.behavior()

        assert asyncio.get_running_loop().time() - began >= 0.02


def test_jitter_is_spread_above_the_base() -> None:
    chance = random.Random(1)
    draws = [Latency(base_seconds=1, jitter_seconds=2).draw(chance) for _ in range(1000)]

    assert 1 <= min(draws) < 1.1
    assert 2.9 < max(draws) <= 3


async def test_a_rule_lets_some_requests_pass_and_strikes_only_so_often(omeda: Omeda) -> None:
    omeda.simulator.faults = [FaultRule(StatusAnswer(500), after_requests=1, count=2)]

    assert [(await omeda.order()).status for _ in range(5)] == [200, 500, 500, 200, 200]


async def test_a_rule_for_one_service_leaves_the_other_alone(omeda: Omeda) -> None:
    omeda.simulator.faults = [FaultRule(StatusAnswer(500), service="order", after_requests=1)]

    assert [(await omeda.behavior()).status for _ in range(2)] == [200, 200]
    assert [(await omeda.order()).status for _ in range(2)] == [200, 500]


async def test_the_first_rule_that_holds_strikes(omeda: Omeda) -> None:
    omeda.simulator.faults = [
        FaultRule(StatusAnswer(500), count=1),
        FaultRule(StatusAnswer(503), after_requests=2),
    ]

    assert [(await omeda.order()).status for _ in range(3)] == [500, 200, 503]


async def test_one_seed_always_strikes_the_same_requests() -> None:
    faults = (FaultRule(StatusAnswer(500), probability=0.5),)

    async def statuses(seed: int) -> list[int]:
        async with running(Scenario(seed=seed, faults=faults)) as omeda:
            return [(await omeda.order()).status for _ in range(40)]

    first = await statuses(1)
    assert set(first) == {200, 500}
    assert await statuses(1) == first
    assert await statuses(2) != first


def test_a_rule_strikes_from_and_for_its_seconds() -> None:
    now = [100.0]
    rule = FaultRule(Reset(), from_seconds=10, for_seconds=5)
    plan = FaultPlan([rule], random.Random(0), lambda: now[0])

    struck = []
    for now[0] in (100, 109.9, 110, 114.9, 115):
        struck.append(plan.strike("order") is not None)

    assert struck == [False, False, True, True, False]


async def test_the_books_hold_what_was_accepted_in_order_of_arrival(omeda: Omeda) -> None:
    first = json.dumps({"OmedaCustomerId": 1, "CustomerBehaviors": [VIEWED, VIEWED]}).encode()
    await omeda.post("behavior", first)
    await omeda.behavior("nobody")
    await omeda.order(ClientCustomerId="c-2")

    behavior, order = omeda.simulator.books.accepted
    assert (behavior.service, behavior.brand, behavior.customer) == ("behavior", "demo", "1")
    assert (behavior.body, behavior.events) == (first, 2)
    assert (order.service, order.customer, order.events) == ("order", "c-2", 1)
    assert behavior.arrived <= behavior.accepted <= order.arrived <= order.accepted


@pytest.mark.parametrize(
    ("identity", "customer"),
    [
        ({"OmedaCustomerId": 5, "ExternalCustomerId": "e"}, "5"),
        ({"ExternalCustomerId": "e", "ExternalCustomerIdNamespace": "n"}, "n/e"),
        ({"ExternalCustomerId": 6, "ClientCustomerId": "c"}, "6"),
        ({"ClientCustomerId": "c"}, "c"),
        ({"Emails": []}, None),
    ],
)
async def test_a_customer_is_known_by_the_first_identity_given(
    omeda: Omeda, identity: dict[str, object], customer: str | None
) -> None:
    await omeda.order(**identity)

    assert omeda.simulator.books.accepted[0].customer == customer


async def test_two_requests_of_one_customer_at_once_are_an_overlap() -> None:
    async with running(Scenario(latency=Latency(base_seconds=0.05))) as omeda:
        await asyncio.gather(omeda.behavior(1), omeda.order(OmedaCustomerId=1), omeda.behavior(2))

        books = omeda.simulator.books
        assert [overlap.customer for overlap in books.overlaps] == ["1"]
        assert (books.overlap_count, books.max_in_flight) == (1, 3)


async def test_requests_one_after_another_do_not_overlap(omeda: Omeda) -> None:
    for _ in range(20):
        await omeda.behavior(1)

    assert omeda.simulator.books.overlap_count == 0


async def test_requests_of_nobody_do_not_overlap() -> None:
    async with running(Scenario(latency=Latency(base_seconds=0.02))) as omeda:
        await asyncio.gather(omeda.order(), omeda.order())

        assert omeda.simulator.books.overlap_count == 0


def test_a_request_whose_connection_is_closing_is_no_overlap() -> None:
    books = Books()
    cut, whole = Line(closing=True), Line(closing=False)
    submission = Submission(Target("order", "demo"), "POST", {}, b"", {"OmedaCustomerId": 1})

    for connection in (cut, whole, whole):
        books.identify(books.open(0.0, connection), submission)

    assert books.overlap_count == 1


async def test_a_client_that_left_and_comes_again_is_no_overlap(omeda: Omeda) -> None:
    omeda.simulator.faults = [FaultRule(Stall(), count=1)]
    waiting = asyncio.create_task(omeda.behavior(1))
    await until(lambda: omeda.simulator.books.in_flight == 1)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await omeda.behavior(1)

    assert omeda.simulator.books.overlap_count == 0


async def test_without_bodies_the_books_count_all_and_remember_the_latest() -> None:
    async with running(keep_bodies=False) as omeda:
        for customer in range(1, 1003):
            await omeda.behavior(customer)

        books = omeda.simulator.books
        assert (books.accepted_requests, len(books.accepted)) == (1002, 1000)
        assert (books.accepted[0].customer, books.accepted[0].body) == ("3", b"")


async def test_the_books_can_be_read_over_http(omeda: Omeda) -> None:
    await omeda.behavior(1, VIEWED, VIEWED)
    await omeda.behavior("nobody")

    reply = await omeda.control("GET", "books")

    assert reply.status == 200
    assert reply.content == {
        "requests": 2,
        "requests_by_status": {"200": 1, "400": 1},
        "unanswered": 0,
        "accepted_requests": 1,
        "accepted_events": 2,
        "in_flight": 0,
        "max_in_flight": 1,
        "overlaps": 0,
    }


async def test_faults_set_over_http_strike_and_can_be_read_back(omeda: Omeda) -> None:
    rule = {"effect": {"type": "status", "status": 503, "retry_after": 2}, "service": "order"}

    put = await omeda.control("PUT", "faults", [rule])

    got = await omeda.control("GET", "faults")
    assert (put.status, put.content) == (200, got.content)
    assert got.content[0]["effect"] | rule["effect"] == got.content[0]["effect"]
    assert omeda.simulator.faults == (FaultRule(StatusAnswer(503, retry_after=2), service="order"),)
    assert (await omeda.order()).status == 503


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        ({}, "array"),
        ([{"effect": {"type": "flood"}}], "$[0].effect.type"),
        ([{"effect": {"type": "status", "status": 99}}], "$[0].effect.status"),
        ([{"effect": {"type": "reset"}, "probability": 2}], "$[0].probability"),
        ([{"effect": {"type": "reset"}, "chance": 1}], "`chance`"),
        ([{"effect": {"type": "status", "status": 503, "retry_after": "a\nb"}}], "retry_after"),
    ],
)
async def test_bad_faults_are_refused_with_their_path_and_change_nothing(
    omeda: Omeda, rules: object, where: str
) -> None:
    omeda.simulator.faults = before = always(HtmlAnswer())

    reply = await omeda.control("PUT", "faults", rules)

    assert reply.status == 400
    assert where in reply.content["error"]
    assert omeda.simulator.faults == before


async def test_a_reset_empties_the_books_and_keeps_the_faults() -> None:
    async with running(Scenario(customers=CustomerRules(pending={3: 1}))) as omeda:
        omeda.simulator.faults = [FaultRule(StatusAnswer(500), service="order", count=1)]
        before = [await omeda.behavior(3), await omeda.order()]

        assert (await omeda.control("POST", "reset")).content["requests"] == 0

        after = [await omeda.behavior(3), await omeda.order()]
        assert [reply.status for reply in before] == [reply.status for reply in after] == [400, 500]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", "faults", 405), ("GET", "reset", 405), ("GET", "nothing", 404)],
)
async def test_other_control_requests_are_refused_in_a_sentence(
    omeda: Omeda, method: str, path: str, status: int
) -> None:
    reply = await omeda.control(method, path)

    assert reply.status == status
    assert reply.content["error"].endswith(".")


async def test_control_requests_stay_out_of_the_books(omeda: Omeda) -> None:
    await omeda.control("GET", "faults")

    assert omeda.simulator.books.counts().requests == 0


def test_a_simulator_never_started_has_no_url() -> None:
    with pytest.raises(RuntimeError):
        _ = Simulator().url


async def test_stopping_twice_changes_nothing(omeda: Omeda) -> None:
    await omeda.simulator.stop()
    await omeda.simulator.stop()


def test_a_scenario_is_read_from_yaml(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("""
seed: 3
latency: {base_seconds: 0.1, jitter_seconds: 1}
faults:
  - effect: {type: status, status: 503, retry_after: 2}
    probability: 0.2
  - effect: {type: reset_after}
    service: order
    from_seconds: 5
customers:
  unknown: [7]
  merged: {22: 99999}
  pending: {3: 2}
""")

    assert load_scenario(file) == Scenario(
        seed=3,
        latency=Latency(0.1, 1),
        faults=(
            FaultRule(StatusAnswer(503, retry_after=2), probability=0.2),
            FaultRule(ResetAfterAcceptance(), service="order", from_seconds=5),
        ),
        customers=CustomerRules(frozenset({7}), {22: 99999}, {3: 2}),
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (b"latency: {base_seconds: -1}", "$.latency.base_seconds"),
        (b"latency: {base_seconds: .nan}", "$.latency.base_seconds"),
        (b"faults: [{effect: {type: stall, seconds: 3}}]", "$.faults[0].effect"),
        (b"customers: {merged: {x: 1}}", "$.customers.merged"),
        (b"sead: 3", "`sead`"),
        (b"seed: 2024-13-45", "month"),
        (b"", "object"),
        (b"a: [", "line"),
        (b"\xff\xfe\xff", "scenario.yaml"),
        (b"[" * 5_000, "scenario.yaml"),
    ],
)
def test_a_bad_scenario_is_refused_in_one_line_with_the_path_of_the_value(
    tmp_path: Path, text: bytes, where: str
) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_bytes(text)

    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)

    assert where in str(caught.value)
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_a_missing_scenario_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="No such file"):
        load_scenario(tmp_path / "none.yaml")
