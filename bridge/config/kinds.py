"""The type of a setting in words, with its bounds."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import inspect


def kind_of(info: inspect.Type) -> str:
    """Such as `number, above 0, at most 86400`."""
    return _WORDS[type(info)](info)


def _any_of(info: inspect.UnionType) -> str:
    chosen = any(isinstance(kind, inspect.EnumType) for kind in info.types)
    # Beside words, a boolean is what YAML makes of a bare `off`.
    told = [kind for kind in info.types if not (chosen and isinstance(kind, inspect.BoolType))]
    return " or ".join(map(kind_of, told))


def _text(info: inspect.StrType) -> str:
    if info.pattern is None:
        return "text"
    form = info.pattern.replace(r"\A", "^").replace(r"\Z", "$")
    return f"text of the form {form}"


def _number(name: str) -> Callable[[Any], str]:
    return lambda info: ", ".join([name, *_bounds(info)])


def _bounds(info: inspect.IntType | inspect.FloatType) -> Iterator[str]:
    for text, bound in (("above", info.gt), ("at least", info.ge), ("at most", info.le)):
        if bound is not None:
            yield f"{text} {bound}"


_WORDS: dict[type[inspect.Type], Callable[[Any], str]] = {
    inspect.Metadata: lambda info: kind_of(info.type),
    inspect.UnionType: _any_of,
    inspect.LiteralType: lambda info: "one of " + ", ".join(map(str, info.values)),
    inspect.EnumType: lambda info: "one of " + ", ".join(str(each.value) for each in info.cls),
    inspect.IntType: _number("whole number"),
    inspect.FloatType: _number("number"),
    inspect.StrType: _text,
    inspect.DictType: lambda info: (
        f"mapping of {kind_of(info.key_type)} to {kind_of(info.value_type)}"
    ),
    inspect.BoolType: lambda _: "true or false",
    inspect.NoneType: lambda _: "null",
    # A secret.
    inspect.CustomType: lambda _: "text",
}
