"""The admin port, asked over HTTP."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from bridge.errors import ConfigError
from bridge.metrics import Metrics
from tests.edges.operating import ROUTE, SERVICE, Process, admin_of, busy_metrics, owned, serving

GOLDEN = Path(__file__).with_name("metrics.golden")
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


async def test_once_the_port_is_open_the_start_has_succeeded() -> None:
    async with serving(Process()) as operator:
        assert (await operator.ask("/startupz")).status == 200


async def test_livez_tells_whether_the_loops_beat() -> None:
    process = Process()
    async with serving(process) as operator:
        assert (await operator.ask("/livez")).status == 200
        process.living = False
        assert (await operator.ask("/livez")).status == 503


async def test_readyz_follows_the_group_and_the_stop() -> None:
    process = Process()
    async with serving(process) as operator:
        assert (await operator.ask("/readyz")).status == 503
        process.joined = True
        assert (await operator.ask("/readyz")).status == 200
        process.joined = False
        assert (await operator.ask("/readyz")).status == 503


async def test_an_unknown_path_is_not_found_and_nothing_can_be_written() -> None:
    async with serving(Process()) as operator:
        assert (await operator.ask("/elsewhere")).status == 404
        assert (await operator.ask("/metrics", method="POST")).status == 405


async def test_metrics_are_prometheus_text_unless_openmetrics_is_asked_for() -> None:
    async with serving(Process(), busy_metrics()) as operator:
        plain = await operator.ask("/metrics")
        modern = await operator.ask("/metrics", accept=OPENMETRICS)

    assert plain.content_type.startswith("text/plain; version=")
    assert modern.content_type.startswith("application/openmetrics-text")
    assert "# EOF" not in plain.text
    assert modern.text.endswith("# EOF\n")


async def test_metrics_can_be_parsed_in_both_formats() -> None:
    process = Process()
    process.partitions = [owned(0), owned(1, lag=None, oldest=None)]
    async with serving(process, busy_metrics()) as operator:
        plain = (await operator.ask("/metrics")).text
        modern = (await operator.ask("/metrics", accept=OPENMETRICS)).text

    families = list(text_string_to_metric_families(plain))
    assert all(family.documentation for family in ours(families))
    names = {family.name for family in ours(families_of(modern))}
    assert {"omeda_bridge_requests", "omeda_bridge_in_flight", "omeda_bridge_build"} <= names


async def test_no_series_stands_twice() -> None:
    process = Process()
    process.partitions = [owned(0), owned(1)]
    async with serving(process, busy_metrics()) as operator:
        text = (await operator.ask("/metrics")).text

    series = [line.rsplit(" ", 1)[0] for line in text.splitlines() if not line.startswith("#")]
    assert len(set(series)) == len(series)


async def test_the_names_types_labels_and_helps_are_an_api() -> None:
    """On purpose changed? Then write the new table into the golden file, and tell operators."""
    process = Process()
    process.partitions = [owned(0)]
    async with serving(process, busy_metrics()) as operator:
        text = (await operator.ask("/metrics", accept=OPENMETRICS)).text

    found = "".join(f"{line}\n" for line in table(families_of(text)))
    assert found == GOLDEN.read_text(encoding="utf-8"), found


async def test_an_exhausted_record_is_an_outcome_of_its_own() -> None:
    metrics = Metrics()

    metrics.rejected(SERVICE, "exhausted")
    metrics.rejected(SERVICE, "merged")

    assert metrics.total("records_settled_total", outcome="exhausted") == 1
    assert metrics.total("records_settled_total", outcome="rejected") == 1
    assert metrics.total("dead_letters_total", reason="exhausted") == 1


async def test_no_label_could_hold_a_customer_or_a_url() -> None:
    process = Process()
    process.partitions = [owned(0)]
    async with serving(process, busy_metrics()) as operator:
        text = (await operator.ask("/metrics")).text

    labels = {
        label
        for family in ours(text_string_to_metric_families(text))
        if family.type != "info" and not family.name.endswith("_info")
        for sample in family.samples
        for label in sample.labels
    }
    bounded = {"brand", "kind", "topic", "partition", "outcome", "status_class", "reason", "le"}
    bounded |= {"error", "rule", "state", "strictness"}
    assert labels <= bounded


async def test_counters_of_a_route_are_there_before_anything_happened() -> None:
    metrics = Metrics()
    metrics.begin([ROUTE])

    assert metrics.total("records_consumed_total", topic="behaviors") == 0
    samples = {sample.name for family in metrics.registry.collect() for sample in family.samples}
    for name in ("records_consumed_total", "records_settled_total", "dead_letter_failures_total"):
        assert f"omeda_bridge_{name}" in samples


async def test_a_partition_that_was_taken_away_is_gone_from_every_gauge() -> None:
    process = Process()
    async with serving(process) as operator:
        process.partitions = [owned(0), owned(1)]
        before = (await operator.ask("/metrics")).text
        process.partitions = [owned(1)]
        after = (await operator.ask("/metrics")).text

    assert before.count('partition="0"') == 5
    assert 'partition="0"' not in after
    assert after.count('partition="1"') == 5
    assert "omeda_bridge_assigned_partitions 1.0" in after


async def test_what_is_not_known_of_a_partition_is_left_out_rather_than_invented() -> None:
    process = Process()
    process.partitions = [owned(0, lag=None, oldest=None)]
    async with serving(process) as operator:
        text = (await operator.ask("/metrics")).text

    assert "omeda_bridge_consumer_lag_records{" not in text
    assert "omeda_bridge_oldest_unsettled_timestamp_seconds{" not in text
    assert "omeda_bridge_committed_offset{" in text


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


async def test_a_port_that_cannot_be_had_is_named(taken_port: int) -> None:
    admin = admin_of(Process(), Metrics(), port=taken_port)

    with pytest.raises(ConfigError, match=rf"admin\.port: cannot listen on .*:{taken_port}"):
        await admin.start()

    await admin.stop()


async def test_a_host_that_cannot_be_had_is_a_fault_of_the_configuration() -> None:
    admin = admin_of(Process(), Metrics(), host="host.invalid")

    with pytest.raises(ConfigError, match=r"host\.invalid"):
        await admin.start()


def families_of(openmetrics: str) -> list[Metric]:
    return list(openmetrics_families(openmetrics))  # type: ignore[no-untyped-call]  # theirs has no types


def ours(families: Any) -> list[Metric]:
    return [family for family in families if family.name.startswith("omeda_bridge_")]


def table(families: Any) -> list[str]:
    """One line a family: name, type, labels, help; for a histogram, its buckets."""
    lines = []
    for family in ours(families):
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        shown = ",".join(sorted(labels)) or "-"
        if family.type == "info":
            shown = "-"
        line = f"{family.name} | {family.type} | {shown} | {family.documentation}"
        buckets = {sample.labels["le"]: 0 for sample in family.samples if "le" in sample.labels}
        lines.append(f"{line} | {' '.join(buckets)}" if buckets else line)
    return sorted(lines)
