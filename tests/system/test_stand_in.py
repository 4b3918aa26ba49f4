"""The stand-in for Omeda: what it says of bulk requests and of transactions."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.system.events import Author, behavior_body
from tests.system.omeda import OmedaStandIn, Trouble
from tests.system.omeda_contract import BASE_PATH, BRAND, HEADERS

BRAND_PATH = f"{BASE_PATH}/brand/{BRAND}"


@pytest.fixture
def omeda() -> Iterator[OmedaStandIn]:
    omeda = OmedaStandIn()
    omeda.start()
    yield omeda
    omeda.stop()


def ask(omeda: OmedaStandIn, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
    connection = HTTPConnection(urlsplit(omeda.base_url).netloc, timeout=5)
    headers = {**HEADERS, "user-agent": "omeda-bridge"}
    connection.request(method, f"{BRAND_PATH}/{path}", body, headers)
    with connection.getresponse() as answer:
        told = answer.status, json.loads(answer.read())
    connection.close()
    return told


def bulk(omeda: OmedaStandIn, *customers: int) -> tuple[int, Any]:
    parts = [behavior_body(customer, f"seq-{customer}") for customer in customers]
    body = json.dumps({"Customers": parts}).encode()
    return ask(omeda, "POST", "assignbehavior/bulk/*", body)


def test_a_bulk_request_is_accepted_with_each_customer_s_events(omeda: OmedaStandIn) -> None:
    status, told = bulk(omeda, 1001, 1002)

    assert (status, len(told["ResponseInfo"])) == (200, 2)
    taken = [(one.submission.customer, one.submission.seq) for one in omeda.accepted]
    assert taken == [(1001, "seq-1001"), (1002, "seq-1002")]
    assert len({one.request for one in omeda.accepted}) == 1
    assert not omeda.violations


def test_a_refused_bulk_request_saves_nothing(omeda: OmedaStandIn) -> None:
    omeda.refused.add("seq-1002")
    assert bulk(omeda, 1001, 1002)[0] == 400
    omeda.trouble = Trouble("several refused")
    assert bulk(omeda, 1001, 1003)[0] == 404
    assert not omeda.accepted

    assert bulk(omeda, 1001)[0] == 200


def test_a_customer_who_stands_in_it_twice_breaks_the_contract(omeda: OmedaStandIn) -> None:
    assert bulk(omeda, 1001, 1002, 1001)[0] == 400
    assert "twice" in omeda.violations[0]


def test_a_transaction_can_be_looked_up_if_it_was_given(omeda: OmedaStandIn) -> None:
    _, told = ask(omeda, "POST", "storecustomerandorder/*", Author().order(1001).value)
    [given] = [one["TransactionId"] for one in told["ResponseInfo"]]

    status, told = ask(omeda, "GET", f"transaction/{given}/*")
    assert (status, told["TransactionId"], told["Status"]) == (200, given, 0)
    assert not omeda.violations
    assert omeda.accepted[0].transaction_id == given

    assert ask(omeda, "GET", f"transaction/{given + 1}/*")[0] == 400
    assert "never given" in omeda.violations[0]
