"""Tracing that is switched on, and what is said of it."""

import pytest

from bridge import otel
from bridge.config import Config
from bridge.config.kafka import Kafka
from bridge.config.settings import Brand, RouteSettings, Tracing
from bridge.model import Kind, Partition, Rejected, Service
from bridge.record import Letter, Record

SERVICE = Service("DEMO", Kind.ORDER)
LETTER = Letter(
    Record(Partition("orders", 0), 7, 0, None, b"{}"),
    SERVICE,
    Rejected("not_json", "decode", "E", "who"),
    0,
    0,
)


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
