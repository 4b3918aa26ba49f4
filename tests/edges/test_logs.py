"""What the process writes to standard error."""

import json
import logging
from datetime import datetime
from typing import Literal

import pytest

from bridge import logs
from bridge.config.settings import Log
from bridge.errors import KafkaFault
from bridge.job import Job
from bridge.ledger import Ledger
from bridge.model import Commit, Kind, LaneKey, Partition, Service
from bridge.record import Record


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)


def test_a_line_of_json_tells_when_who_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="json"))

    logging.getLogger("bridge.somewhere").warning("%d things", 3)

    line = json.loads(capsys.readouterr().err)
    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line == {
        "level": "WARNING",
        "logger": "bridge.somewhere",
        "message": "3 things",
        "event": "%d things",
    }


def test_what_a_message_speaks_of_has_members_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(Log(format="json", level="debug"))
    service, partition = Service("DEMO", Kind.ORDER), Partition("orders", 3)
    record = Record(partition, 42, 0, b"1001", b"{}")
    entry = Ledger().open(partition, Commit(42)).admit(record, record.size)
    assert entry is not None
    job = Job(record, entry, LaneKey("DEMO", "1001"), service, number=1)

    log = logging.getLogger("bridge")
    log.error("%s is halted: %s", service, "why")
    log.warning("%s cannot be read: %s", partition, KafkaFault("gone"))
    log.debug("%r failed", job)

    halted, unread, failed = map(json.loads, capsys.readouterr().err.splitlines())
    assert halted["event"] == "%s is halted: %s"
    assert (halted["brand"], halted["kind"]) == ("DEMO", "order")
    assert (unread["topic"], unread["partition"], unread["error"]) == ("orders", 3, "KafkaFault")
    assert (failed["brand"], failed["topic"], failed["offset"]) == ("DEMO", "orders", 42)


def test_what_was_left_out_is_counted_beside_an_event_that_stays_the_same() -> None:
    now = [0.0]
    sparing = logs.Sparing(clock=lambda: now[0])

    def record() -> logging.LogRecord:
        return logging.LogRecord("n", logging.ERROR, "p", 1, "node %d is away", (7,), None)

    for _ in range(logs.BURST + 3):
        sparing.filter(record())
    now[0] += logs.WINDOW_SECONDS
    last = record()

    assert sparing.filter(last)
    line = json.loads(logs.structured().format(last))
    assert line["event"] == "node %d is away"
    assert line["left_out"] == 3
    assert line["message"] == "node 7 is away (and 3 more like this)"


def test_a_line_for_people_has_no_braces(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="console"))

    logging.getLogger("bridge").info("ready")

    assert capsys.readouterr().err.endswith(" INFO    ready\n")


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(level="error"))

    logging.getLogger("bridge").warning("not wanted")

    assert not capsys.readouterr().err


def test_a_message_that_repeats_is_written_a_few_times_and_then_counted() -> None:
    now = [0.0]
    sparing = logs.Sparing(clock=lambda: now[0])

    def written(message: str, argument: int) -> str | None:
        record = logging.LogRecord("n", logging.ERROR, "p", 1, message, (argument,), None)
        return record.getMessage() if sparing.filter(record) else None

    lines = [written("node %d is away", number) for number in range(100)]
    assert [line for line in lines if line] == [
        f"node {number} is away" for number in range(logs.BURST)
    ]
    assert written("something else %d", 1) == "something else 1"

    now[0] += logs.WINDOW_SECONDS
    assert (
        written("node %d is away", 7) == f"node 7 is away (and {100 - logs.BURST} more like this)"
    )


@pytest.mark.parametrize("level", ["debug", "info"])
def test_what_the_kafka_client_sends_is_never_written(
    capsys: pytest.CaptureFixture[str], level: Literal["debug", "info"]
) -> None:
    logs.configure(Log(level=level))

    logging.getLogger("aiokafka.conn").debug("Request: %s", "a-password")
    logging.getLogger("aiokafka").error("it failed")

    said = capsys.readouterr().err
    assert "it failed" in said
    assert "a-password" not in said
