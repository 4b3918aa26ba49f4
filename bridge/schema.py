"""JSON Schema (draft 2020-12) of what producers send and of what operators write.

Wider than what Omeda documents, as the bridge is: an id may be a string of digits, money a
number. Rules that span members are not in it; docs/events.md lists them.
"""

from typing import Any

import msgspec
from msgspec import Struct, inspect

from bridge.config import Config
from bridge.config.settings import RouteSettings
from bridge.events import (
    AssignBehavior,
    Day,
    Element,
    Flag,
    Given,
    Minute,
    Moment,
    Money,
    MonthYear,
    StoreOrder,
    Switch,
    columns,
)
from bridge.events.describe import described
from bridge.rules import RULES
from bridge.secret import Secret

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ZONED = _DAY + "[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)"
_SCALAR = {"type": ["string", "number", "boolean"]}

_VALUES: dict[type, Schema] = {
    Moment: {"type": "string", "pattern": f"^({_DAY} [0-9:]{{8}}|{_ZONED})$"},
    Minute: {"type": "string", "pattern": f"^({_DAY}( [0-9:]{{5}})?|{_ZONED})$"},
    Day: {"type": "string", "pattern": f"^({_DAY}|{_ZONED})$"},
    Money: {
        "type": ["number", "string"],
        "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,20})?$",
        "examples": ["12.50"],
    },
    Switch: {"type": ["string", "boolean"], "examples": ["False"]},
    Flag: {"type": ["string", "integer"], "examples": ["1"]},
    MonthYear: {"type": "string", "pattern": "^(0[1-9]|1[0-2])[0-9]{2}$", "examples": ["0430"]},
    Given: {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]},
    Secret: {"type": ["string", "integer"], "writeOnly": True},
}
"""How each type of the events may come."""


_ROOTS: dict[str, type[Struct]] = {
    "behavior": AssignBehavior,
    "order": StoreOrder,
    "config": Config,
}


def schema(name: str) -> Schema:
    """The schema called *name*: `behavior`, `order` or `config`."""
    root = _ROOTS[name]
    made = msgspec.json.schema(root, schema_hook=_VALUES.__getitem__)
    for struct in _structs(root):
        node = made["$defs"][struct.__name__]
        _describe(node, struct)
        if issubclass(struct, Element):
            _widen(node, struct)
        else:
            _without_secrets(node)
        if struct is RouteSettings:
            _name_rules(node["properties"]["rules"])
    return {"$schema": DRAFT, "title": f"omeda-bridge: {name}", **_portable(made)}


def _portable(node: Any) -> Any:
    """Patterns as ECMAScript has them, by which validators go."""
    match node:
        case dict():
            return {key: _portable(value) for key, value in node.items()}
        case list():
            return [_portable(item) for item in node]
        case str():
            return node.replace(r"\A", "^").replace(r"\Z", "$")
        case _:
            return node


def _structs(root: type[Struct]) -> list[type[Struct]]:
    """*root* and every struct below it."""
    found: dict[type[Struct], None] = {}
    _collect(inspect.type_info(root), found)
    return list(found)


def _collect(info: inspect.Type, found: dict[type[Struct], None]) -> None:
    match info:
        case inspect.Metadata():
            _collect(info.type, found)
        case inspect.UnionType():
            for each in info.types:
                _collect(each, found)
        case inspect.ListType():
            _collect(info.item_type, found)
        case inspect.DictType():
            _collect(info.value_type, found)
        case inspect.StructType() if info.cls not in found:
            found[info.cls] = None
            for field in info.fields:
                _collect(field.type, found)


def _describe(node: Schema, struct: type[Struct]) -> None:
    for name, (_, text) in described(struct).items():
        if name in node["properties"]:
            node["properties"][name]["description"] = text


def _widen(node: Schema, element: type[Element]) -> None:
    # What Omeda does not document is sent on.
    del node["additionalProperties"]
    node["required"] = [name for name, (needed, _) in described(element).items() if needed]
    for column in columns(element):
        member = node["properties"][column.name]
        member.pop("default", None)
        if column.integer:
            _admit_digits(member)
        if column.codes:
            member["examples"] = list(column.codes)


def _admit_digits(member: Schema) -> None:
    digits = {"type": "string", "pattern": "^[0-9]+$"}
    described_as = member.pop("description", None)
    given = member.pop("anyOf", None) or [dict(member)]
    member.clear()
    member["anyOf"] = [*given, digits]
    if described_as is not None:
        member["description"] = described_as


def _name_rules(node: Schema) -> None:
    """Those that exist; and of booleans the one that YAML makes of a bare `off`."""
    node["propertyNames"] = {"enum": sorted(RULES)}
    strictness, _boolean = node["additionalProperties"]["anyOf"]
    node["additionalProperties"]["anyOf"] = [strictness, {"const": False}]


def _without_secrets(node: Schema) -> None:
    """A configuration file refuses them: they come from files of their own, or the environment."""
    for name, member in list(node["properties"].items()):
        if any(part.get("writeOnly") for part in (member, *member.get("anyOf", ()))):
            del node["properties"][name]
