"""Spans out: what the environment decides, and where the extra is missing."""

import sys
from pathlib import Path

import pytest
import yaml

from bridge import otel
from bridge.cli import main
from bridge.errors import ConfigError
from bridge.event import Request
from bridge.model import Partition
from bridge.record import Record
from tests.edges.collecting import Collector
from tests.edges.exporting import LETTER, SERVICE, configured, lines, opened
from tests.recorded import carrying, parent


async def test_the_environment_says_who_sends_them(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "bridge-eu")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.namespace=publishing")
    tracing = opened()
    tracing.buried(LETTER)
    await tracing.close()

    [resource] = collector.resources
    assert (resource["service.name"], resource["service.namespace"]) == ("bridge-eu", "publishing")


async def test_the_environment_says_what_is_sampled(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0")
    tracing = opened()
    tracing.buried(LETTER)
    await tracing.close()

    assert collector.spans == []


async def test_an_sdk_that_the_environment_disables_passes_contexts_on(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    tracing = opened()
    headers = carrying(("traceparent", parent(5)))
    record = Record(Partition("orders", 0), 7, 0, None, b"{}", headers)
    span = tracing.attempt(Request(SERVICE, "orders", b"{}"), [record], earlier=0)
    span.ended(None)
    tracing.buried(LETTER)
    await tracing.close()

    assert (span.headers, span.id) == ((("traceparent", parent(5)),), None)
    assert collector.spans == []


async def test_a_variable_that_opentelemetry_does_not_understand_is_told_of(
    collector: Collector, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert collector.url
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "allways_on")
    await opened().close()

    assert lines(caplog) == [
        "of OpenTelemetry's environment: Couldn't recognize sampler allways_on."
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
    ],
)
def test_a_variable_that_nothing_can_be_done_with_is_an_error(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=name.lower()[9:-4] if "BSP" in name else name):
        otel.opened(configured())


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("opentelemetry", "bridge.otel"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_it_is_an_error_that_names_what_to_install() -> None:
    with pytest.raises(ConfigError, match=r"tracing\.enabled: .* pip install omeda-bridge\[otel\]"):
        otel.opened(configured())

    assert otel.opened(configured(enabled=False)) is None


@pytest.mark.usefixtures("without_the_extra")
@pytest.mark.parametrize("enabled", [True, False])
def test_check_says_that_the_extra_is_missing(
    enabled: bool,  # noqa: FBT001
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("app", "input"):
        (tmp_path / name).write_text("x")
    brand = {f"{name}_id_file": str(tmp_path / name) for name in ("app", "input")}
    settings = {
        "kafka": {"bootstrap_servers": "127.0.0.1:1"},
        "routes": [{"topic": "orders", "kind": "order", "brand": "DEMO"}],
        "brands": {"DEMO": brand},
        "tracing": {"enabled": enabled},
    }
    file = tmp_path / "bridge.yaml"
    file.write_text(yaml.safe_dump(settings))

    assert main(["check", "--config", str(file)]) == (2 if enabled else 0)
    assert ("omeda-bridge[otel]" in capsys.readouterr().err) is enabled
