"""`omeda-bridge config`: what may be set, what it means, and what holds."""

import argparse
import json
from typing import Any

from bridge.commands.config_texts import as_lines, as_members, commented, example
from bridge.config import given
from bridge.config.catalogue import Section, Setting, names, near, nodes, settings, steps_of
from bridge.config.effective import Value, effective
from bridge.errors import ConfigError


def execute(options: argparse.Namespace) -> int:
    """Print it. Raises ConfigError where there is no such setting, or no good configuration."""
    match options.action:
        case "example":
            print(example())
        case "effective":
            _effective(options)
        case _:
            _explain(options)
    return 0


def _effective(options: argparse.Namespace) -> None:
    values = effective(given(options.config))
    if options.json:
        print(json.dumps([as_members(value) for value in values], indent=2))
    else:
        print(commented(values, options.config))


def _explain(options: argparse.Namespace) -> None:
    values = effective(given(options.config)) if options.config else []
    node = _node(options.path or "")
    told = as_lines(node, _below(node), _values_of(node, options.path, values), options.config)
    print(json.dumps(_document(node, options.path, values), indent=2) if options.json else told)


def _document(node: Setting | Section, path: str, values: list[Value]) -> dict[str, Any]:
    if isinstance(node, Section):
        below = [_document(setting, setting.path, values) for setting in _below(node)]
        return {"path": node.path, "text": node.text, "settings": below}
    return {
        "path": node.path,
        "text": node.text,
        "type": node.kind,
        "required": node.required,
        "default": node.default,
        "environment": node.variable,
        "values": [as_members(value) for value in _values_of(node, path, values)],
    }


def _node(path: str) -> Setting | Section:
    wanted = steps_of(path)
    for node in nodes():
        if names(node.steps, wanted) or _is_list(node, wanted) or _is_entry(node, wanted):
            return node
    raise ConfigError(
        f"there is no setting {path!r}: {near(path)}`omeda-bridge config explain` lists them all"
    )


def _is_list(node: Setting | Section, wanted: tuple[str, ...]) -> bool:
    """`routes` and `brands` mean what stands in them."""
    return isinstance(node, Section) and len(node.steps) == 2 and node.steps[:1] == wanted  # noqa: PLR2004


def _is_entry(node: Setting | Section, wanted: tuple[str, ...]) -> bool:
    """Of a mapping, one of its entries."""
    mapping = isinstance(node, Setting) and isinstance(node.default, dict)
    return mapping and names(node.steps, wanted[:-1])


def _below(node: Setting | Section) -> list[Setting]:
    if isinstance(node, Setting):
        return []
    return [each for each in settings() if each.steps[: len(node.steps)] == node.steps]


def _values_of(node: Setting | Section, path: str, values: list[Value]) -> list[Value]:
    """Those at *path*, or, where that says `[]` or `<name>`, all that it stands for."""
    if isinstance(node, Section):
        below = len(node.steps)
        return [each for each in values if names(node.steps, tuple(map(str, each.place[:below])))]
    of_it = [value for value in values if _is_at(node, value)]
    wanted = steps_of(path)
    exact = [
        value for value in of_it if tuple(map(_step, value.place)) == tuple(map(_step, wanted))
    ]
    return exact or of_it


def _is_at(node: Setting, value: Value) -> bool:
    place = tuple(map(str, value.place))
    return names(node.steps, place) or _is_entry(node, place)


def _step(step: str | int) -> str:
    return str(step).rstrip("]").lower()
