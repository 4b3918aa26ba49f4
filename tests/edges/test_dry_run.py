"""`omeda-bridge dry-run`, as its users meet it."""

import asyncio
import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bridge.cli import main
from bridge.simulator import (
    ErrorsAnswer,
    FaultRule,
    Latency,
    Scenario,
    Simulator,
    StatusAnswer,
)
from tests.edges.embedded import Broker
from tests.edges.wire import listening

pytestmark = pytest.mark.usefixtures("loggers")

GOOD, BAD = 40, 4
TOPICS = {"behaviors": "behavior", "empty": "behavior", "orders": "order", "absent": "order"}
CARD = "4111111111111111"
"""A published test number; it belongs to nobody."""


@pytest.fixture(scope="module")
def config(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Partition 0 holds what is good, partition 2 what is not, and what comes near to it."""
    header: list[tuple[str, bytes | None]] = [("service", b"web")]
    good = [behavior(n % 4 + 1, f"2026-03-02 09:{n:02}:00") for n in range(GOOD)]
    broker.write("behaviors", good, headers=header)
    bad = [b"Ada", b"", behavior(5, date="ada@example.com"), behavior(6, date=CARD)]
    broker.write("behaviors", bad, partition=2, headers=[("service", b"app\x1b[31m")])
    broker.write("orders", [order(1), order(1, EmailAddress="ada")])
    broker.create("empty")
    folder = tmp_path_factory.mktemp("config")
    (folder / "secret").write_text("secret")
    return written(folder, broker.address)


def written(folder: Path, address: str) -> Path:
    secret = str(folder / "secret")
    settings = {
        "kafka": {"bootstrap_servers": address},
        "routes": [{"topic": t, "kind": kind, "brand": "DEMO"} for t, kind in TOPICS.items()],
        "brands": {"DEMO": {"app_id_file": secret, "input_id_file": secret}},
        "dead_letters": {"limit": {"consecutive": 3}},
    }
    file = folder / "bridge.yaml"
    file.write_text(json.dumps(settings))
    return file


def behavior(customer: int, date: str = "2026-03-02 09:30:00") -> bytes:
    behaviors = [{"BehaviorId": 7, "BehaviorDate": date}]
    return json.dumps({"OmedaCustomerId": customer, "CustomerBehaviors": behaviors}).encode()


def order(customer: int, **email: str) -> bytes:
    emails = {"Emails": [email]} if email else {}
    return json.dumps({"OmedaCustomerId": customer, "PromoCode": "x", **emails}).encode()


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def dry_run(config: Path, topic: str = "behaviors", *options: str) -> Done:
    with redirect_stdout(StringIO()) as said, redirect_stderr(StringIO()) as complaint:
        status = main(["dry-run", "--topic", topic, *options, "--config", str(config)])
    return Done(status, said.getvalue(), complaint.getvalue())


def found(config: Path, topic: str = "behaviors", *options: str, status: int = 3) -> Any:
    done = dry_run(config, topic, "--json", *options)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def test_what_would_become_of_a_topic_is_told_with_examples_and_nobody_s_values(
    config: Path,
) -> None:
    done = dry_run(config, "behaviors", "--by-header", "service")

    assert done.returncode == 3
    assert done.stderr == ""
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[:3] == [
        "behaviors -> DEMO, behavior",
        "44 records at 44 offsets of 4 partitions",
        "40 would be delivered: 40 events",
    ]
    assert "in about 4 requests" in lines[3]
    assert lines[4] == "4 would be rejected"
    assert "halted at behaviors-2@3: 3 records in a row" in lines[5]
    assert "rule date_form 2" in lines
    assert any(line.startswith("behaviors-2@0: JSON is malformed") for line in lines)
    assert "behaviors-2@1: the record has no value" in lines
    assert "web 40 0" in lines
    assert "app\\x1b[31m 4 4 2 rule, 1 not_json, 1 empty" in lines
    assert not any(value in done.stdout for value in ("Ada", "ada@example.com", CARD, "\x1b"))


def test_as_json_it_says_the_same(config: Path) -> None:
    said = found(config, "behaviors", "--by-header", "service", "--examples", "1")

    assert (said["records"], said["delivered"], said["rejected"]) == (44, 40, 4)
    assert said["requests"] == {"if_waiting": 4, "if_idle": 40}
    assert said["reasons"] == {"rule": 2, "not_json": 1, "empty": 1}
    [fault] = [fault for fault in said["faults"] if fault["rule"] == "date_form"]
    [example] = fault["examples"]
    assert (example["topic"], example["partition"], example["offset"]) == ("behaviors", 2, 2)
    assert said["producers"]["web"] == {"records": 40, "delivered": 40, "reasons": {}}
    assert said["against"] is None


@pytest.mark.parametrize(
    ("options", "records", "rejected"),
    [
        (["--partition", "0", "--partition", "2"], 44, 4),
        (["--partition", "0", "--from", "10", "--to", "15"], 5, 0),
        (["--partition", "0", "--last", "3"], 3, 0),
        (["--last", "2"], 4, 2),
        (["--partition", "0", "--last", "1000"], 40, 0),
        (["--from", "3"], 38, 1),
    ],
)
def test_a_range_is_of_each_partition_or_of_those_that_are_named(
    config: Path, options: list[str], records: int, rejected: int
) -> None:
    said = found(config, "behaviors", *options, status=3 if rejected else 0)

    assert (said["records"], said["rejected"]) == (records, rejected)


def test_where_nothing_would_be_rejected_the_status_is_0(config: Path) -> None:
    assert found(config, "behaviors", "--partition", "0", status=0)["rejected"] == 0


@pytest.mark.parametrize(
    ("topic", "options", "remark"),
    [
        ("empty", [], "empty-0 is empty"),
        ("behaviors", ["--partition", "0", "--from", "900"], "nothing is there from 900 on"),
        ("behaviors", ["--partition", "0", "--to", "900"], "there is nothing up to 900 yet"),
    ],
)
def test_a_range_that_lies_outside_is_remarked_on(
    config: Path, topic: str, options: list[str], remark: str
) -> None:
    done = dry_run(config, topic, *options)

    assert done.returncode == 0
    assert remark in done.stderr


@pytest.mark.parametrize(
    ("topic", "options", "status", "said"),
    [
        ("elsewhere", [], 2, "has no route for 'elsewhere'"),
        ("absent", [], 1, "Kafka has no topic absent: create it"),
        ("behaviors", ["--partition", "9"], 2, "has no partition 9, only 0 to 3"),
        ("behaviors", ["--last", "1", "--from", "1"], 2, "either --last, or --from and --to"),
        ("behaviors", ["--from", "5", "--to", "5"], 2, "--from must be below --to"),
        ("behaviors", ["--against", "localhost:8080"], 2, "is no address such as"),
        ("behaviors", ["--against", "https://ows.omeda.com/x"], 2, "is Omeda itself"),
        ("behaviors", ["--against", "http://OWS.Omeda.COM.:80/x"], 2, "is Omeda itself"),
        ("behaviors", ["--against", "http://ows。omeda。com/"], 2, "is Omeda itself"),
        ("behaviors", ["--against", "http://omeda.com"], 2, "is Omeda itself"),
        ("behaviors", ["--against", "http://127.0.0.1:1/x"], 1, "nothing answers there"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    config: Path, topic: str, options: list[str], status: int, said: str
) -> None:
    done = dry_run(config, topic, *options)

    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_without_kafka_one_sentence_says_so(tmp_path: Path) -> None:
    done = dry_run(written(tmp_path, "127.0.0.1:1"))

    assert done.returncode == 1
    assert "Kafka could not be reached at 127.0.0.1:1" in done.stderr


async def compared(config: Path, topic: str, simulator: Simulator, status: int) -> Any:
    url = await simulator.start()
    try:
        return await asyncio.to_thread(found, config, topic, "--against", url, status=status)
    finally:
        await simulator.stop()


def outcomes(said: Any) -> dict[tuple[str, str], int]:
    return {(each["foreseen"], each["came"]): each["records"] for each in said["against"]}


async def test_a_stand_in_says_the_same_and_gets_each_customer_s_in_order(config: Path) -> None:
    simulator = Simulator(Scenario(latency=Latency(base_seconds=0.02)))

    said = await compared(config, "behaviors", simulator, 3)

    assert outcomes(said) == {
        ("delivered", "delivered"): GOOD,
        ("rejected", "not sent"): 2,
        ("rejected", "rejected"): 2,
    }
    counts = simulator.books.counts()
    assert (counts.accepted_events, counts.overlaps) == (GOOD, 0)
    assert counts.max_in_flight > 1
    for customer in "1234":
        bodies = [accepted.body for accepted in simulator.books.of(customer)]
        assert bodies == sorted(bodies)


async def test_what_a_stand_in_refuses_though_it_was_foreseen_to_be_delivered_is_shown(
    config: Path,
) -> None:
    refusal = ErrorsAnswer(error="Customer 'Ada' (ada@example.com, 12345) is odd", status=400)
    simulator = Simulator(Scenario(faults=(FaultRule(refusal),)))

    said = await compared(config, "orders", simulator, 3)

    assert outcomes(said) == {("delivered", "rejected"): 1, ("rejected", "rejected"): 1}
    [different] = [each for each in said["against"] if each["foreseen"] != each["came"]]
    [example] = different["examples"]
    assert (example["topic"], example["offset"]) == ("orders", 0)
    assert example["message"].startswith("400: Customer … ")
    assert not any(value in example["message"] for value in ("Ada", "ada@", "12345"))


async def test_what_a_stand_in_takes_though_a_rule_rejects_it_is_shown(config: Path) -> None:
    async with listening() as wire:
        url = f"http://127.0.0.1:{wire.port}"
        done = await asyncio.to_thread(found, config, "orders", "--against", url)

    assert outcomes(done) == {("delivered", "delivered"): 1, ("rejected", "delivered"): 1}


async def test_a_stand_in_that_refuses_the_service_as_a_whole_ends_it(config: Path) -> None:
    simulator = Simulator(Scenario(faults=(FaultRule(StatusAnswer(status=403)),)))
    url = await simulator.start()
    done = await asyncio.to_thread(dry_run, config, "behaviors", "--against", url)
    await simulator.stop()

    assert (done.returncode, done.stdout) == (1, "")
    assert "--against: it refuses the service as a whole (403" in done.stderr
