"""What docs/simulator.md says is held against the simulator."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec import inspect

from bridge.simulator import Counts, Effect, Scenario
from bridge.simulator.control import _ACTIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/simulator.md").read_text()
ROWS = re.findall(r"^\| `([^`|]+)` \|(?: ([^|]*) \|)?", TEXT, re.MULTILINE)


def settings(kind: inspect.Type, path: str = "") -> Iterator[tuple[str, object]]:
    """Every leaf of the tree with its default, in the notation of the document."""
    match kind:
        case inspect.UnionType(types=types):
            kinds = [each for each in types if not isinstance(each, inspect.NoneType)]
            if len(kinds) == 1:
                yield from settings(kinds[0], path)
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from setting(field, f"{path}.{field.name}".removeprefix("."))
        case inspect.VarTupleType(item_type=item):
            yield from settings(item, f"{path}[]")
        case inspect.DictType(value_type=value):
            yield from settings(value, f"{path}.<id>")
        case inspect.Metadata(type=inner):
            yield from settings(inner, path)
        case _:
            pass


def setting(field: inspect.Field, path: str) -> Iterator[tuple[str, object]]:
    nested = list(settings(field.type, path))
    if nested:
        yield from nested
        return
    made = field.default_factory
    yield path, made() if callable(made) else field.default


def effects() -> Iterator[tuple[str, object]]:
    for kind in get_args(Effect):
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        yield str(info.tag), None
        for field in info.fields:
            yield f"{info.tag}.{field.name}", field.default


SETTINGS = [*settings(inspect.type_info(Scenario)), *effects()]


@pytest.mark.parametrize(("path", "default"), SETTINGS)
def test_the_document_names_each_setting_with_its_default(path: str, default: object) -> None:
    written = [default for name, default in ROWS if name == path]

    assert len(written) == 1, f"{path}: {written}"
    if default is msgspec.NODEFAULT:
        assert written[0] == "required"
    elif "." in path or path not in {str(name) for name, _ in effects()}:
        assert written[0].strip('"') == shown(default)


def shown(default: object) -> str:
    match default:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[default]
        case dict():
            return "{}"
        case frozenset() | tuple():
            return "[]"
        case float() if default.is_integer():
            return str(int(default))
        case _:
            return str(default)


def test_the_document_names_no_setting_that_there_is_not() -> None:
    named = {name for name, _ in ROWS if "." in name and not name.endswith(".yaml")}

    assert named <= {path for path, _ in SETTINGS}


def test_the_document_names_every_count() -> None:
    named = {name for name, _ in ROWS}

    assert {field.name for field in msgspec.structs.fields(Counts)} <= named


def test_the_document_names_every_control_request() -> None:
    section = TEXT.partition("## Control over HTTP")[2].partition("\n## ")[0]

    for method, path in _ACTIONS:
        assert f"`{method} {path}`" in section


def test_the_document_names_every_scenario() -> None:
    files = {path.name for path in (ROOT / "config/scenarios").glob("*.yaml")}

    assert files == {name for name, _ in ROWS if name.endswith(".yaml")}
