"""`omeda-bridge send` and `schema`, as their users meet them."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer

from tests.edges.embedded import Broker

READ_SECONDS = 20.0
HEAD = {"topic": "behaviors", "kind": "behavior", "brand": "DEMO"}


def written(tmp_path: Path, address: str, **route: Any) -> Path:
    settings = {
        "kafka": {"bootstrap_servers": address},
        "routes": [{**HEAD, **route}, {"topic": "orders", "kind": "order", "brand": "DEMO"}],
        "brands": {"DEMO": {"app_id_file": "/nowhere", "input_id_file": "/nowhere"}},
    }
    file = tmp_path / "bridge.yaml"
    file.write_text(json.dumps(settings))
    return file


def send(config: Path, topic: str, *options: str, lines: bytes = b"") -> Any:
    return subprocess.run(
        [sys.executable, "-m", "bridge", "send", "--config", config, "--topic", topic, *options],
        input=lines,
        capture_output=True,
        timeout=60,
        check=False,
    )


def behavior(customer: int, number: int = 1, date: str = "2026-03-02 09:30:00") -> bytes:
    behaviors = [{"BehaviorId": number, "BehaviorDate": date}]
    return json.dumps({"OmedaCustomerId": customer, "CustomerBehaviors": behaviors}).encode()


def read(broker: Broker, topic: str, count: int) -> list[tuple[bytes | None, bytes | None, int]]:
    """Key, value and partition of the first *count* records; none may follow."""
    consumer: Any = Consumer(
        {
            "bootstrap.servers": broker.address,
            "group.id": f"reader-of-{topic}",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    try:
        found = consumer.consume(count, READ_SECONDS) if count else []
        found += consumer.consume(1, 1.0)
    finally:
        consumer.close()
    # A topic that nothing was sent to does not exist.
    good = [record for record in found if record.error() is None]
    return [(record.key(), record.value(), record.partition()) for record in good]


def test_good_events_are_written_as_they_are_under_their_customers_key(
    broker: Broker, tmp_path: Path
) -> None:
    config = written(tmp_path, broker.address, topic="sent")
    lines = [behavior(customer, number) for number in range(30) for customer in (1001, 1002)]

    done = send(config, "sent", lines=b"\n".join(lines) + b"\n\n")

    assert (done.returncode, done.stdout) == (0, b"60 events sent to sent\n")
    records = read(broker, "sent", 60)
    assert len(records) == 60
    for customer in (1001, 1002):
        mine = [record for record in records if record[0] == str(customer).encode()]
        assert [value for _, value, _ in mine] == [behavior(customer, n) for n in range(30)]
        assert len({partition for _, _, partition in mine}) == 1


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"ExternalCustomerId": "e", "ExternalCustomerIdNamespace": "SHOP"}, b"SHOP:e"),
        ({"ClientCustomerId": 5}, b"5"),
        ({"Emails": [{"EmailAddress": "ada@example.com"}]}, None),
    ],
)
def test_the_key_is_the_text_of_the_lane(
    broker: Broker, tmp_path: Path, event: Any, key: bytes | None
) -> None:
    topic = f"keyed-{key.hex() if key else 'none'}"
    config = written(tmp_path, broker.address, topic=topic, kind="order")

    done = send(config, topic, lines=json.dumps({**event, "PromoCode": "x"}).encode())

    assert done.returncode == 0, done.stderr
    assert [record[0] for record in read(broker, topic, 1)] == [key]


def test_every_bad_line_is_named_and_nothing_is_sent(broker: Broker, tmp_path: Path) -> None:
    config = written(tmp_path, broker.address, topic="refused")
    lines = [behavior(1), b"nonsense", behavior(2), behavior(3, date="yesterday")]
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join(lines))

    done = send(config, "refused", str(file))

    assert done.returncode == 3
    assert b"line 2: JSON is malformed" in done.stderr
    assert b"line 4: CustomerBehaviors[0].BehaviorDate: is no date" in done.stderr
    assert b"2 bad lines: nothing was sent" in done.stderr
    assert read(broker, "refused", 0) == []


def test_bad_lines_can_be_skipped(broker: Broker, tmp_path: Path) -> None:
    config = written(tmp_path, broker.address, topic="skipped")

    done = send(config, "skipped", "--skip-bad", lines=behavior(1) + b"\n{}\n" + behavior(2))

    assert (done.returncode, done.stdout) == (3, b"2 events sent to skipped, 1 bad lines skipped\n")
    assert len(read(broker, "skipped", 2)) == 2


def test_the_summary_is_json_where_that_is_asked_for(broker: Broker, tmp_path: Path) -> None:
    config = written(tmp_path, broker.address, topic="summed-up")

    none = send(config, "summed-up", "--json", lines=behavior(1) + b"\n{}")
    some = send(config, "summed-up", "--json", "--skip-bad", lines=behavior(1) + b"\n{}")

    assert json.loads(none.stdout) == {"topic": "summed-up", "sent": 0, "bad": 1}
    assert json.loads(some.stdout) == {"topic": "summed-up", "sent": 1, "bad": 1}
    assert (none.returncode, some.returncode) == (3, 3)


def test_an_interrupt_says_how_far_it_came(tmp_path: Path) -> None:
    """A broker that takes connections and never says anything holds it up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = written(tmp_path, f"127.0.0.1:{silent.getsockname()[1]}")
        events = tmp_path / "events.jsonl"
        events.write_bytes(behavior(1))
        command = ["send", "--config", str(config), "--topic", "behaviors", str(events)]
        with subprocess.Popen(
            [sys.executable, "-m", "bridge", *command], stderr=subprocess.PIPE, text=True
        ) as process:
            silent.settimeout(READ_SECONDS)
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=READ_SECONDS)

    assert process.returncode == 130
    assert said == (
        "omeda-bridge: interrupted: of the events, the first 0 were acknowledged, and any of the"
        " next 500 may have been written\n"
    )


