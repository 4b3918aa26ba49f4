"""How spans leave: in batches, from a thread of the SDK's own, to a collector that may fail.

What must stay true: whatever the collector does, delivery goes on as without it. What has no room
in the queue is dropped, and a failure is told once.
"""

import logging
import re
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from bridge import __version__
from bridge.errors import ConfigError
from bridge.otel.recording import Recording

log = logging.getLogger(__name__)

SERVICE = "omeda-bridge"

_USER = re.compile(r"(?<=://)[^/@\s]+(?=@)")
"""Of the collector's URL: what may be a name and a password."""


class Said(logging.Handler):
    """Takes what the SDK says instead of having it written: most of it comes again and again."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.at_opening: list[str] | None = []
        """All of it, until it was opened."""
        self.of_export = ""
        """Why the last export failed."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is worth telling. The rest may quote a record's header, and is not."""
        message = _USER.sub("***", record.getMessage())
        if self.at_opening is not None:
            self.at_opening.append(message)
        elif record.name.startswith("opentelemetry.exporter"):
            self.of_export = message
        elif "Queue full" in message:
            log.warning("spans are dropped: more of them end than the collector takes")


class Watched(SpanExporter):
    """Tells once that an exporter fails, and once that it does so no longer."""

    def __init__(self, exporter: SpanExporter, said: Said) -> None:
        self._exporter = exporter
        self._said = said
        self._ended = False
        self.fails = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See the SDK. Called in its thread alone."""
        self._said.of_export = ""
        try:
            result = self._exporter.export(spans)
        except Exception as error:
            self._failed(f"{type(error).__name__}: {error}")
            raise
        if result is SpanExportResult.SUCCESS:
            self._succeeded()
        elif not self._ended:
            self._failed(self._said.of_export or "no reason was given")
        return result

    def shutdown(self) -> None:
        """See the SDK. Also ends what is under way, where that waits to be tried again."""
        if not self._ended:
            self._ended = True
            self._exporter.shutdown()

    def _failed(self, why: str) -> None:
        if not self.fails:
            log.warning("spans cannot be exported, deliveries go on without: %s", why)
        self.fails = True

    def _succeeded(self) -> None:
        if self.fails:
            log.warning("spans are exported again")
        self.fails = False


class Exporting(Recording):
    """Spans that are exported."""

    def __init__(self, provider: TracerProvider, base_url: str, exporter: Watched) -> None:
        super().__init__(provider, base_url)
        self._exporter = exporter

    def __repr__(self) -> str:
        return f"<Exporting: {'fails' if self._exporter.fails else 'well'}>"

    def end(self) -> None:
        """See `bridge.otel.Opened`."""
        if self._exporter.fails:
            # Nobody would take what is left: a stop must not wait for that.
            self._exporter.shutdown()
        super().end()


def exporting(base_url: str) -> Exporting:
    """By OpenTelemetry's own variables of the environment. Raises ConfigError."""
    said = Said()
    # The SDK's own lines would come for every batch.
    logger = logging.getLogger("opentelemetry")
    logger.handlers, logger.propagate = [said], False
    try:
        exporter = Watched(OTLPSpanExporter(), said)
        provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    except (ValueError, OSError) as error:
        raise ConfigError(f"tracing: OpenTelemetry's environment is at fault: {error}") from error
    for message in said.at_opening or ():
        log.warning("of OpenTelemetry's environment: %s", message)
    said.at_opening = None
    return Exporting(provider, base_url, exporter)


def _resource() -> Resource:
    """Who speaks. What the environment says goes first."""
    named = OTELResourceDetector().detect().attributes.get(SERVICE_NAME)
    own = {} if named else {SERVICE_NAME: SERVICE}
    return Resource.create({"service.version": __version__, **own})
