"""The configuration: one YAML file, overrides from the environment, secrets from files."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bridge.config.catalogue import near
from bridge.config.credentials import Credentials
from bridge.config.environment import Place, Tree, override
from bridge.config.kafka import StartFrom
from bridge.config.secret import read_secret
from bridge.config.settings import Brand, Config
from bridge.config.types import BrandName
from bridge.errors import ConfigError
from bridge.secret import Secret

__all__ = ["Config", "Credentials", "Given", "Secret", "StartFrom", "given", "load", "read_secret"]


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read, override and check the configuration.

    Raises ConfigError with one sentence that names the path of the setting at fault.
    """
    return given(path, environ).config


class Given(NamedTuple):
    """A configuration, and where its values are from."""

    config: Config
    file: Tree
    """What the file says."""
    variables: dict[Place, str]
    """Which variable of the environment stands where."""


def given(path: Path, environ: Mapping[str, str] = os.environ) -> Given:
    """The same as `load`, with where each value is from."""
    tree = _read(path)
    _refuse_secrets(tree)
    file = _unshared(tree)
    variables = override(tree, Config, environ)
    try:
        return Given(msgspec.convert(tree, Config, dec_hook=_secret), file, variables)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_sentence(error, tree)}") from error


def _read(path: Path) -> Tree:
    try:
        tree = _unshared(msgspec.yaml.decode(path.read_bytes()))
    except OSError as error:
        hint = "`omeda-bridge config example` prints one to begin with"
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; {hint}") from error
    # Beyond its own errors, PyYAML lets through those of impossible dates and of deep nesting.
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: is not YAML: {_one_line(error)}") from error
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: must hold settings, for example `kafka:`")
    return tree


def _unshared(node: Any) -> Any:
    """A copy in which nothing stands twice: what YAML repeats by an alias is overridden alone."""
    match node:
        case dict():
            return {key: _unshared(value) for key, value in node.items()}
        case list():
            return [_unshared(item) for item in node]
        case _:
            return node


def _refuse_secrets(tree: Tree) -> None:
    """A secret in the file would end in version control: only a reference to it may stand there."""
    kafka, brands = tree.get("kafka"), tree.get("brands")
    security = kafka.get("security") if isinstance(kafka, dict) else None
    if isinstance(security, dict) and "password" in security:
        raise _secret_in_file("kafka.security.password")
    for name, brand in brands.items() if isinstance(brands, dict) else ():
        for key in ("app_id", "input_id"):
            if isinstance(brand, dict) and key in brand:
                raise _secret_in_file(f"brands.{name}.{key}")


def _secret_in_file(setting: str) -> ConfigError:
    variable = "BRIDGE__" + setting.upper().replace(".", "__")
    return ConfigError(
        f"{setting}: secrets never stand in the configuration; use {setting}_file, or {variable}"
    )


def _secret(kind: type, value: Any) -> Any:
    if kind is Secret and isinstance(value, str):
        return Secret(value.rstrip())
    raise ValueError("must be text")


def _sentence(error: msgspec.ValidationError, tree: Tree) -> str:
    """The decoder's message with the path in front: `kafka.group_id: Expected ...`."""
    text, _, path = _one_line(error).rpartition(" - at `$")
    if not text:
        return _with_near("", _one_line(error))
    path = path.rstrip("`").removeprefix(".")
    if path.startswith("brands[...]"):
        path = path.replace("[...]", "." + _bad_brand(tree), 1)
    path = path.removesuffix("[...]")
    text = _with_near(path, text)
    # A check of our own names the field below the node that the decoder was at.
    return f"{path}.{text}" if re.match(r"[a-z_]+: ", text) else f"{path}: {text}"


def _with_near(path: str, text: str) -> str:
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", text)
    hint = near(f"{path}.{unknown[1]}".removeprefix(".")) if unknown else ""
    return f"{text}: {hint.strip()}" if hint else text


def _bad_brand(tree: Tree) -> str:
    """The brand at fault: of a mapping the decoder does not say which key it was at."""
    brands = tree.get("brands")
    for name, brand in brands.items() if isinstance(brands, dict) else ():
        try:
            msgspec.convert({name: brand}, dict[BrandName, Brand], dec_hook=_secret)
        except msgspec.ValidationError:
            return str(name)
    return "?"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
