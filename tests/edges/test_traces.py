"""One trace, from a record's headers to Omeda, the collector and Prometheus."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bridge.config import Config, Secret
from bridge.config.kafka import Kafka
from bridge.config.settings import Admin, Brand, Omeda, RouteSettings, Tracing
from bridge.metrics import Metrics
from bridge.model import Kind
from tests.edges.collecting import collecting
from tests.edges.embedded import running_broker
from tests.edges.serving import serving
from tests.edges.wire import listening, until
from tests.recorded import TRACE, parent

TOPIC = "behaviors"
EVENT = {
    "OmedaCustomerId": 1,
    "CustomerBehaviors": [{"BehaviorId": 7, "BehaviorDate": "2026-03-02 09:30:00"}],
}


@asynccontextmanager
async def delivering(address: str, base_url: str) -> AsyncIterator[Metrics]:
    config = Config(
        kafka=Kafka(bootstrap_servers=address, group_id="traced"),
        routes=[RouteSettings(topic=TOPIC, kind=Kind.BEHAVIOR, brand="DEMO")],
        brands={"DEMO": Brand(app_id=Secret("an-app"), input_id=Secret("an-input"))},
        omeda=Omeda(base_url=base_url),
        tracing=Tracing(enabled=True),
        admin=Admin(host="127.0.0.1", port=0),
    )
    async with serving(config) as metrics:
        yield metrics


async def test_a_records_trace_goes_on_to_omeda_and_is_found_from_a_metric(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_broker() as broker, collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        for topic in (TOPIC, "omeda.dead-letters"):
            broker.create(topic)
        headers: list[tuple[str, bytes | None]] = [("traceparent", parent(5).encode())]
        broker.write(TOPIC, [json.dumps(EVENT).encode(), b"no event"], headers=headers)
        async with (
            listening() as wire,
            delivering(broker.address, f"http://{wire.address}/rest") as metrics,
        ):
            await until(lambda: metrics.total("records_settled_total") == 2, seconds=20)
            openmetrics, _ = metrics.expose("application/openmetrics-text; version=1.0.0")

    # All that had ended was exported with the stop.
    spans = {span.name: span for span in collector.spans}
    assert spans.keys() == {"POST assignbehavior", "dead letter behaviors"}
    for span in spans.values():
        assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, f"{5:016x}")
    sent = spans["POST assignbehavior"].span_id.hex()
    assert [heard.headers["traceparent"] for heard in wire.heard] == [f"00-{TRACE}-{sent}-01"]
    assert re.findall(rb'_bucket.* # {span_id="(\w+)",trace_id="(\w+)"}', openmetrics) == [
        (sent.encode(), TRACE.encode())
    ]
