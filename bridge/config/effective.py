"""Every value of one configuration, with where it is from. Secrets are not among the values."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec

from bridge.config import Given
from bridge.config.base import Settings
from bridge.config.environment import Place, Tree
from bridge.secret import Secret

HIDDEN = "***"

Source = Literal["file", "environment", "default"]


class Value(NamedTuple):
    """A value, and where it is from."""

    place: Place
    value: Any
    """As it would be written; `***` for a secret."""
    source: Source
    variable: str | None
    """Of the environment, where that is the source."""
    secret: bool


def effective(given: Given) -> list[Value]:
    """Every value, in the order of the tree. Secrets that are not set have none."""
    return [_value(given, place, value) for place, value in _leaves(given.config, ())]


def _leaves(node: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    match node:
        case Settings():
            for field in msgspec.structs.fields(node):
                value = getattr(node, field.name)
                if value is not None or "Secret" not in str(field.type):
                    yield from _leaves(value, (*place, field.name))
        case list() if node:
            for index, item in enumerate(node):
                yield from _leaves(item, (*place, index))
        case dict() if node:
            for name, value in node.items():
                yield from _leaves(value, (*place, name))
        case _:
            yield place, node


def _value(given: Given, place: Place, value: Any) -> Value:
    secret = isinstance(value, Secret)
    shown = HIDDEN if secret else _written(place, value)
    variable = given.variables.get(place)
    if variable is not None:
        return Value(place, shown, "environment", variable, secret)
    return Value(place, shown, "file" if _holds(given.file, place) else "default", None, secret)


def _holds(tree: Tree, place: Place) -> bool:
    node: Any = tree
    for step in place:
        match node:
            case dict() if step in node:
                node = node[step]
            case list() if isinstance(step, int) and step < len(node):
                node = node[step]
            case _:
                return False
    return True


def _written(place: Place, value: Any) -> Any:
    if value is False and "rules" in place:
        # What YAML makes of a bare `off`.
        return "off"
    return _without_password(msgspec.to_builtins(value))


def _without_password(value: Any) -> Any:
    """A proxy's URL may hold one."""
    if not (isinstance(value, str) and "@" in value and "://" in value):
        return value
    parts = urlsplit(value)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{HIDDEN}@{host}").geturl()
