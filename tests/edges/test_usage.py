"""The command line itself: help, examples, mistakes, and an end that is always clean."""

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge.ledger
from bridge.cli import main
from bridge.usage import parser

SECONDS = 60
ENDS = {"|", ">", "<", "&&"}


def commands(of: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The command line, every command, and every action of one."""
    yield of
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from commands(each)


EVERY = list(commands(parser()))
IDS = [each.prog.removeprefix("omeda-bridge").strip() or "omeda-bridge" for each in EVERY]


def examples(command: argparse.ArgumentParser) -> list[list[str]]:
    """Each in words, up to where the shell goes on with something else."""
    lines = [line.strip() for line in (command.epilog or "").splitlines()]
    found = [shlex.split(line)[1:] for line in lines if line.startswith("omeda-bridge ")]
    return [
        line[: next((n for n, word in enumerate(line) if word in ENDS), None)] for line in found
    ]


@pytest.mark.parametrize("command", EVERY[1:], ids=IDS[1:])
def test_the_help_of_a_command_shows_examples_that_the_parser_takes(
    command: argparse.ArgumentParser,
) -> None:
    shown = examples(command)

    assert shown
    for line in shown:
        name = command.prog.split()[1]
        assert parser().parse_args(line).command in {name, "check"}, line


@pytest.mark.parametrize("command", EVERY, ids=IDS)
def test_every_argument_is_explained(command: argparse.ArgumentParser) -> None:
    for action in command._actions:
        if not isinstance(action, argparse._SubParsersAction):
            assert action.help, action.dest


@pytest.mark.parametrize("command", EVERY, ids=IDS)
def test_help_is_printed_and_is_no_error(
    command: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.prog.split()[1:], "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: {command.prog}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["config"], "ACTION"),
        (["completion", "csh"], "invalid choice: 'csh'"),
        (["demo", "--port", "65536"], "'65536' is no port"),
        (["simulate", "--port", "-1"], "--port"),
        (["check"], "--config"),
        (["dry-run", "--config", "x"], "--topic"),
        (["dry-run", "--topic", "t", "--config", "x", "--last", "0"], "no whole number above 0"),
        (["dry-run", "--topic", "t", "--config", "x", "--from", "soon"], "nor an offset"),
        (["dry-run", "--topic", "t", "--config", "x", "--to", "2026-03-02"], "has no zone"),
        (["dry-run", "--topic", "t", "--config", "x", "--partition", "a"], "no number of a part"),
    ],
)
def test_a_mistake_ends_with_2_and_says_where_to_read_on(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    complaint = capsys.readouterr().err
    assert complaint.startswith("usage: omeda-bridge")
    assert said in complaint
    assert "--help` shows how, with examples" in complaint


def test_versions_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) >= {"omeda-bridge", "Python", "aiokafka"}
    assert found["compiled"] == ("no" if bridge.ledger.__file__.endswith(".py") else "yes")


@pytest.mark.parametrize("line", ["schema order", "--help", "config example"])
def test_a_reader_that_has_seen_enough_is_no_fault(line: str) -> None:
    done = shell(f"set -o pipefail; {sys.executable} -m bridge {line} | head -1")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full")
def test_a_full_disk_is_one_sentence_and_1() -> None:
    done = shell(f"{sys.executable} -m bridge schema order > /dev/full")

    assert done.returncode == 1
    assert done.stderr == ("omeda-bridge: the output cannot be written: No space left on device\n")


@pytest.mark.slow
@pytest.mark.parametrize("later", [0.0, 0.1, 0.3, 1.0])
def test_an_interrupt_at_any_moment_is_130_without_a_traceback(
    tmp_path: Path, later: float
) -> None:
    """Of a command that waits for its input, from the moment at which it is the program's turn."""
    arguments = ["--topic", "t", "--config", str(written(tmp_path))]
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "bridge", "send", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        # The first thing that the program loads once it looks after signals.
        assert any("bridge.errors" in line for line in process.stderr)
        time.sleep(later)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=SECONDS)

    assert process.returncode == 130
    assert "Traceback" not in said


def written(tmp_path: Path) -> Path:
    settings = {
        "kafka": {"bootstrap_servers": "127.0.0.1:1"},
        "routes": [{"topic": "t", "kind": "behavior", "brand": "DEMO"}],
        "brands": {"DEMO": {"app_id_file": "/nowhere", "input_id_file": "/nowhere"}},
    }
    file = tmp_path / "bridge.yaml"
    file.write_text(json.dumps(settings))
    return file


def shell(line: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=os.environ,
    )
