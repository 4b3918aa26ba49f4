import json

import pytest

from bridge.event import Event
from bridge.model import Kind, LaneKey, Operation, Route, Service
from bridge.routing import (
    ASSIGN_BEHAVIOR,
    ASSIGN_BEHAVIOR_BULK,
    RUN_PROCESSOR,
    STORE_ORDER,
    path_of,
    request_for,
    run_processor_request,
    transaction_request,
)

BEHAVIORS = Service("DEMO", Kind.BEHAVIOR)
ORDERS = Service("DEMO", Kind.ORDER)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.BEHAVIOR, "/brand/DEMO/assignbehavior/*"),
        (Kind.ORDER, "/brand/DEMO/storecustomerandorder/*"),
    ],
)
def test_the_path_names_brand_and_service_and_ends_in_a_literal_asterisk(
    kind: Kind, path: str
) -> None:
    assert path_of(Service("DEMO", kind)) == path


def test_every_operation_has_its_path_below_the_brand() -> None:
    lookup = transaction_request(ORDERS, 2378239231).operation

    assert path_of(BEHAVIORS, ASSIGN_BEHAVIOR_BULK) == "/brand/DEMO/assignbehavior/bulk/*"
    assert path_of(ORDERS, RUN_PROCESSOR) == "/brand/DEMO/runprocessor/*"
    assert path_of(ORDERS, lookup) == "/brand/DEMO/transaction/2378239231/*"


def test_only_the_writes_want_an_input_id() -> None:
    lookup = transaction_request(ORDERS, 8).operation

    assert lookup == Operation("GET", "transaction/8/*", "Transaction Lookup", input_id=False)
    assert [
        (operation.method, operation.input_id)
        for operation in (ASSIGN_BEHAVIOR, ASSIGN_BEHAVIOR_BULK, STORE_ORDER, RUN_PROCESSOR)
    ] == [("POST", True), ("POST", True), ("POST", True), ("POST", False)]


def test_a_request_carries_the_event_to_the_service_of_its_route() -> None:
    event = Event(LaneKey("DEMO", "5"), b'{"OmedaCustomerId":5}', events=3)

    request = request_for(event, Route("clicks", BEHAVIORS))

    assert (request.service, request.topic) == (BEHAVIORS, "clicks")
    assert (request.body, request.events) == (b'{"OmedaCustomerId":5}', 3)
    assert not any((request.paid, request.tail, request.operation, request.trace))


def test_a_transaction_is_looked_up_without_a_body() -> None:
    request = transaction_request(ORDERS, 8)

    assert (request.service, request.body, request.events) == (ORDERS, b"", 0)


@pytest.mark.parametrize("ids", [[8], [8, 9, 2378239231]])
def test_the_processor_is_run_for_each_transaction(ids: list[int]) -> None:
    request = run_processor_request(ORDERS, ids)

    assert json.loads(request.body) == {"Process": [{"TransactionId": one} for one in ids]}
    assert (request.service, request.operation) == (ORDERS, RUN_PROCESSOR)
