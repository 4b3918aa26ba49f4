"""What the traces of records say of their deliveries."""

from typing import Literal

import msgspec
import pytest
from opentelemetry.trace import SpanKind, StatusCode

from bridge.config.delivery import Bulk, Delivery
from bridge.contexts import SpanId
from bridge.model import Answer
from tests.fakes import Reply
from tests.flow.world import ACCEPTED, JOINING, ORDERS, P0, REFUSED, UNAVAILABLE, World
from tests.recorded import TRACE, Kept, carrying, context_of, parent, parent_of, told

pytestmark = pytest.mark.looptime

ANN, BOB = 4711001, 4711002
TAKEN = Reply(
    Answer(200, b'{"ResponseInfo": [{"TransactionId": 77}], "SubmissionId": "s-1"}'), accepted=True
)
BULK = msgspec.structs.replace(JOINING, bulk=Bulk(enabled=True, max_customers=20))


async def test_an_attempt_is_a_span_below_the_records_own_context() -> None:
    kept = Kept()
    async with World(ORDERS, tracing=kept.tracing) as world:
        headers = carrying(("traceparent", parent(5)), ("tracestate", "rojo=1"))
        order = world.produce(ORDERS, ANN, headers=headers)
        world.endpoint.replies[order].append(TAKEN)
        await world.start()
        await world.quiet()

    span = kept.only
    assert (span.name, span.kind) == ("POST storecustomerandorder", SpanKind.CLIENT)
    assert parent_of(span) == (TRACE, f"{5:016x}")
    assert span.status.status_code is StatusCode.UNSET
    assert told(span) == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "server.address": "omeda.example",
        "server.port": 8443,
        "url.full": "https://omeda.example:8443/webservices/rest/brand/DEMO/storecustomerandorder/*",
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.destination.partition.id": "0",
        "messaging.kafka.offset": 0,
        "omeda.brand": "DEMO",
        "omeda.kind": "order",
        "omeda.submission_id": "s-1",
        "omeda.transaction_id": 77,
    }
    assert world.endpoint.contexts == [{"traceparent": context_of(span), "tracestate": "rojo=1"}]


async def test_each_attempt_is_a_span_of_its_own() -> None:
    kept = Kept()
    async with World(ORDERS, tracing=kept.tracing) as world:
        order = world.produce(ORDERS, ANN, headers=carrying(("traceparent", parent())))
        world.endpoint.replies[order] += [UNAVAILABLE, TAKEN]
        await world.start()
        await world.quiet()

    first, second = kept.spans
    assert parent_of(first) == parent_of(second) == (TRACE, f"{1:016x}")
    assert [context["traceparent"] for context in world.endpoint.contexts] == [
        context_of(first),
        context_of(second),
    ]
    assert first.status.status_code is StatusCode.ERROR
    assert (told(first)["error.type"], told(first)["http.response.status_code"]) == (
        "server_error",
        503,
    )
    assert "http.request.resend_count" not in told(first)
    assert told(second)["http.request.resend_count"] == 1
    assert second.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize("headers", [(), carrying(("traceparent", "00-junk-01"))])
async def test_a_record_without_a_context_begins_a_trace(
    headers: tuple[tuple[str, bytes], ...],
) -> None:
    kept = Kept()
    async with World(ORDERS, tracing=kept.tracing) as world:
        world.produce(ORDERS, ANN, headers=headers)
        await world.start()
        await world.quiet()

    assert kept.only.parent is None
    assert world.endpoint.contexts == [{"traceparent": context_of(kept.only)}]


@pytest.mark.parametrize("settings", [JOINING, BULK])
async def test_records_that_travel_along_are_linked_each_context_once(
    settings: Delivery,
) -> None:
    kept = Kept()
    customers = [ANN] * 6 if settings is JOINING else [ANN + number for number in range(6)]
    numbers = [1, 1, 2, 3, 3, None]
    async with World(P0, settings=settings, tracing=kept.tracing) as world:
        for customer, number in zip(customers, numbers, strict=True):
            context = () if number is None else carrying(("traceparent", parent(number)))
            world.produce(P0, customer, headers=context)
        await world.start()
        await world.quiet()

    together = max(kept.spans, key=lambda span: len(span.links))
    assert told(together)["messaging.batch.message_count"] == 6
    assert "messaging.kafka.offset" not in told(together)
    assert parent_of(together) == (TRACE, f"{1:016x}")
    assert [link.context.span_id for link in together.links] == [2, 3]
    expected = "assignbehavior" if settings is JOINING else "assignbehavior/bulk"
    assert together.name == f"POST {expected}"


