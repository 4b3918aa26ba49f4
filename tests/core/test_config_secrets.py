"""Secrets: where they may stand, and where they never show."""

import logging
from pathlib import Path

import pytest

from bridge.config import Config, Credentials, Secret, read_secret
from bridge.errors import ConfigError
from tests.core.configured import HIDDEN, fault, loaded, with_


@pytest.mark.parametrize(
    ("path", "variable"),
    [
        ("brands.DEMO.app_id", "BRIDGE__BRANDS__DEMO__APP_ID"),
        ("brands.DEMO.input_id", "BRIDGE__BRANDS__DEMO__INPUT_ID"),
        ("kafka.security.password", "BRIDGE__KAFKA__SECURITY__PASSWORD"),
    ],
)
def test_a_secret_in_the_file_is_an_error_that_tells_where_it_belongs_and_hides_it(
    file: Path, path: str, variable: str
) -> None:
    sentence = fault(file, with_(path, HIDDEN))

    assert f"{path}_file" in sentence
    assert variable in sentence
    assert HIDDEN not in sentence


def test_secrets_may_come_from_the_environment(file: Path) -> None:
    security = {"protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "username": "u"}
    tree = with_("kafka.security", security)
    tree["brands"] = {"DEMO": {}}

    config = loaded(
        file,
        tree,
        {
            "BRIDGE__BRANDS__DEMO__APP_ID": "0815 \n",
            "BRIDGE__BRANDS__DEMO__INPUT_ID": HIDDEN,
            "BRIDGE__KAFKA__SECURITY__PASSWORD": "null",
        },
    )

    (shown,) = Credentials(config).passes.values()
    assert shown.app_id.reveal() == "0815"
    assert shown.input_id.reveal() == HIDDEN
    assert config.kafka.security.password == Secret("null")
    assert HIDDEN not in repr(config)


def test_no_other_fault_shows_a_secret_from_the_environment(file: Path) -> None:
    sentence = fault(
        file, with_("admin.port", "x"), {"BRIDGE__BRANDS__DEMO__APP_ID": HIDDEN, "OTHER": HIDDEN}
    )

    assert "admin.port" in sentence
    assert HIDDEN not in sentence


def with_files(tmp_path: Path, file: Path, *, route_file: bool = False) -> Config:
    tree = with_("brands.DEMO.app_id_file", str(tmp_path / "app"))
    tree["brands"]["DEMO"]["input_id_file"] = str(tmp_path / "input")
    (tmp_path / "app").write_text(f"{HIDDEN}\r\n \t")
    (tmp_path / "input").write_text("in-1\n")
    if route_file:
        tree["routes"][0]["input_id_file"] = str(tmp_path / "route")
        (tmp_path / "route").write_text("in-2\n")
    return loaded(file, tree)


def test_secrets_are_read_from_files_without_trailing_white_space(
    tmp_path: Path, file: Path
) -> None:
    credentials = Credentials(with_files(tmp_path, file))

    shown = credentials.passes["omeda.behaviors"]
    assert (shown.app_id.reveal(), shown.input_id.reveal()) == (HIDDEN, "in-1")


def test_the_input_id_of_a_route_stands_in_for_the_brands(tmp_path: Path, file: Path) -> None:
    credentials = Credentials(with_files(tmp_path, file, route_file=True))

    shown = credentials.passes["omeda.behaviors"]
    assert (shown.app_id.reveal(), shown.input_id.reveal()) == (HIDDEN, "in-2")


def test_a_rotated_file_is_read_again(tmp_path: Path, file: Path) -> None:
    credentials = Credentials(with_files(tmp_path, file))
    assert not credentials.read()

    (tmp_path / "app").write_text("rotated")

    assert credentials.read()
    assert credentials.passes["omeda.behaviors"].app_id.reveal() == "rotated"
    assert not credentials.read()


def test_a_file_lost_in_a_rotation_leaves_what_was_read_before(tmp_path: Path, file: Path) -> None:
    credentials = Credentials(with_files(tmp_path, file))
    (tmp_path / "app").unlink()

    with pytest.raises(
        ConfigError, match=r"brands\.DEMO\.app_id_file: cannot read .*/app: No such"
    ):
        credentials.read()

    assert credentials.passes["omeda.behaviors"].app_id.reveal() == HIDDEN


@pytest.mark.parametrize("content", ["", " \n", "two\nlines", "caf\u00e9", "\x00", "a\tb"])
def test_a_secret_is_one_printable_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "s").write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"^brands\.DEMO\.app_id: must be one line") as caught:
        read_secret("brands.DEMO.app_id", value=None, file=str(tmp_path / "s"))
    with pytest.raises(ConfigError):
        read_secret("brands.DEMO.app_id", value=Secret(content), file=None)

    assert "two" not in str(caught.value)


def test_a_secret_file_that_is_not_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"\xff")

    with pytest.raises(
        ConfigError, match=r"^x\.app_id_file: cannot read .*: it is not a path to UTF-8 text"
    ):
        read_secret("x.app_id", value=None, file=str(tmp_path / "s"))


def test_a_secret_that_comes_from_nowhere_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"^x\.app_id_file: is not set"):
        read_secret("x.app_id", value=None, file=None)


def test_a_secret_never_shows_itself(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(HIDDEN)

    logging.getLogger("test").warning("%s %r %s", secret, secret, [secret])

    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{(secret,)}", caplog.text]
    assert not any(HIDDEN in text for text in shown)
    assert secret.reveal() == HIDDEN


def test_secrets_are_equal_where_their_texts_are() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
