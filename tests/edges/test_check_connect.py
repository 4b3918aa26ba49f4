"""`omeda-bridge check --connect`: each step that is tried, and what to do where one fails."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import main
from tests.edges.embedded import Broker, running_broker

pytestmark = pytest.mark.usefixtures("loggers")

LATER = "the others begin by kafka.start_from (earliest)"


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as running:
        for topic in ("behaviors", "orders", "letters", "receipts"):
            running.create(topic)
        yield running


@contextmanager
def port_of_silence() -> Iterator[int]:
    """A server that takes connections, and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield silent.getsockname()[1]


@pytest.fixture
def silence() -> Iterator[int]:
    with port_of_silence() as port:
        yield port


def written(tmp_path: Path, address: str, url: str, **changed: Any) -> Path:
    (tmp_path / "secret").write_text("a-secret")
    secret = str(tmp_path / "secret")
    settings = {
        "kafka": {"bootstrap_servers": address, **changed.pop("kafka", {})},
        "routes": [
            {"topic": "behaviors", "kind": "behavior", "brand": "DEMO"},
            {"topic": "orders", "kind": "order", "brand": "DEMO"},
        ],
        "brands": {"DEMO": {"app_id_file": secret, "input_id_file": secret}},
        "dead_letters": {"topic": "letters"},
        "omeda": {"base_url": url, **changed.pop("omeda", {})},
        **changed,
    }
    file = tmp_path / "bridge.yaml"
    file.write_text(json.dumps(settings))
    return file


def checked(capsys: pytest.CaptureFixture[str], config: Path) -> tuple[int, dict[str, Any]]:
    status = main(["check", "--connect", "--json", "--config", str(config)])
    printed = capsys.readouterr()
    assert "a-secret" not in printed.out + printed.err
    steps = json.loads(printed.out)["steps"]
    return status, {f"{step['about']}: {step['name']}": step for step in steps}


def test_where_all_is_well_each_step_is_told_and_the_status_is_0(
    broker: Broker, tmp_path: Path, silence: int, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, broker.address, f"http://127.0.0.1:{silence}/rest")

    assert main(["check", "--connect", "--config", str(config)]) == 0

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    host, port = broker.address.split(":")
    assert lines == [
        f"{config}: good",
        "behaviors -> DEMO, behavior",
        "orders -> DEMO, order",
        f"Kafka at {broker.address}",
        f"ok name: {host} is 127.0.0.1",
        f"ok connection: 127.0.0.1 takes connections on port {port}",
        "ok protocol: PLAINTEXT",
        "Kafka",
        f"ok broker 1: {broker.address}",
        "ok topic behaviors: 4 partitions",
        "ok topic orders: 4 partitions",
        "ok topic letters: 4 partitions",
        f"ok group omeda-bridge: 0 of 8 partitions have an offset; {LATER}",
        "Omeda at 127.0.0.1",
        "ok name: 127.0.0.1 is 127.0.0.1",
        f"ok connection: 127.0.0.1 takes connections on port {silence}",
        "warning TLS: none: ids and events can be read on the way",
        "let omeda.base_url begin with https://",
    ]


def test_a_topic_that_is_not_there_is_a_finding(
    broker: Broker, tmp_path: Path, silence: int, capsys: pytest.CaptureFixture[str]
) -> None:
    omeda = f"http://127.0.0.1:{silence}/rest"
    config = written(tmp_path, broker.address, omeda, dead_letters={"topic": "nowhere"})

    status, steps = checked(capsys, config)

    assert status == 3
    assert steps["Kafka: topic nowhere"]["outcome"] == "failed"
    assert "create it" in steps["Kafka: topic nowhere"]["advice"]
    assert "Kafka: topic receipts" not in steps
    assert steps["Kafka: topic orders"]["outcome"] == "ok"


def test_the_receipts_topic_is_looked_for_where_there_is_to_be_one(
    broker: Broker, tmp_path: Path, silence: int, capsys: pytest.CaptureFixture[str]
) -> None:
    omeda = f"http://127.0.0.1:{silence}/rest"
    config = written(tmp_path, broker.address, omeda, receipts={"topic": "receipts"})

    _, steps = checked(capsys, config)

    assert steps["Kafka: topic receipts"]["outcome"] == "ok"


def test_servers_that_cannot_be_reached_say_at_which_step_and_the_others_are_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, "127.0.0.1:1,nowhere.invalid:9092", "http://127.0.0.1:1/rest")

    status, steps = checked(capsys, config)

    assert status == 3
    refused = steps["Kafka at 127.0.0.1:1: connection"]
    assert "refused" in refused["said"]
    assert "is it running, and is kafka.bootstrap_servers right?" in refused["advice"]
    unknown = steps["Kafka at nowhere.invalid:9092: name"]
    assert "look at kafka.bootstrap_servers" in unknown["advice"]
    assert "look at" not in steps["Omeda at 127.0.0.1: connection"]["said"]
    assert "omeda.base_url" in steps["Omeda at 127.0.0.1: connection"]["advice"]


def test_what_answers_nothing_is_given_up_after_a_bounded_time(
    tmp_path: Path, silence: int, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr("bridge.reach.STEP_SECONDS", 0.2)
    monkeypatch.setattr("bridge.kafka.refusals.ASKED_SECONDS", 0.2)
    config = written(tmp_path, f"127.0.0.1:{silence}", f"https://127.0.0.1:{silence}/rest")

    status, steps = checked(capsys, config)

    assert status == 3
    protocol = steps[f"Kafka at 127.0.0.1:{silence}: protocol"]
    assert protocol["outcome"] == "failed"
    assert "kafka.security.protocol" in protocol["advice"]
    tls = steps["Omeda at 127.0.0.1: TLS"]
    assert tls["said"] == "no answer within 0.2 s"
    assert "does it speak TLS" in tls["advice"]


def test_a_listener_that_does_not_speak_tls_is_told(
    broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr("bridge.reach.STEP_SECONDS", 1.0)
    kafka = {"security": {"protocol": "SSL"}}
    config = written(tmp_path, broker.address, f"https://{broker.address}/rest", kafka=kafka)

    status, steps = checked(capsys, config)

    assert status == 3
    assert steps[f"Kafka at {broker.address}: TLS"]["outcome"] == "failed"
    assert steps["Omeda at 127.0.0.1: TLS"]["outcome"] == "failed"
    assert "look at omeda.base_url" in steps["Omeda at 127.0.0.1: TLS"]["advice"].replace("L", "l")


def test_a_proxy_is_reached_instead_and_asked_to_connect(
    tmp_path: Path, silence: int, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr("bridge.reach.STEP_SECONDS", 0.2)
    omeda = {"proxy": f"http://127.0.0.1:{silence}"}
    config = written(tmp_path, "127.0.0.1:1", "https://omeda.example/rest", omeda=omeda)

    _, steps = checked(capsys, config)

    assert steps["Omeda at omeda.example by 127.0.0.1: connection"]["outcome"] == "ok"
    assert steps["Omeda at omeda.example by 127.0.0.1: proxy"]["advice"] == "look at omeda.proxy"


def test_without_connect_nothing_is_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, "127.0.0.1:1", "http://127.0.0.1:1/rest")

    assert main(["check", "--json", "--config", str(config)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["steps"] == []
    assert said["routes"][0] == {"topic": "behaviors", "brand": "DEMO", "kind": "behavior"}
