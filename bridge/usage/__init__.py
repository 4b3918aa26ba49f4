"""What can be asked for: the commands, their arguments and examples. What they do is `commands/`.

A command is one small module here, named in `COMMANDS`, and one of the same name in `commands/`
with `execute(options) -> exit status`. Nothing here loads what a command needs to run.
"""

from bridge import __version__
from bridge.usage import (
    check,
    completion,
    config,
    dead_letters,
    demo,
    dry_run,
    run,
    schema,
    send,
    simulate,
    trace,
    version,
)
from bridge.usage.parsing import Parser, Usage, subparsers

COMMANDS: tuple[Usage, ...] = (
    run.USAGE,
    demo.USAGE,
    check.USAGE,
    config.USAGE,
    simulate.USAGE,
    send.USAGE,
    dry_run.USAGE,
    dead_letters.USAGE,
    trace.USAGE,
    schema.USAGE,
    completion.USAGE,
    version.USAGE,
)
"""In the order in which help lists them."""


def parser() -> Parser:
    """The parser of the whole command line."""
    made = Parser(prog="omeda-bridge", description="Delivers events from Kafka to Omeda, in order.")
    made.epilog = "`omeda-bridge COMMAND --help` shows a command's arguments, with examples."
    made.add_argument("--version", action="version", version=f"omeda-bridge {__version__}")
    add = subparsers(made, "command", "COMMAND")
    for usage in COMMANDS:
        add(usage)
    return made
