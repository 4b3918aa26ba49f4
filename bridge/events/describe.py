"""What a struct's source says of its members: the docstring below each of them.

So there is one place for it, and the documents and schemas are made from that.
"""

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import NamedTuple

from msgspec import Struct

_REQUIRED = "Required. "


class Described(NamedTuple):
    """A member's docstring."""

    required: bool
    """Whether the docstring begins with "Required."."""
    text: str


@cache
def described(struct: type[Struct]) -> dict[str, Described]:
    """The docstring of each member of *struct* that has one, those of its bases included."""
    found: dict[str, Described] = {}
    for base in reversed(struct.__mro__):
        if issubclass(base, Struct) and base is not Struct:
            found |= _own(base)
    return found


def _own(struct: type[Struct]) -> dict[str, Described]:
    (tree,) = ast.parse(dedent(inspect.getsource(struct))).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    return {
        member.target.id: _described(text.value.value)
        for member, text in pairwise(body)
        if isinstance(member, ast.AnnAssign)
        and isinstance(member.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _described(text: str) -> Described:
    words = " ".join(text.split())
    return Described(words.startswith(_REQUIRED), words.removeprefix(_REQUIRED))
