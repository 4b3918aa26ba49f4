"""Settings as YAML for people: each with a remark, above it or beside it."""

import json
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bridge.config.environment import Place

BESIDE = 52
"""Where remarks beside values begin, where there is room."""

_WRAPPER = textwrap.TextWrapper(80, break_long_words=False, break_on_hyphens=False)
_PLAIN = re.compile(r"[A-Za-z/][\w./-]*(?::[\w./-]+)*")
_TAKEN = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
"""Words that YAML does not take for text."""


class Remark(NamedTuple):
    """What is said of a node."""

    above: str = ""
    beside: str = ""
    out: bool = False
    """The line stands as a remark itself."""


def as_yaml(node: Any, remark: Callable[[Place], Remark], place: Place = ()) -> Iterator[str]:
    """The lines of *node*, which stands at *place*."""
    indent = "  " * len(place)
    match node:
        case dict() if node:
            for key, value in node.items():
                yield from _entry(f"{indent}{scalar(key)}:", value, remark, (*place, key))
        case list() if node:
            for index, item in enumerate(node):
                yield from _item(indent, item, remark, (*place, index))
        case _:
            raise TypeError("a scalar has no lines of its own")


def scalar(value: Any) -> str:
    """*value* on one line."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _TAKEN:
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def _entry(head: str, value: Any, remark: Callable[[Place], Remark], place: Place) -> Iterator[str]:
    said = remark(place)
    indent = " " * (len(head) - len(head.lstrip()))
    for line in _WRAPPER.wrap(said.above):
        yield f"{indent}# {line}"
    if isinstance(value, dict | list) and value:
        yield head
        yield from as_yaml(value, remark, place)
        return
    line = f"{head} {scalar(value)}"
    if said.out:
        line = f"{indent}# {line.lstrip()}"
    yield f"{line:<{BESIDE}}  # {said.beside}" if said.beside else line


def _item(indent: str, item: Any, remark: Callable[[Place], Remark], place: Place) -> Iterator[str]:
    """The dash goes to the first line that is no remark."""
    dash = True
    for line in as_yaml(item, remark, place):
        if dash and not line.lstrip().startswith("#"):
            yield f"{indent}- {line.removeprefix(indent + '  ')}"
            dash = False
        else:
            yield line
