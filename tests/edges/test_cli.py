"""The command as its users meet it: what it prints, and how it ends."""

import os
import re
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from bridge import __version__
from tests.edges.configured import Change, written

END_SECONDS = 30


def run(*arguments: str, env: Change | None = None, seconds: float = END_SECONDS) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "bridge", *arguments],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def is_one_sentence(said: str) -> bool:
    return said.startswith("omeda-bridge: ") and said.count("\n") == 1


def test_version_names_everything_that_a_report_of_a_fault_needs() -> None:
    ended = run("version")

    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        f"omeda-bridge {__version__}",
        f"Python {'.'.join(map(str, sys.version_info[:3]))}",
        *(f"{name} {version(name)}" for name in ("aiokafka", "aiohttp", "msgspec")),
    ]


def test_a_good_configuration_is_called_good_and_its_routes_are_shown(config: Path) -> None:
    ended = run("check", "--config", str(config))

    assert ended.returncode == 0, ended.stderr
    assert "good" in ended.stdout
    assert "behaviors" in ended.stdout
    assert "a-secret" not in ended.stdout + ended.stderr


BAD: dict[str, tuple[Change, str]] = {
    "misspelt": ({"kafca": {}}, "kafca"),
    "wrong type": ({"admin": {"port": "many"}}, "admin.port"),
    "too small": ({"delivery": {"concurrency": 0}}, "delivery.concurrency"),
    "no brand": ({"brands": {"OTHER": {"app_id_file": "a", "input_id_file": "b"}}}, "routes"),
    "secret in the file": (
        {"brands": {"DEMO": {"app_id": "a-secret", "input_id_file": "b"}}},
        "brands.DEMO.app_id",
    ),
    "secret that is not there": (
        {"brands": {"DEMO": {"app_id_file": "/nowhere", "input_id_file": "/nowhere"}}},
        "brands.DEMO.app_id_file",
    ),
    "bad address": ({"kafka": {"bootstrap_servers": "kafka:nine"}}, "bootstrap_servers"),
    "half a certificate": (
        {
            "kafka": {
                "bootstrap_servers": "kafka:9092",
                "security": {"protocol": "SSL", "certificate_file": "/nowhere"},
            }
        },
        "kafka.security",
    ),
}


@pytest.mark.parametrize(("change", "path"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("command", ["check", "run"])
def test_a_bad_configuration_ends_with_2_and_a_sentence_that_names_the_setting(
    settings: dict[str, Any], tmp_path: Path, command: str, change: Change, path: str
) -> None:
    ended = run(command, "--config", str(written({**settings, **change}, tmp_path)))

    assert ended.returncode == 2
    assert is_one_sentence(ended.stderr), ended.stderr
    assert path in ended.stderr
    assert "a-secret" not in ended.stderr


UNUSABLE: dict[str, tuple[Change, str]] = {
    "ca_file of Kafka": (
        {
            "kafka": {
                "bootstrap_servers": "127.0.0.1:1",
                "security": {"protocol": "SSL", "ca_file": "/nowhere"},
            }
        },
        "kafka.security",
    ),
    "ca_file of Omeda": ({"omeda": {"ca_file": "/nowhere"}}, "omeda.ca_file"),
}


@pytest.mark.parametrize(("change", "path"), UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_file_that_cannot_be_used_ends_with_2_and_is_named(
    settings: dict[str, Any], tmp_path: Path, command: str, change: Change, path: str
) -> None:
    ended = run(command, "--config", str(written({**settings, **change}, tmp_path)))

    assert ended.returncode == 2, ended.stderr
    assert is_one_sentence(ended.stderr), ended.stderr
    assert path in ended.stderr


@pytest.mark.parametrize("content", [None, "", "- a\n- b\n", "a: [", "\0", "a: &a [*a]"])
def test_a_file_that_is_no_configuration_ends_with_2_and_is_named(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "broken.yaml"
    if content is not None:
        path.write_text(content)

    ended = run("check", "--config", str(path))

    assert ended.returncode == 2
    assert is_one_sentence(ended.stderr), ended.stderr
    assert str(path) in ended.stderr


@pytest.mark.parametrize(
    "name", ["BRIDGE__KAFKA__GRUOP_ID", "BRIDGE__", "BRIDGE__ROUTES__9__TOPIC", "BRIDGE__KAFKA"]
)
def test_an_override_that_names_no_setting_ends_with_2_and_is_named(
    config: Path, name: str
) -> None:
    ended = run("check", "--config", str(config), env={name: "x"})

    assert ended.returncode == 2
    assert is_one_sentence(ended.stderr), ended.stderr
    assert name in ended.stderr


def test_an_override_changes_what_is_run(config: Path) -> None:
    overrides = {"BRIDGE__ROUTES__0__TOPIC": "others", "BRIDGE__BRANDS__DEMO__APP_ID": "given"}
    ended = run("check", "--config", str(config), env=overrides)

    assert ended.returncode == 0
    assert "others" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["run"], ["check"], ["run", "--config"], ["demo", "--port", "many"]],
)
def test_wrong_usage_ends_with_2_and_says_how_it_is_used(arguments: list[str]) -> None:
    ended = run(*arguments)

    assert ended.returncode == 2
    assert ended.stderr.startswith("usage: omeda-bridge")
    assert "Traceback" not in ended.stderr


def test_the_admin_port_in_use_ends_with_2_and_is_named(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings["admin"]["port"] = taken.getsockname()[1]
        ended = run("run", "--config", str(written(settings, tmp_path)))

    assert ended.returncode == 2
    assert is_one_sentence(ended.stderr), ended.stderr
    assert "admin.port" in ended.stderr


def test_an_aiokafka_without_its_c_extension_ends_with_2_and_a_sentence(config: Path) -> None:
    ended = run("run", "--config", str(config), env={"AIOKAFKA_NO_EXTENSIONS": "1"})

    assert ended.returncode == 2
    assert is_one_sentence(ended.stderr), ended.stderr
    assert "C extension" in ended.stderr


def test_kafka_that_stays_away_ends_with_1_and_a_sentence(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    settings["kafka"]["start_timeout_seconds"] = 0.5
    ended = run("run", "--config", str(written(settings, tmp_path)))

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert is_one_sentence(ended.stderr.splitlines(keepends=True)[-1])
    assert "127.0.0.1:1" in ended.stderr


@pytest.mark.parametrize("missing", ["confluent_kafka", "rich"])
def test_the_demo_without_its_extra_says_what_to_install(missing: str) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; from bridge.cli import main;"
    program += "sys.exit(main(['demo']))"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert is_one_sentence(ended.stderr), ended.stderr
    assert "omeda-bridge[demo]" in ended.stderr


def test_the_demo_s_port_in_use_ends_with_2_and_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run("demo", "--port", str(taken.getsockname()[1]))

    assert ended.returncode == 2
    assert is_one_sentence(ended.stderr), ended.stderr


@pytest.mark.slow
def test_the_demo_runs_by_itself_and_its_account_balances() -> None:
    ended = run("demo", "--port", "0", seconds=90)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"produced +4,000", ended.stdout)
    assert re.search(r"out of order +0\n", ended.stdout)
    assert "balanced: produced = delivered + dead letters" in ended.stdout
    assert "NOT balanced" not in ended.stdout
    assert not ended.stderr
