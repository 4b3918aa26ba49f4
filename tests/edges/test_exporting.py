"""Spans out: to a collector that takes them, hangs, or refuses."""

import asyncio
import logging
import subprocess
import sys

import pytest

from bridge.app import CLOSE_SECONDS, _bounded
from bridge.otel.exporting import Said
from tests.edges.collecting import Collector
from tests.edges.exporting import LETTER, lines, opened
from tests.edges.wire import until


async def test_spans_reach_the_collector_and_say_who_sends_them(collector: Collector) -> None:
    tracing = opened()
    tracing.buried(LETTER)
    await until(lambda: len(collector.spans) == 1)
    await tracing.close()

    assert collector.paths == ["/v1/traces"]
    assert collector.resources[0]["service.name"] == "omeda-bridge"
    assert collector.spans[0].name == "dead letter orders"


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

    assert set(lines(caplog)) == {"spans are dropped: more of them end than the collector takes"}
    assert 0 < len(collector.spans) < 50
