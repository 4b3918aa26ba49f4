"""`omeda-bridge trace`, as its users meet it: right, wrong and missing arguments."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from bridge.model import Kind, Partition
from bridge.receipt import Receipt, encoded
from tests.edges.embedded import Broker
from tests.edges.test_dead_letters_command import headers

P = Partition("behaviors", 2)
FIRST_MS = 1_772_443_800_000
"""2026-03-02T09:30:00Z"""


def written(directory: Path, address: str, **more: Any) -> Path:
    settings = {
        "kafka": {"bootstrap_servers": address, "group_id": "a-group"},
        "routes": [{"topic": "behaviors", "kind": "behavior", "brand": "DEMO"}],
        "brands": {"DEMO": {"app_id_file": "/nowhere", "input_id_file": "/nowhere"}},
        "dead_letters": {"topic": "letters"},
        **more,
    }
    file = directory / "bridge.yaml"
    file.write_text(json.dumps(settings))
    return file


def behavior(customer: int) -> bytes:
    done = [{"BehaviorId": 7, "BehaviorDate": "2026-03-02 09:30:00"}]
    return json.dumps({"OmedaCustomerId": customer, "CustomerBehaviors": done}).encode()


def receipt(offset: int, transaction_id: int | None = None) -> Receipt:
    return Receipt(
        version=1,
        outcome="delivered",
        topic=P.topic,
        partition=P.number,
        offset=offset,
        brand="DEMO",
        kind=Kind.BEHAVIOR,
        attempts=1,
        settled_at_ms=FIRST_MS + 5000,
        submission_id="s-1",
        transaction_id=transaction_id,
    )


@pytest.fixture(scope="module")
def config(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of four events of partition 2, the first two are committed; the second is a dead letter.

    The third waits, and so does the fourth, of another customer.
    """
    producer: Any = Producer({"bootstrap.servers": broker.address, "linger.ms": 20})
    for number, customer in enumerate((4711, 4711, 4711, 9)):
        producer.produce(
            P.topic, behavior(customer), str(customer), P.number, timestamp=FIRST_MS + number
        )
    producer.produce("letters", b"{}", "4711", 0, headers=headers(1, "rule"))
    producer.produce("receipts", encoded(receipt(0)), "4711")
    producer.produce("receipts", b"no receipt", "4711")
    assert producer.flush(10) == 0
    consumer: Any = Consumer({"bootstrap.servers": broker.address, "group.id": "a-group"})
    consumer.commit(offsets=[TopicPartition(*P, 2)], asynchronous=False)
    consumer.close()
    return written(tmp_path_factory.mktemp("trace"), broker.address, receipts={"topic": "receipts"})


def trace(config: Path, *arguments: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "bridge", "trace", *arguments, "--config", config],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def at(offset: int, *more: str) -> tuple[str, ...]:
    # The embedded broker cannot look records up by their time.
    one = ("--topic", P.topic, "--partition", "2", "--offset", str(offset))
    return (*one, "--last", "1000", *more)


@pytest.mark.parametrize(
    ("offset", "state", "status"),
    [
        (0, "delivered", 0),
        (1, "rejected", 3),
        (2, "waiting", 0),
        (3, "waiting", 0),
        (4, "not_yet_there", 3),
    ],
)
def test_one_event_in_json(config: Path, offset: int, state: str, status: int) -> None:
    done = trace(config, *at(offset, "--json"))

    assert done.returncode == status, done.stderr
    said = json.loads(done.stdout)
    assert (said["state"], said["committed"]) == (state, 2)
    assert said["submission_id"] == ("s-1" if state == "delivered" else None)
    assert said["reason"] == ("rule" if state == "rejected" else None)
    assert [one["letter"] for one in said["letters"]] == ["0:0"] * (state == "rejected")
    assert said["customer"] == (None if offset == 4 else "9" if offset == 3 else "4711")


def test_one_event_as_a_table_with_what_it_means(config: Path) -> None:
    done = trace(config, *at(1))

    heading, row, _, says, committed = done.stdout.splitlines()
    assert heading.split()[:2] == ["EVENT", "PRODUCED"]
    assert row.split()[:3] == ["behaviors-2@1", "2026-03-02T09:30:00.001Z", "rejected"]
    assert row.endswith("0:0")
    assert says.startswith("rejected: ")
    assert committed == (
        "The group has committed offset 2 of behaviors-2, and is done with this record."
    )
    assert "searched 1 records of letters\n" in done.stderr


def test_all_events_of_a_customer(config: Path) -> None:
    done = trace(config, "--customer", "4711", "--json")

    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["offset"], one["state"]) for one in found] == [
        (0, "delivered"),
        (1, "rejected"),
        (2, "waiting"),
    ]
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("chosen", "offsets"),
    [
        (["--last", "1"], [3]),
        (["--to", "2026-03-02T09:30:00.004Z"], [3]),
        (["--to", "2026-03-02T09:30:00.003Z"], []),
    ],
)
def test_a_range_bounds_what_is_searched(
    config: Path, chosen: list[str], offsets: list[int]
) -> None:
    done = trace(config, "--customer", "9", "--json", *chosen)

    assert [json.loads(line)["offset"] for line in done.stdout.splitlines()] == offsets
    assert done.returncode == (0 if offsets else 3)
    assert ("nothing of customer 9 was found" in done.stderr) == (not offsets)


def test_without_receipts_it_says_what_it_cannot_tell(broker: Broker, tmp_path: Path) -> None:
    done = trace(written(tmp_path, broker.address), *at(0, "--json"))

    said = json.loads(done.stdout)
    assert (said["state"], said["submission_id"]) == ("settled", None)
    assert "receipts.topic is not set" in done.stderr
    assert done.returncode == 0


def test_a_value_that_never_names_its_customer_is_found_by_its_key_alone(
    broker: Broker, config: Path
) -> None:
    broker.write("behaviors", [b"not json"], partition=1)

    done = trace(config, "--customer", "key", "--json")

    assert json.loads(done.stdout)["partition"] == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "give --topic, --partition and --offset, or --customer"),
        (["--topic", "behaviors"], "give --topic, --partition and --offset, or --customer"),
        (["--topic", "behaviors", "--offset", "1"], "give --topic, --partition and --offset"),
        (["--customer", "1", "--offset", "1"], "either --customer, or --partition and --offset"),
        (["--topic", "nowhere", "--customer", "1"], "has no route for 'nowhere'"),
        (["--topic", "behaviors", "--partition", "-1", "--offset", "1"], "'-1' is no number"),
        (["--topic", "behaviors", "--partition", "1", "--offset", "x"], "'x' is no offset"),
        (["--topic", "behaviors", "--partition", "9", "--offset", "1"], "has 4 partitions"),
        (["--customer", "1", "--last", "0"], "'0' is no whole number above 0"),
        (["--customer", "1", "--from", "yesterday"], "'yesterday' is no ISO 8601 time"),
        (
            ["--customer", "1", "--from", "2026-03-03T00:00Z", "--to", "2026-03-02T00:00Z"],
            "--from: is not before --to",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(
    config: Path, arguments: list[str], complaint: str
) -> None:
    done = trace(config, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_kafka_that_is_not_there_is_a_fault_that_may_pass(tmp_path: Path) -> None:
    done = trace(written(tmp_path, "127.0.0.1:1"), *at(0))

    assert done.returncode == 1
    assert "Kafka could not be reached at 127.0.0.1:1" in done.stderr