def test_a_warning_does_not_keep_an_event_from_being_sent(broker: Broker, tmp_path: Path) -> None:
    config = written(tmp_path, broker.address)

    done = send(config, "orders", lines=b'{"ExternalCustomerId": "e", "PromoCode": "x"}')

    assert (done.returncode, done.stdout) == (0, b"1 events sent to orders\n")
    assert b"line 1: warning: ExternalCustomerIdNamespace: should be given" in done.stderr


def test_the_routes_own_strictness_counts(broker: Broker, tmp_path: Path) -> None:
    config = written(tmp_path, broker.address, topic="strict", rules={"date_form": "off"})

    assert send(config, "strict", lines=behavior(3, date="yesterday")).returncode == 0


def test_a_topic_without_a_route_is_a_usage_error(tmp_path: Path) -> None:
    done = send(written(tmp_path, "127.0.0.1:1"), "elsewhere", lines=behavior(1))

    assert done.returncode == 2
    assert b"no route for 'elsewhere', only behaviors, orders" in done.stderr


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = send(written(tmp_path, "127.0.0.1:1"), "behaviors", str(tmp_path / "none.jsonl"))

    assert done.returncode == 2
    assert b"none.jsonl: cannot be read" in done.stderr


def test_without_kafka_it_says_so_and_that_nothing_was_sent(tmp_path: Path) -> None:
    done = send(written(tmp_path, "127.0.0.1:1"), "behaviors", lines=behavior(1))

    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert "Kafka could not be reached at 127.0.0.1:1, and nothing was sent" in line


@pytest.mark.parametrize("name", ["behavior", "order", "config"])
def test_a_schema_is_printed_as_json(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "schema", name], capture_output=True, check=True
    )

    assert json.loads(done.stdout)["$schema"].endswith("2020-12/schema")
