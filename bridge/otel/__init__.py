"""Traces, through OpenTelemetry's SDK. It is an extra, and not loaded where tracing is off."""

import os
from collections.abc import Mapping
from typing import Protocol

from bridge.config import Config
from bridge.errors import ConfigError
from bridge.spans import Tracing

PROTOCOL = "http/protobuf"
"""The only one of OTLP's ways that the extra speaks."""

_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


class Opened(Tracing, Protocol):
    """Spans, and the thread that exports them."""

    def end(self) -> None:
        """Export what is left, and no more. Blocks for as long as the collector hangs."""

    async def close(self) -> None:
        """The same, aside: whoever waits no longer leaves nothing behind that would hold him."""


def opened(config: Config, environ: Mapping[str, str] = os.environ) -> Opened | None:
    """As configured, and by OpenTelemetry's own variables; None where it is off.

    Raises ConfigError.
    """
    if not config.tracing.enabled:
        return None
    _check_protocol(environ)
    try:
        # The extra: no module of the core may need it.
        from bridge.otel.exporting import exporting  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(
            f"tracing.enabled: {error.name} is missing: pip install omeda-bridge[otel]"
        ) from error
    return exporting(config.omeda.base_url)


def tried(config: Config) -> None:
    """Find out whether it could be opened. Raises ConfigError."""
    if (tracing := opened(config)) is not None:
        tracing.end()


def _check_protocol(environ: Mapping[str, str]) -> None:
    name = next((name for name in _PROTOCOLS if environ.get(name)), None)
    if name is not None and environ[name] != PROTOCOL:
        raise ConfigError(f"{name}: {environ[name]!r} is not spoken here, only {PROTOCOL}")
