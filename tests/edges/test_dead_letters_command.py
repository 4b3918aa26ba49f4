"""`omeda-bridge dead-letters`, as its users meet it, wherever nothing is written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.edges.embedded import Broker

Headers = list[tuple[str, bytes | None]]
FIRST_MS = 1_772_443_800_000
"""2026-03-02T09:30:00Z"""


def written(tmp_path: Path, address: str, letters: str = "letters") -> Path:
    settings = {
        "kafka": {"bootstrap_servers": address},
        "routes": [{"topic": "behaviors", "kind": "behavior", "brand": "DEMO"}],
        "brands": {"DEMO": {"app_id_file": "/nowhere", "input_id_file": "/nowhere"}},
        "dead_letters": {"topic": letters},
    }
    file = tmp_path / "bridge.yaml"
    file.write_text(json.dumps(settings))
    return file


def command(config: Path, *arguments: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "bridge", "dead-letters", *arguments, "--config", config],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def headers(offset: int, reason: str = "refused", **said: str) -> Headers:
    texts = {
        "__connect.errors.topic": "behaviors",
        "__connect.errors.partition": "2",
        "__connect.errors.offset": str(offset),
        "__connect.errors.exception.message": "Why \x1b[31m not",
        "bridge.reason": reason,
        "bridge.brand": "DEMO",
        "bridge.kind": "behavior",
        "bridge.failed_at": str(FIRST_MS + offset * 1000),
        **{f"bridge.{name}": text for name, text in said.items()},
    }
    return [(name, text.encode()) for name, text in texts.items()]


@pytest.fixture(scope="module")
def letters(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three letters, of which the first was replayed; the third is of its record too."""
    broker.write("letters", [b"one"], headers=headers(0))
    broker.write(
        "letters", ["zwölf".encode()], partition=1, headers=headers(1, "rule", status="400")
    )
    broker.write("letters", [b"one"], headers=headers(0))
    broker.write("letters", [b"\xff\x00"], headers=headers(3, "not_json", masked="true"))
    broker.write("letters", [b""], headers=[("bridge.replayed", b"0:0")])
    broker.write("letters", [b"not a letter at all"])
    return written(tmp_path_factory.mktemp("letters"), broker.address)


def listed(config: Path, *arguments: str) -> list[dict[str, Any]]:
    done = command(config, "list", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_list_in_json_says_what_is_known_of_each_letter(letters: Path) -> None:
    first, _, _, last = listed(letters)

    assert last == {
        "letter": "1:0",
        "topic": "behaviors",
        "partition": 2,
        "offset": 1,
        "reason": "rule",
        "brand": "DEMO",
        "kind": "behavior",
        "status": 400,
        "failed_at": "2026-03-02T09:30:01.000Z",
        "message": "Why \x1b[31m not",
        "masked": False,
        "value_omitted": False,
        "replayed": False,
        "replays": 0,
    }
    assert (first["letter"], first["replayed"]) == ("0:0", True)


def test_two_letters_of_one_record_were_replayed_together(letters: Path) -> None:
    assert [one["replayed"] for one in listed(letters)] == [True, True, False, False]


def test_a_table_ends_with_the_counts_and_cannot_steer_a_terminal(letters: Path) -> None:
    done = command(letters, "list")

    heading, *rows, counts = done.stdout.splitlines()
    assert heading.startswith("LETTER")
    assert len(rows) == 4
    assert rows[3].split()[:4] == ["1:0", "behaviors-2@1", "rule", "DEMO"]
    assert counts == "4 letters, 2 refused, 1 not_json, 1 rule"
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--reason", "rule"], ["1:0"]),
        (["--brand", "OTHER"], []),
        (["--topic", "behaviors"], ["0:0", "0:1", "0:2", "1:0"]),
        (["--topic", "orders"], []),
        (["--since", "2026-03-02T09:30:01Z"], ["0:2", "1:0"]),
        (["--until", "2026-03-02T10:30:01+01:00"], ["0:0", "0:1"]),
        (["--since", "2026-03-02T09:30:01Z", "--until", "2026-03-02T09:30:02Z"], ["1:0"]),
    ],
)
def test_filters_choose(letters: Path, filters: list[str], found: list[str]) -> None:
    assert [one["letter"] for one in listed(letters, *filters)] == found


