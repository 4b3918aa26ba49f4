"""`omeda-bridge completion`: made from the parser itself, so that it knows every command."""

import argparse
from collections.abc import Iterator

import shtab

from bridge.config.catalogue import settings
from bridge.usage import parser


def execute(options: argparse.Namespace) -> int:
    """Print the script."""
    made = parser()
    for action in _actions(made):
        match getattr(action, "complete", None):
            case "file":
                action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab's
            case "setting":
                del action.complete  # type: ignore[attr-defined]  # shtab's
                action.choices = [setting.path for setting in settings()]
            case _:
                pass
    print(shtab.complete(made, options.shell))
    return 0


def _actions(of: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in of._actions:  # noqa: SLF001 - argparse tells of them nowhere else
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - likewise
            for each in action.choices.values():
                yield from _actions(each)
