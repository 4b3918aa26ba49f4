"""`omeda-bridge config`, as its users meet it."""

import json
from pathlib import Path

import msgspec
import pytest

from bridge.cli import main
from bridge.config import load
from bridge.config.catalogue import settings

SECRETS = {"BRIDGE__BRANDS__DEMO__APP_ID": "app-secret", "BRIDGE__BRANDS__DEMO__INPUT_ID": "input"}
FILE = """
kafka: {bootstrap_servers: "kafka:9092"}
routes: [{topic: behaviors, kind: behavior, brand: DEMO, rules: {namespace: off}}]
brands: {DEMO: {}}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in SECRETS.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("BRIDGE__DELIVERY__CONCURRENCY", "8")
    path = tmp_path / "bridge.yaml"
    path.write_text(FILE)
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(["config", *arguments]) == status
    printed = capsys.readouterr()
    return printed.err if status else printed.out


def test_the_example_can_be_used_as_it_is_and_holds_every_setting_that_may_stand_in_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bridge.yaml"
    path.write_text(said(capsys, "example"))
    for name, text in SECRETS.items():
        monkeypatch.setenv(name, text)

    assert main(["check", "--config", str(path)]) == 0
    config = load(path, SECRETS)
    assert config.delivery == type(config.delivery)()
    for setting in settings():
        if not setting.secret:
            assert f"{setting.steps[-1]}:" in path.read_text(), setting.path
            assert setting.text.split(". ")[0][:40] in path.read_text(), setting.path


def test_a_setting_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "explain", "delivery.retry.max_seconds")

    assert text.splitlines() == [
        "delivery.retry.max_seconds",
        "  Ceiling of every wait, also of what a `Retry-After` asks for.",
        "",
        "  type         number, above 0, at most 86400",
        "  default      60",
        "  environment  BRIDGE__DELIVERY__RETRY__MAX_SECONDS",
    ]


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("delivery.concurrency", "8, from BRIDGE__DELIVERY__CONCURRENCY"),
        ("routes[0].topic", "behaviors, from {file}"),
        ("routes[].topic", "behaviors, from {file}"),
        ("BRIDGE__ROUTES__0__TOPIC", "behaviors, from {file}"),
        ("routes[0].rules.namespace", '"off", from {file}'),
        ("admin.port", "9464, from default"),
        ("brands.demo.app_id", '"***", from BRIDGE__BRANDS__DEMO__APP_ID'),
    ],
)
def test_with_a_configuration_its_value_is_said_and_where_that_is_from(
    capsys: pytest.CaptureFixture[str], file: Path, path: str, held: str
) -> None:
    text = said(capsys, "explain", path, "--config", str(file))

    assert f"  value        {held.format(file=file)}" in text
    assert "app-secret" not in text


def test_a_section_is_explained_with_what_stands_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "explain", "delivery.retry").splitlines()

    assert [line.split()[0] for line in lines[3:]] == [
        f"delivery.retry.{name}" for name in ("initial_seconds", "max_seconds", "attempts")
    ]


def test_without_a_path_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "explain")

    assert all(f"  {setting.path} " in text for setting in settings())


def test_a_section_of_a_configuration_shows_its_values(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    text = said(capsys, "explain", "routes", "--config", str(file))

    assert "routes[0].rules.namespace" in text
    assert str(file) in text


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("delivery.retry.max_second", "did you mean delivery.retry.max_seconds"),
        ("max_seconds", "did you mean delivery.retry.max_seconds"),
        ("kafka.bootstrap_server", "did you mean kafka.bootstrap_servers"),
        ("BRIDGE__OMEDA__PROXI", "did you mean omeda.proxy"),
        ("zzz", "`omeda-bridge config explain` lists them all"),
    ],
)
def test_a_path_of_nothing_is_a_usage_error_that_names_near_ones(
    capsys: pytest.CaptureFixture[str], path: str, hint: str
) -> None:
    complaint = said(capsys, "explain", path, status=2)

    assert complaint.startswith(f"omeda-bridge: there is no setting '{path}': ")
    assert hint in complaint


def test_a_setting_as_json(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    found = json.loads(said(capsys, "explain", "admin.port", "--json", "--config", str(file)))

    assert found["default"] == 9464
    assert found["values"] == [
        {"path": "admin.port", "value": 9464, "source": "default", "variable": None}
    ]


def test_what_is_in_effect_is_yaml_with_where_it_is_from(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    text = said(capsys, "effective", "--config", str(file))

    again = tmp_path / "again.yaml"
    again.write_text(text)
    assert load(again, SECRETS).delivery.concurrency == 8
    assert load(again, SECRETS).line == load(file, SECRETS).line
    assert "app-secret" not in text
    assert msgspec.yaml.decode(text)["admin"]["port"] == 9464
    origins = {line.split(":")[0].strip("# "): line.split("# ")[-1] for line in text.splitlines()}
    assert origins["concurrency"] == "BRIDGE__DELIVERY__CONCURRENCY"
    assert origins["app_id"] == "BRIDGE__BRANDS__DEMO__APP_ID"
    assert origins["bootstrap_servers"] == str(file)
    assert origins["port"] == "default"


def test_what_is_in_effect_as_json(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    text = said(capsys, "effective", "--json", "--config", str(file))

    found = {each["path"]: each for each in json.loads(text)}
    assert found["brands.DEMO.app_id"]["value"] == "***"
    assert found["delivery.concurrency"]["source"] == "environment"
    assert found["kafka.bootstrap_servers"]["source"] == "file"
    assert "app-secret" not in text


@pytest.mark.parametrize("arguments", [["explain", "kafka"], ["effective"]])
def test_a_configuration_that_cannot_be_used_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]
) -> None:
    complaint = said(capsys, *arguments, "--config", str(tmp_path / "none.yaml"), status=2)

    assert "none.yaml: cannot be read" in complaint
