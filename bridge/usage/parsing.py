"""How commands are declared, and what the parser says of them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn


class Example(NamedTuple):
    """A command line as a person would type it, behind `omeda-bridge`, and what it is for."""

    line: str
    text: str


def _no_arguments(_command: "Parser") -> None:
    pass


class Usage(NamedTuple):
    """A command, or an action of one."""

    name: str
    text: str
    """What it does, without a capital and a full stop: help lists it so."""
    examples: tuple[Example, ...]
    arguments: Callable[["Parser"], None] = _no_arguments
    """Adds them to the command's parser."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints say where to read on."""

    def error(self, message: str) -> NoReturn:
        """End with exit status 2."""
        super().error(f"{message}\n{self.prog}: `{self.prog} --help` shows how, with examples")


def subparsers(parser: Parser, dest: str, metavar: str) -> Callable[[Usage], None]:
    """Give *parser* commands, or a command actions; what is returned adds one of them."""
    adding = parser.add_subparsers(
        dest=dest, required=True, metavar=metavar, title=f"{dest}s", parser_class=Parser
    )

    def add(usage: Usage) -> None:
        made = adding.add_parser(
            usage.name,
            help=usage.text,
            description=f"{usage.text[0].upper()}{usage.text[1:]}.",
            epilog=_epilog(usage.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        usage.arguments(made)

    return add


def add_config(parser: Parser, *, required: bool = True) -> None:
    """`--config`, which most commands want."""
    action = parser.add_argument(
        "--config", type=Path, required=required, metavar="FILE", help="the configuration, as YAML"
    )
    completed_by_files(action)


def add_json(parser: Parser, text: str = "as JSON") -> None:
    """`--json`, of what may be piped to another program."""
    parser.add_argument("--json", action="store_true", help=text)


def completed_by_files(action: argparse.Action) -> None:
    """Have a shell complete *action* by the names of files."""
    action.complete = "file"  # type: ignore[attr-defined]  # shtab's


def _epilog(examples: tuple[Example, ...]) -> str:
    lines = [f"  omeda-bridge {example.line}\n      {example.text}" for example in examples]
    return "\n".join(["examples:", *lines])