async def test_what_is_not_sampled_travels_on_as_that_and_leaves_no_exemplar() -> None:
    kept = Kept()
    async with World(ORDERS, tracing=kept.tracing) as world:
        world.produce(ORDERS, ANN, headers=carrying(("traceparent", parent(flags="00"))))
        await world.start()
        await world.quiet()

    [context] = world.endpoint.contexts
    assert context["traceparent"].startswith(f"00-{TRACE}-")
    assert context["traceparent"].endswith("-00")
    assert kept.spans == ()
    assert world.observer.counts["delivered"] == 1
    assert world.observer.exemplars == []


@pytest.mark.parametrize("receipts", ["none", "kept", "required"])
async def test_an_accepted_request_leaves_its_span_as_an_exemplar(
    receipts: Literal["none", "kept", "required"],
) -> None:
    kept = Kept()
    async with World(ORDERS, tracing=kept.tracing, receipts=receipts) as world:
        world.produce(ORDERS, ANN)
        await world.start()
        await world.quiet()

    _, trace_id, span_id, _ = context_of(kept.only).split("-")
    assert world.observer.exemplars == [SpanId(trace_id, span_id)]


async def test_a_record_that_was_never_sent_ends_in_its_trace_all_the_same() -> None:
    kept = Kept(begins=False)
    async with World(ORDERS, tracing=kept.tracing) as world:
        headers = carrying(("traceparent", parent(9)))
        world.produce_unreadable(ORDERS, ANN, headers=headers)
        await world.start()
        await world.quiet()

    span = kept.only
    assert (span.name, span.kind) == ("dead letter orders", SpanKind.INTERNAL)
    assert parent_of(span) == (TRACE, f"{9:016x}")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "not_json")
    assert told(span) == {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.destination.partition.id": "0",
        "messaging.kafka.offset": 0,
        "omeda.brand": "DEMO",
        "omeda.kind": "order",
        "omeda.stage": "decode",
        "omeda.attempts": 0,
        "error.type": "not_json",
    }
    assert world.endpoint.requests == []


async def test_a_broken_rule_is_named() -> None:
    kept = Kept()
    async with World(P0, tracing=kept.tracing) as world:
        world._append(P0, ANN, b'{"OmedaCustomerId": 1, "CustomerBehaviors": [{}]}')
        await world.start()
        await world.quiet()

    assert told(kept.only)["omeda.rules"] == ("behavior_id", "behavior_date")
    assert told(kept.only)["error.type"] == "rule"


async def test_a_refused_record_has_a_span_for_its_attempt_and_one_for_its_letter() -> None:
    kept = Kept()
    async with World(ORDERS, tracing=kept.tracing) as world:
        order = world.produce(ORDERS, ANN, headers=carrying(("traceparent", parent())))
        world.endpoint.replies[order].append(REFUSED)
        await world.start()
        await world.quiet()

    attempt, letter = kept.spans
    assert attempt.status.status_code is StatusCode.ERROR
    assert (told(attempt)["error.type"], told(letter)["error.type"]) == ("refused", "refused")
    assert told(letter)["omeda.attempts"] == 1
    assert told(letter)["http.response.status_code"] == 400


async def test_an_attempt_that_is_given_up_ends_its_span() -> None:
    kept = Kept()
    async with World(ORDERS, tracing=kept.tracing) as world:
        order = world.produce(ORDERS, ANN)
        world.endpoint.replies[order].append(ACCEPTED._replace(seconds=60))
        await world.start()
        await world.until(lambda: world.endpoint.in_flight == 1)
        await world.crash()

    assert told(kept.only)["error.type"] == "given_up"


async def test_no_span_names_a_customer_a_secret_or_what_omeda_said() -> None:
    kept = Kept()
    async with World(ORDERS, P0, tracing=kept.tracing) as world:
        order = world.produce(ORDERS, ANN)
        world.endpoint.replies[order].append(REFUSED)
        world.produce(P0, BOB)
        world.produce_unreadable(ORDERS, BOB)
        await world.start()
        await world.quiet()

    assert len(kept.spans) == 4
    said = "".join(span.to_json() for span in kept.spans)
    for hidden in (str(ANN), str(BOB), "hunter2", "no such customer"):
        assert hidden not in said


async def test_without_tracing_a_request_carries_nothing() -> None:
    async with World(ORDERS) as world:
        world.produce(ORDERS, ANN, headers=carrying(("traceparent", parent())))
        await world.start()
        await world.quiet()

    assert world.endpoint.contexts == [{}]
    assert world.observer.exemplars == []
