"""`omeda-bridge completion`: made from the parser itself, so that it knows every command."""

import argparse
from collections.abc import Iterator

import shtab

from bridge.usage import parser

_HOW = {"file": shtab.FILE}
"""How what `usage` marks is completed."""


def execute(options: argparse.Namespace) -> int:
    """Print the script."""
    made = parser()
    for action in _actions(made):
        if (mark := getattr(action, "complete", None)) is not None:
            action.complete = _HOW[mark]  # type: ignore[attr-defined]
    print(shtab.complete(made, options.shell))
    return 0


def _actions(of: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in of._actions:  # noqa: SLF001 - argparse tells of them nowhere else
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - likewise
            for each in action.choices.values():
                yield from _actions(each)
