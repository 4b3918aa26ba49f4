"""Every setting there is, read off the tree itself: path, meaning, type, bounds, default.

Nothing is listed here by hand. A path that is not of one configuration has `[]` for any route and
`<name>` for any brand.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, inspect

from bridge.config.environment import PREFIX, concrete
from bridge.config.kinds import kind_of
from bridge.config.settings import Config
from bridge.events.describe import described
from bridge.secret import Secret

ANY_ITEM, ANY_NAME = "[]", "<name>"


class Setting(NamedTuple):
    """One leaf of the tree."""

    steps: tuple[str, ...]
    text: str
    """What it means."""
    kind: str
    """Type and bounds in words."""
    required: bool
    default: Any
    """None also where it is required."""
    secret: bool

    @property
    def path(self) -> str:
        """As the documents have it: `routes[].topic`."""
        return written(self.steps)

    @property
    def variable(self) -> str:
        """What overrides it, for the first route, and for a brand called NAME."""
        known = {ANY_ITEM: "0", ANY_NAME: "NAME"}
        steps = [known.get(step, step.upper()) for step in self.steps]
        # A mapping is overridden entry by entry.
        return PREFIX + "__".join([*steps, "NAME"] if isinstance(self.default, dict) else steps)


class Section(NamedTuple):
    """A node that holds settings."""

    steps: tuple[str, ...]
    text: str

    @property
    def path(self) -> str:
        """As the documents have it."""
        return written(self.steps)


@cache
def nodes() -> tuple[Setting | Section, ...]:
    """Every section and setting, in the order of the tree; the whole of it is the first."""
    return tuple(_walk(inspect.type_info(Config), ()))


def settings() -> list[Setting]:
    """Every setting, in the order of the tree."""
    return [node for node in nodes() if isinstance(node, Setting)]


def written(steps: Sequence[str | int]) -> str:
    """The path of *steps*: `routes[0].topic`."""
    parts = (
        f"[{step}]" if isinstance(step, int) else step if step == ANY_ITEM else f".{step}"
        for step in steps
    )
    return "".join(parts).removeprefix(".")


def steps_of(text: str) -> tuple[str, ...]:
    """What a person wrote, a path or the name of a variable, in steps: `routes`, `0`, `topic`."""
    if text.upper().startswith(PREFIX):
        return tuple(text[len(PREFIX) :].lower().split("__"))
    return tuple(step for step in re.split(r"[.\[]", text.strip().rstrip(".")) if step)


def names(steps: tuple[str, ...], wanted: Sequence[str]) -> bool:
    """Whether *wanted*, as `steps_of` has it, is a place that *steps* stand for."""
    return len(steps) == len(wanted) and all(map(_names, steps, wanted))


def near(path: str) -> str:
    """Which settings somebody may have meant who wrote *path*; empty where none is like it."""
    wanted = steps_of(path)
    known = [node.path for node in nodes() if node.path]
    ends = [name for name in known if wanted and name.split(".")[-1] == wanted[-1]]
    found = ends[:3] or get_close_matches(written(wanted), known, n=2, cutoff=0.75)
    return f"did you mean {' or '.join(found)}? " if found else ""


def _names(step: str, wanted: str) -> bool:
    if step == ANY_NAME:
        return True
    if step == ANY_ITEM:
        return re.fullmatch(r"[0-9]*\]?", wanted) is not None
    return step == wanted


def _walk(info: inspect.Type, steps: tuple[str, ...]) -> Iterator[Setting | Section]:
    match concrete(info):
        case inspect.StructType(cls=struct, fields=fields):
            yield Section(steps, " ".join((struct.__doc__ or "").split()))
            for field in fields:
                yield from _field(struct, field, (*steps, field.name))
        case inspect.ListType(item_type=item):
            yield from _walk(item, (*steps, ANY_ITEM))
        case inspect.DictType(value_type=value):
            yield from _walk(value, (*steps, ANY_NAME))
        case _:
            pass


def _field(
    struct: type[Struct], field: inspect.Field, steps: tuple[str, ...]
) -> Iterator[Setting | Section]:
    below = list(_walk(field.type, steps))
    if below:
        yield from below
        return
    made = field.default_factory is not msgspec.NODEFAULT
    default = field.default_factory() if made else field.default
    required = default is msgspec.NODEFAULT
    yield Setting(
        steps,
        described(struct)[field.name].text if field.name in described(struct) else "",
        kind_of(field.type),
        required,
        None if required else default,
        _is_secret(field.type),
    )


def _is_secret(info: inspect.Type) -> bool:
    match info:
        case inspect.UnionType(types=types):
            return any(map(_is_secret, types))
        case inspect.CustomType(cls=cls):
            return cls is Secret
        case _:
            return False
