"""Exemplars of the delivery delay: for Prometheus, which leads from a bucket to a trace."""

from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Exemplar

from bridge.contexts import SpanId
from bridge.metrics import Metrics
from bridge.model import Kind, Service

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
SERVICE = Service("DEMO", Kind.ORDER)
FIRST, SECOND = (SpanId(digit * 32, digit * 16) for digit in "12")


def exemplars(metrics: Metrics) -> dict[tuple[str, str], Exemplar]:
    """By the name of the sample and its bound."""
    body, _ = metrics.expose(OPENMETRICS)
    return {
        (sample.name, sample.labels.get("le", "")): sample.exemplar
        for family in text_string_to_metric_families(body.decode())  # type: ignore[no-untyped-call]  # theirs has no types
        for sample in family.samples
        if sample.exemplar is not None
    }


def test_the_latest_of_each_bucket_of_the_delivery_delay_is_shown() -> None:
    metrics = Metrics()
    metrics.delivered(SERVICE, [0.07, 2.0], FIRST)
    metrics.delivered(SERVICE, [0.08], SECOND)
    metrics.delivered(SERVICE, [0.09])

    found = exemplars(metrics)

    name = "omeda_bridge_delivery_delay_seconds_bucket"
    assert found.keys() == {(name, "0.1"), (name, "2.5")}
    assert found[name, "0.1"].labels == {"trace_id": "2" * 32, "span_id": "2" * 16}
    assert found[name, "0.1"].value == 0.08
    assert found[name, "2.5"].labels == {"trace_id": "1" * 32, "span_id": "1" * 16}
    assert metrics.total("delivery_delay_seconds_count") == 4


def test_however_many_there_were_no_more_are_kept_than_there_are_buckets() -> None:
    metrics = Metrics()
    for number in range(1000):
        metrics.delivered(SERVICE, [float(number**2)], SpanId(f"{number:032x}", f"{number:016x}"))

    tally = metrics._delay(*SERVICE)
    assert len(tally.exemplars) <= len(tally.counts)


def test_the_plain_format_has_none_and_is_what_it_was() -> None:
    traced, untraced = Metrics(), Metrics()
    traced.delivered(SERVICE, [0.07], FIRST)
    untraced.delivered(SERVICE, [0.07])

    lines = [
        [line for line in one.expose("")[0].decode().splitlines() if "delivery_delay" in line]
        for one in (traced, untraced)
    ]
    assert lines[0] == lines[1]
    assert "#" not in "".join(line for line in lines[0] if not line.startswith("#"))
