"""Spans that are kept in memory, for tests."""

from collections.abc import Mapping

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.trace import format_span_id, format_trace_id
from opentelemetry.util.types import AttributeValue

from bridge.otel.recording import Recording

TRACE = "0af7651916cd43dd8448eb211c80319c"
BASE_URL = "https://name:hunter2@omeda.example:8443/webservices/rest/"


def parent(number: int = 1, *, trace: str = TRACE, flags: str = "01") -> str:
    """The context of a producer's span."""
    return f"00-{trace}-{number:016x}-{flags}"


def carrying(*headers: tuple[str, str]) -> tuple[tuple[str, bytes], ...]:
    """A record's headers."""
    return tuple((name, text.encode()) for name, text in headers)


class Kept:
    """A recording, and what it has recorded."""

    def __init__(self, *, begins: bool = True, base_url: str = BASE_URL) -> None:
        self._exporter = InMemorySpanExporter()
        sampler = ParentBased(ALWAYS_ON if begins else ALWAYS_OFF)
        provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracing = Recording(provider, base_url)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """Those that have ended, in that order."""
        return self._exporter.get_finished_spans()

    @property
    def only(self) -> ReadableSpan:
        """The one that has ended."""
        [span] = self.spans
        return span


def parent_of(span: ReadableSpan) -> tuple[str, str] | None:
    """Trace and span, in hex; None of one that begins its trace."""
    found = span.parent
    return found and (format_trace_id(found.trace_id), format_span_id(found.span_id))


def context_of(span: ReadableSpan) -> str:
    """As a request carries it."""
    found = span.context
    assert found is not None
    ids = format_trace_id(found.trace_id), format_span_id(found.span_id)
    return f"00-{ids[0]}-{ids[1]}-{found.trace_flags:02x}"


def told(span: ReadableSpan) -> Mapping[str, AttributeValue]:
    """Its attributes."""
    return span.attributes or {}
