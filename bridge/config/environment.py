"""Overrides from the environment: `BRIDGE__KAFKA__GROUP_ID`, `BRIDGE__ROUTES__0__TOPIC`.

The path is walked through the settings tree, so that a value is read as its field's type
and a name that leads nowhere is an error instead of an override that silently does nothing.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

from bridge.errors import ConfigError

PREFIX = "BRIDGE__"

Tree = dict[str, Any]

Place = tuple[str | int, ...]
"""Where a value stands in a configuration: `("routes", 0, "topic")`."""


def override(tree: Tree, root: type, environ: Mapping[str, str]) -> dict[Place, str]:
    """Write every `BRIDGE__…` variable into *tree*, the configuration as plain values.

    What is returned is which of them stands where. Raises ConfigError where a variable names no
    setting.
    """
    written: dict[Place, str] = {}
    for name in sorted(environ):
        if name.startswith(PREFIX):
            path = name.removeprefix(PREFIX).split("__")
            walk = _Walk(name, environ[name])
            walk.into(tree, inspect.type_info(root), path)
            written[tuple(walk.place)] = name
    return written


class _Walk:
    """One variable on its way down the tree."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value
        self.place: list[str | int] = []

    def into(self, node: Any, info: inspect.Type, path: list[str]) -> None:
        """Set the value below *node*, whose type is *info*, at *path*."""
        step, rest = path[0], path[1:]
        key, child = self._step(node, concrete(info), step)
        self.place.append(key)
        if not rest:
            node[key] = self._leaf(child)
            return
        if isinstance(node, dict) and node.get(key) is None:
            node[key] = [] if isinstance(concrete(child), inspect.ListType) else {}
        if not isinstance(node[key], dict | list):
            raise self._unknown()
        self.into(node[key], child, rest)

    def _step(self, node: Any, info: inspect.Type, step: str) -> tuple[Any, inspect.Type]:
        """The key in *node* that *step* names, and the type of what stands there."""
        if isinstance(info, inspect.StructType) and isinstance(node, dict):
            for field in info.fields:
                if field.name.upper() == step.upper():
                    return field.name, field.type
        if isinstance(info, inspect.DictType) and isinstance(node, dict) and step:
            names = {str(name).upper(): name for name in node}
            # The names of rules are ours, and in small letters; those of brands are not.
            new = step if isinstance(info.value_type, inspect.StructType) else step.lower()
            return names.get(step.upper(), new), info.value_type
        if isinstance(info, inspect.ListType) and isinstance(node, list):
            return self._index(node, step), info.item_type
        raise self._unknown()

    def _index(self, node: list[Any], step: str) -> int:
        if not step.isdecimal() or int(step) > len(node):
            raise self._unknown()
        if int(step) == len(node):
            node.append({})
        return int(step)

    def _leaf(self, info: inspect.Type) -> Any:
        """The value as its field's type has it: text stays text, also where it is all digits."""
        types = info.types if isinstance(info, inspect.UnionType) else (info,)
        if any(isinstance(kind, _TEXT) for kind in types):
            return self._value
        if any(isinstance(kind, _NODES) for kind in types):
            raise self._unknown()
        try:
            return msgspec.yaml.decode(self._value)
        except (msgspec.DecodeError, ValueError) as error:
            raise ConfigError(f"{self._name}: {self._value!r} is not a value") from error

    def _unknown(self) -> ConfigError:
        from bridge.config.catalogue import near  # noqa: PLC0415 - it is made from this module's

        return ConfigError(
            f"{self._name}: no such setting: {near(self._name)}"
            "`omeda-bridge config explain` lists them all"
        )


_TEXT = (inspect.StrType, inspect.CustomType, inspect.EnumType)
_NODES = (inspect.StructType, inspect.DictType, inspect.ListType)


def concrete(info: inspect.Type) -> inspect.Type:
    """What stands behind an `X | None` or an annotation."""
    if isinstance(info, inspect.Metadata):
        return concrete(info.type)
    if isinstance(info, inspect.UnionType):
        return next((kind for kind in info.types if isinstance(kind, _NODES)), info)
    return info
