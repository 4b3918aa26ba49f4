"""What the documents say is held against the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from bridge.config import Config, load
from bridge.config.environment import concrete

ROOT = Path(__file__).parents[2]
SECRETS = {"BRIDGE__BRANDS__DEMO__APP_ID": "app", "BRIDGE__BRANDS__DEMO__INPUT_ID": "input"}


def settings(info: inspect.Type, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of the tree with its default, in the notation of the reference."""
    match concrete(info):
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from _setting(field, f"{path}.{field.name}".removeprefix("."))
        case inspect.ListType(item_type=item):
            yield from settings(item, f"{path}[]")
        case inspect.DictType(value_type=value):
            yield from settings(value, f"{path}.<name>")
        case _:
            pass


def _setting(field: inspect.Field, path: str) -> Iterator[tuple[str, Any]]:
    nested = list(settings(field.type, path))
    if nested:
        yield from nested
    # Secrets have no place in the file; the reference names their variables instead.
    elif not re.search(r"\.(app_id|input_id|password)$", path):
        made = field.default_factory is not msgspec.NODEFAULT
        yield path, field.default_factory() if made else field.default


@pytest.mark.parametrize(("path", "default"), list(settings(inspect.type_info(Config))))
def test_the_reference_names_each_setting_with_its_default(path: str, default: object) -> None:
    rows = [
        row
        for row in (ROOT / "docs/configuration.md").read_text().splitlines()
        if row.startswith(f"| `{path}` |")
    ]

    assert len(rows) == 1
    written = rows[0].split("|")[2].strip().strip("`")
    # Of a brand's secrets either the file or the variable is given.
    if default is msgspec.NODEFAULT or (path.startswith("brands.") and default is None):
        assert written.startswith("required")
    else:
        assert written == _written(default)


def _written(default: object) -> str:
    if default is None or isinstance(default, bool):
        return {None: "null", True: "true", False: "false"}[default]
    return str(default)


@pytest.mark.parametrize("name", ["bridge.yaml", "minimal.yaml"])
def test_the_examples_can_be_used_as_they_are(name: str) -> None:
    config = load(ROOT / "config" / name, SECRETS)

    assert config.routes[0].brand == "DEMO"


def test_the_readme_shows_the_minimal_configuration_word_for_word() -> None:
    readme = (ROOT / "README.md").read_text()
    example = (ROOT / "config/minimal.yaml").read_text().splitlines()
    settings_only = "\n".join(line for line in example if not line.startswith("#"))

    assert settings_only in readme


def test_every_module_that_the_architecture_names_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    names = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py|[a-z]+/)`", text))

    assert len(names) > 15
    for name in names:
        assert (ROOT / "bridge" / name).exists(), name
