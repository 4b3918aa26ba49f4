"""Spans as OpenTelemetry's semantic conventions have them. No customer, no payload, no secret."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import (
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    format_span_id,
    format_trace_id,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from bridge import __version__
from bridge.contexts import TRACEPARENT, Headers, SpanId, carried
from bridge.event import Request
from bridge.model import Delivered, Operation, Rejected, Service, Verdict
from bridge.record import Letter, Record
from bridge.routing import WRITES, path_of
from bridge.spans import ending

MOST_LINKS = 128
"""Of a span, to the contexts of the records that travelled along; the SDK keeps no more either."""

_PORTS = {"http": 80, "https": 443}
_W3C = TraceContextTextMapPropagator()

Attributes = dict[str, AttributeValue]


class Attempt:
    """The span of one attempt."""

    def __init__(self, span: Span) -> None:
        self._span = span
        told: dict[str, str] = {}
        _W3C.inject(told, set_span_in_context(span, Context()))
        self.headers: Headers = tuple(told.items())
        self.id = _id_of(span)

    def ended(self, outcome: Verdict | None) -> None:
        """See `bridge.spans.Span`."""
        span = self._span
        if span.is_recording():
            status, trouble = ending(outcome)
            if status is not None:
                span.set_attribute("http.response.status_code", status)
            span.set_attributes(_told(outcome))
            if trouble is not None:
                _failed(span, trouble)
        span.end()


class Recording:
    """The spans of one process. Fulfils `bridge.spans.Tracing`."""

    def __init__(self, provider: TracerProvider, base_url: str) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("omeda-bridge", __version__)
        self._base = urlsplit(base_url)
        self._known: dict[tuple[Service, Operation | None], tuple[str, Attributes]] = {}

    def attempt(self, request: Request, records: Sequence[Record], *, earlier: int) -> Attempt:
        """See `bridge.spans.Tracing`."""
        name, attributes = self._call(request.service, request.operation)
        parent = _context_of(records[0])
        span = self._tracer.start_span(name, parent, SpanKind.CLIENT, attributes)
        if span.is_recording():
            span.set_attributes(_place(records))
            if earlier:
                span.set_attribute("http.request.resend_count", earlier)
            if len(records) > 1:
                _link(span, records)
        return Attempt(span)

    def buried(self, letter: Letter) -> None:
        """See `bridge.spans.Tracing`."""
        record, began = letter.record, letter.failed_at_ms * 1_000_000
        name = f"dead letter {record.partition.topic}"
        span = self._tracer.start_span(name, _context_of(record), start_time=began)
        if span.is_recording():
            span.set_attributes(_service(letter.service) | _place([record]) | _fate(letter))
            _failed(span, letter.rejected.reason)
        span.end()

    def end(self) -> None:
        """See `bridge.otel.Opened`."""
        self._provider.shutdown()

    async def close(self) -> None:
        """See `bridge.otel.Opened`."""
        await _aside(self.end)

    def _call(self, service: Service, operation: Operation | None) -> tuple[str, Attributes]:
        """What all requests of a kind have in common, made once."""
        key = service, operation
        if key not in self._known:
            asked = operation or WRITES[service.kind]
            name = f"{asked.method} {asked.path.removesuffix('/*')}"
            self._known[key] = name, self._address(asked.method, path_of(service, operation))
            self._known[key][1].update(_service(service))
        return self._known[key]

    def _address(self, method: str, path: str) -> Attributes:
        # By its parts: a base URL may hold a name and a password.
        base = self._base
        host, port = base.hostname or "", base.port or _PORTS[base.scheme]
        named = f"[{host}]" if ":" in host else host
        return {
            "http.request.method": method,
            "server.address": host,
            "server.port": port,
            "url.full": f"{base.scheme}://{named}:{port}{base.path.rstrip('/')}{path}",
        }


def _id_of(span: Span) -> SpanId | None:
    context = span.get_span_context()
    if not (span.is_recording() and context.trace_flags.sampled):
        return None
    return SpanId(format_trace_id(context.trace_id), format_span_id(context.span_id))


def _context_of(record: Record) -> Context:
    """The context that *record* carries; an empty one, which begins a trace, where it has none."""
    return _W3C.extract(carried(record.headers), Context()) if record.headers else Context()


def _link(span: Span, records: Sequence[Record]) -> None:
    for context in islice(_others(records), MOST_LINKS):
        span.add_link(context)


def _others(records: Sequence[Record]) -> Iterator[SpanContext]:
    """The contexts of all but the first of *records*, each once."""
    seen = {None, carried(records[0].headers).get(TRACEPARENT)}
    for record in records[1:]:
        parent = carried(record.headers).get(TRACEPARENT)
        if parent not in seen:
            seen.add(parent)
            context = get_current_span(_context_of(record)).get_span_context()
            if context.is_valid:
                yield context


def _service(service: Service) -> Attributes:
    return {"omeda.brand": service.brand, "omeda.kind": str(service.kind)}


def _place(records: Sequence[Record]) -> Attributes:
    """Where *records*, which are of one topic, stood."""
    first = records[0]
    found: Attributes = {
        "messaging.system": "kafka",
        "messaging.destination.name": first.partition.topic,
    }
    if len(records) > 1:
        return {**found, "messaging.batch.message_count": len(records)}
    number = str(first.partition.number)
    return {
        **found,
        "messaging.destination.partition.id": number,
        "messaging.kafka.offset": first.offset,
    }


def _told(outcome: Verdict | None) -> Attributes:
    """What Omeda said that its support, or a search, can go by."""
    match outcome:
        case Delivered(submission_id=submission, transaction_id=transaction):
            found = {"omeda.submission_id": submission, "omeda.transaction_id": transaction}
            return {name: value for name, value in found.items() if value is not None}
        case Rejected(errors=errors) if errors:
            return {"omeda.errors": errors}
        case _:
            return {}


def _fate(letter: Letter) -> Attributes:
    rejected = letter.rejected
    found: Attributes = {"omeda.stage": rejected.stage, "omeda.attempts": letter.attempts}
    if rejected.status is not None:
        found["http.response.status_code"] = rejected.status
    if rejected.rules:
        found["omeda.rules"] = rejected.rules
    return found | _told(rejected)


def _failed(span: Span, trouble: str) -> None:
    span.set_attribute("error.type", trouble)
    span.set_status(StatusCode.ERROR, trouble)


async def _aside(work: Callable[[], None]) -> None:
    """Wait for *work* in a thread that nothing else waits for, least of all the process's end."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        work()
        # The loop may have gone on, and ended.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=run, name="spans", daemon=True).start()
    await done.wait()
