"""Where a request goes, and what it carries: everything that Omeda can be asked for. Pure."""

from collections.abc import Sequence

import msgspec

from bridge.event import Event, Request
from bridge.model import Kind, Operation, Route, Service

# Omeda wants each path with the slash and the asterisk at its end, unescaped.
ASSIGN_BEHAVIOR = Operation("POST", "assignbehavior/*", "Assign Behavior")
ASSIGN_BEHAVIOR_BULK = Operation("POST", "assignbehavior/bulk/*", "Assign Behavior Bulk")
STORE_ORDER = Operation("POST", "storecustomerandorder/*", "Save Customer and Order")
RUN_PROCESSOR = Operation("POST", "runprocessor/*", "Run Processor", input_id=False)

WRITES = {Kind.BEHAVIOR: ASSIGN_BEHAVIOR, Kind.ORDER: STORE_ORDER}


def path_of(service: Service, operation: Operation | None = None) -> str:
    """The path of *operation* below the base URL; without one, of the service's own write."""
    asked = operation or WRITES[service.kind]
    return f"/brand/{service.brand}/{asked.path}"


def request_for(event: Event, route: Route) -> Request:
    """The one POST that delivers *event*."""
    return Request(
        route.service, route.topic, event.body, event.events, paid=event.paid, tail=event.tail
    )


def redirected(request: Request, customer_id: int) -> Request:
    """*request* for the customer that its own was merged into; all else of it as it was."""
    members = msgspec.json.decode(request.body, type=dict[str, msgspec.Raw])
    members["OmedaCustomerId"] = msgspec.Raw(str(customer_id).encode())
    return request.carrying(msgspec.json.encode(members), request.events)


def transaction_request(service: Service, transaction_id: int) -> Request:
    """Ask what became of an accepted order."""
    lookup = Operation(
        "GET", f"transaction/{transaction_id:d}/*", "Transaction Lookup", input_id=False
    )
    return Request(service, "", b"", 0, operation=lookup)


def run_processor_request(service: Service, transaction_ids: Sequence[int]) -> Request:
    """Run what waits in Omeda's queue at once. One id that it refuses, and none is run."""
    entries = [{"TransactionId": transaction_id} for transaction_id in transaction_ids]
    body = msgspec.json.encode({"Process": entries})
    return Request(service, "", body, len(entries), operation=RUN_PROCESSOR)