def test_one_letter_is_shown_whole(letters: Path) -> None:
    done = command(letters, "show", "1:0")

    assert done.returncode == 0
    assert "  bridge.status: 400\n" in done.stdout
    assert "  __connect.errors.exception.message: Why \\x1b[31m not\n" in done.stdout
    assert done.stdout.endswith("key: key\nvalue: zwölf\n")


def test_one_letter_is_json_where_that_is_asked_for(letters: Path) -> None:
    text, blob = (
        json.loads(command(letters, "show", "--json", one).stdout) for one in ("1:0", "0:2")
    )

    assert text["letter"] == "1:0"
    assert (text["key"], text["value"]) == ({"text": "key"}, {"text": "zwölf"})
    assert {"name": "bridge.status", "text": "400"} in text["headers"]
    assert blob["value"] == {"hex": "ff00"}


def test_the_summary_of_a_replay_is_json_where_that_is_asked_for(letters: Path) -> None:
    done = command(letters, "replay", "--all", "--dry-run", "--json")

    assert json.loads(done.stdout) == {
        "dry_run": True,
        "replayed": 1,
        "replayed_before": 2,
        "refused": {"0:2": "source_gone"},
    }


def test_what_is_no_text_is_shown_in_hexadecimal(letters: Path) -> None:
    assert "in hexadecimal: ff00" in command(letters, "show", "0:2").stdout


def test_a_letter_that_is_not_there_is_a_usage_error(letters: Path) -> None:
    done = command(letters, "show", "3:9")

    assert (done.returncode, done.stderr) == (2, "omeda-bridge: letters holds no letter 3:9\n")


def test_a_topic_that_is_not_there_is_a_fault(broker: Broker, tmp_path: Path) -> None:
    done = command(written(tmp_path, broker.address, "nowhere"), "list")

    assert (done.returncode, done.stderr) == (1, "omeda-bridge: Kafka has no topic nowhere\n")


def test_a_topic_without_letters_is_an_empty_list(broker: Broker, tmp_path: Path) -> None:
    broker.create("empty")

    done = command(written(tmp_path, broker.address, "empty"), "list")

    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["0 letters"])


def test_a_dry_run_needs_no_transaction(letters: Path) -> None:
    done = command(letters, "replay", "--all", "--dry-run")

    assert (done.returncode, done.stdout) == (
        3,
        "1 letters would be replayed, 2 replayed already, 1 refused\n",
    )
    assert "0:2: source_gone: behaviors-2@3 is no longer there\n" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay"], "name letters, or give --reason or --all"),
        (["replay", "--brand", "DEMO"], "name letters, or give --reason or --all"),
        (["replay", "0:1", "--all"], "either letters are named, or chosen by filters"),
        (["replay", "0-1"], "names no letter"),
        (["replay", "--all", "--rate", "0"], "is no number above 0"),
        (["list", "--since", "yesterday"], "is no ISO 8601 time"),
        (["list", "--since", "2026-03-02T09:30:00"], "has no zone"),
        (["show", "x"], "names no letter"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = command(written(tmp_path, "127.0.0.1:1"), *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["list"], ["show", "0:0"], ["replay", "--all"]])
def test_without_kafka_one_sentence_says_so(tmp_path: Path, arguments: list[str]) -> None:
    done = command(written(tmp_path, "127.0.0.1:1"), *arguments)

    assert done.returncode == 1
    assert done.stderr.startswith("omeda-bridge: ")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_fault(letters: Path) -> None:
    line = f"{sys.executable} -m bridge dead-letters list --config {letters} | head -1"
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stdout.startswith("LETTER")
    assert done.stderr == ""
