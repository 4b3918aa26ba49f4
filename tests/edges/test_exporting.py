"""Spans out: to a collector that takes them, hangs, or refuses; and where the extra is missing."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bridge import otel
from bridge.app import CLOSE_SECONDS, _bounded
from bridge.cli import main
from bridge.config import Config
from bridge.config.kafka import Kafka
from bridge.config.settings import Brand, RouteSettings, Tracing
from bridge.errors import ConfigError
from bridge.event import Request
from bridge.model import Kind, Partition, Rejected, Service
from bridge.otel.exporting import Said
from bridge.record import Letter, Record
from tests.edges.collecting import Collector, collecting
from tests.edges.wire import until
from tests.recorded import carrying, parent

SERVICE = Service("DEMO", Kind.ORDER)
LETTER = Letter(
    Record(Partition("orders", 0), 7, 0, None, b"{}"),
    SERVICE,
    Rejected("not_json", "decode", "E", "who"),
    0,
    0,
)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as found:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        yield found


def configured(*, enabled: bool = True) -> Config:
    return Config(
        kafka=Kafka(bootstrap_servers="127.0.0.1:1"),
        routes=[RouteSettings(topic="orders", kind=Kind.ORDER, brand="DEMO")],
        brands={"DEMO": Brand(app_id_file="/a", input_id_file="/i")},
        tracing=Tracing(enabled=enabled),
    )


def opened() -> otel.Opened:
    tracing = otel.opened(configured())
    assert tracing is not None
    return tracing


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("bridge")]


async def test_spans_reach_the_collector_and_say_who_sends_them(collector: Collector) -> None:
    tracing = opened()
    tracing.buried(LETTER)
    await until(lambda: len(collector.spans) == 1)
    await tracing.close()

    assert collector.paths == ["/v1/traces"]
    assert collector.resources[0]["service.name"] == "omeda-bridge"
    assert collector.spans[0].name == "dead letter orders"


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


async def test_what_ended_last_is_exported_at_the_end(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "60000")
    tracing = opened()
    tracing.buried(LETTER)
    await tracing.close()

    assert len(collector.spans) == 1


async def test_a_collector_that_hangs_delays_the_end_by_two_seconds_at_most(
    collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    collector.goes_on.clear()
    tracing = opened()
    tracing.buried(LETTER)
    await until(collector.asked.is_set)
    tracing.buried(LETTER)

    # Bound by the wait and by nothing beside it: else this would take the collector's 30 s.
    async with asyncio.timeout(CLOSE_SECONDS + 5):
        await _bounded(tracing.close)

    assert CLOSE_SECONDS == 2
    assert any("did not close within 2 s and is left behind" in line for line in lines(caplog))


@pytest.mark.slow
def test_a_collector_that_hangs_does_not_hold_a_process_that_ends(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "60")
    collector.goes_on.clear()
    program = "from tests.edges.hanging import main; main()"
    ended = subprocess.run(  # Longer than a stop may take, shorter than the collector hangs.
        [sys.executable, "-c", program], check=True, timeout=20, capture_output=True
    )

    assert collector.asked.is_set()
    assert ended.stdout == b"closed\n"


async def test_a_collector_that_fails_is_told_of_once_and_again_when_it_is_well(
    collector: Collector, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.replace("//", "//me:hunter2@"))
    collector.status = 400
    tracing = opened()
    for _ in range(3):
        collector.asked.clear()
        tracing.buried(LETTER)
        await until(collector.asked.is_set)
    await until(lambda: len(lines(caplog)) == 1)
    collector.status = 200
    tracing.buried(LETTER)
    await until(lambda: len(lines(caplog)) == 2)
    await tracing.close()

    failed, well = lines(caplog)
    assert failed.startswith("spans cannot be exported, deliveries go on without: ")
    assert "400" in failed
    assert "hunter2" not in caplog.text
    assert well == "spans are exported again"
    assert all(record.name.startswith("bridge") for record in caplog.records)


def test_why_an_export_failed_is_told_without_the_collectors_credentials() -> None:
    said = Said()
    said.at_opening = None
    where = "https://me:hunter2@collector.example/v1/traces"
    told = ("opentelemetry.exporter.otlp", logging.ERROR, "p", 1, "no way to %s", (where,), None)
    said.handle(logging.LogRecord(*told))

    assert said.of_export == "no way to https://***@collector.example/v1/traces"


def test_nothing_is_told_of_what_the_sdk_quotes_of_a_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = Said()
    said.at_opening = None
    told = ("opentelemetry.trace.span", logging.WARNING, "p", 1, "malformed: %s", ("ann",), None)
    said.handle(logging.LogRecord(*told))

    assert (said.of_export, caplog.text) == ("", "")


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


async def test_a_collector_that_is_known_to_fail_does_not_delay_the_end(
    collector: Collector, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "500")
    collector.status = 400
    tracing = opened()
    tracing.buried(LETTER)
    await until(lambda: len(lines(caplog)) == 1)
    collector.goes_on.clear()
    tracing.buried(LETTER)

    await _bounded(tracing.close)

    assert len(lines(caplog)) == 1


async def test_what_the_queue_has_no_room_for_is_dropped_and_told_of(
    collector: Collector, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10")
    logging.getLogger("opentelemetry.sdk._shared_internal").filters.clear()
    collector.goes_on.clear()
    tracing = opened()
    tracing.buried(LETTER)
    await until(collector.asked.is_set)
    for _ in range(100):
        tracing.buried(LETTER)
    collector.goes_on.set()
    await tracing.close()

    # An exporter of an earlier test may still be retrying, and say so.
    assert "spans are dropped: more of them end than the collector takes" in lines(caplog)
    assert 0 < len(collector.spans) < 50


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
