"""Settings for people, and for programs."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bridge.commands.yaml_texts import Remark, as_yaml, scalar
from bridge.config.catalogue import Section, Setting, names, nodes, settings, written
from bridge.config.effective import Value
from bridge.config.environment import Place
from bridge.config.settings import Config
from bridge.terminal import painted

WIDTH = 90

_NEEDED = {
    "kafka": {"bootstrap_servers": "localhost:9092"},
    "routes": [
        {"topic": "omeda.behaviors", "kind": "behavior", "brand": "DEMO"},
        {"topic": "omeda.orders", "kind": "order", "brand": "DEMO"},
    ],
    "brands": {
        "DEMO": {"app_id_file": "/etc/omeda/app-id", "input_id_file": "/etc/omeda/input-id"}
    },
}
"""What has no default."""

_HEADING = """\
# Every setting of omeda-bridge. kafka.bootstrap_servers, routes and brands are yours to give; all
# others stand here with their defaults, and may be left out.
# Each can be overridden from the environment: BRIDGE__KAFKA__BOOTSTRAP_SERVERS=kafka:9092.
# Secrets stand in files of their own, as below, or in the environment, as in
# BRIDGE__BRANDS__DEMO__APP_ID and BRIDGE__BRANDS__DEMO__INPUT_ID; never here.
# `omeda-bridge check --config FILE` says whether it can be used.
"""


def example() -> str:
    """A whole configuration, in YAML."""
    config = msgspec.convert(_NEEDED, Config)
    tree = _without_secrets(msgspec.to_builtins(config))
    return "\n".join([_HEADING, *as_yaml(tree, _meaning)])


def commented(values: list[Value], file: Path) -> str:
    """*values* as YAML, each with where it is from."""
    by_place = {value.place: value for value in values}

    def remark(place: Place) -> Remark:
        value = by_place.get(place)
        return Remark(beside=_origin(value, file), out=value.secret) if value else Remark()

    return "\n".join(as_yaml(_tree(values), remark))


def as_members(value: Value) -> dict[str, Any]:
    """*value* for a program."""
    return {
        "path": written(value.place),
        "value": value.value,
        "source": value.source,
        "variable": value.variable,
    }


def as_lines(
    node: Setting | Section, below: list[Setting], values: list[Value], file: Path | None
) -> str:
    """What *node* means, and, where a *file* was read, its *values*."""
    if isinstance(node, Section):
        rows = [(written(each.place), scalar(each.value), _origin(each, file)) for each in values]
        return "\n".join(_section(node, rows or [_row(each) for each in below]))
    held = (
        f"  value        {scalar(each.value)}, from {_origin(each, file)}  ({written(each.place)})"
        for each in values
    )
    return "\n".join([*_setting(node), *held])


def _row(setting: Setting) -> tuple[str, str, str]:
    return setting.path, "required" if setting.required else scalar(setting.default), ""


def _setting(setting: Setting) -> Iterator[str]:
    yield painted(setting.path, "bold")
    yield from _indented(setting.text)
    yield ""
    yield f"  type         {setting.kind}"
    default = "none: it is required" if setting.required else scalar(setting.default)
    yield f"  default      {default}"
    yield f"  environment  {setting.variable}"


def _section(section: Section, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    yield painted(section.path or "The whole configuration", "bold")
    if section.path:
        yield from _indented(section.text)
    yield ""
    path, value = (max(len(row[column]) for row in rows) for column in (0, 1))
    for row in rows:
        yield f"  {row[0]:<{path}}  {row[1]:<{value}}  {row[2]}".rstrip()


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _origin(value: Value, file: Path | None) -> str:
    if value.source == "environment":
        return str(value.variable)
    return str(file) if value.source == "file" else "default"


def _meaning(place: Place) -> Remark:
    """Of the first of several alone."""
    if any(isinstance(step, int) and step > 0 for step in place):
        return Remark()
    told = tuple(map(str, place))
    for node in nodes():
        if names(node.steps, told):
            return Remark(above=_with_kind(node))
    return Remark()


def _with_kind(node: Setting | Section) -> str:
    return f"{node.text} ({node.kind})" if isinstance(node, Setting) else node.text


def _without_secrets(node: Any) -> Any:
    """A configuration file refuses them."""
    secret = {setting.steps[-1] for setting in settings() if setting.secret}
    match node:
        case dict():
            return {
                key: _without_secrets(value) for key, value in node.items() if key not in secret
            }
        case list():
            return [_without_secrets(item) for item in node]
        case _:
            return node


def _tree(values: list[Value]) -> Any:
    """*values* as they stand in each other."""
    tree: dict[str | int, Any] = {}
    for value in values:
        node = tree
        for step in value.place[:-1]:
            node = node.setdefault(step, {})
        node[value.place[-1]] = value.value
    return _lists(tree)


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(key, int) for key in node):
        return [_lists(item) for item in node.values()]
    return {key: _lists(value) for key, value in node.items()}
