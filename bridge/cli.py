"""Arguments and exit status.

0: clean. 1: a fault that a restart may cure, or a second signal. 2: usage or configuration,
and nothing was started. 3: findings, in what was to be checked.
"""

import argparse
import importlib
import sys
from pathlib import Path

from bridge.errors import ConfigError, Fault, complain

COMMANDS = {
    "run": "deliver until SIGTERM or SIGINT",
    "demo": "see it work: everything embedded, nothing else installed or running",
    "check": "read and check the configuration",
    "simulate": "run the Omeda simulator alone",
    "send": "check events and write them to Kafka, keyed by customer",
    "schema": "print the JSON Schema of what producers send or operators write",
    "version": "print the versions of the bridge and of what it stands on",
}


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    # Loaded only now, and alone: `run` must have its signal handlers before the rest loads.
    command = importlib.import_module(f"bridge.commands.{options.command}")
    try:
        return int(command.execute(options))
    except ConfigError as error:
        complain(error)
        return 2
    except Fault as error:
        complain(error)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="omeda-bridge", description="Delivers events from Kafka to Omeda, in order."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name in {"run", "check", "send"}:
            command.add_argument("--config", type=Path, required=True, metavar="FILE")
        if name == "demo":
            command.add_argument("--port", type=int, default=9464, help="of /metrics and probes")
        if name == "simulate":
            command.add_argument("--port", type=int, default=8080)
            command.add_argument("--scenario", type=Path, metavar="FILE")
        if name == "send":
            _add_send(command)
        if name == "schema":
            command.add_argument("name", choices=("behavior", "order", "config"))
    return parser


def _add_send(command: argparse.ArgumentParser) -> None:
    command.add_argument("--topic", required=True, metavar="T", help="one of the routes' topics")
    command.add_argument("--skip-bad", action="store_true", help="send the good lines all the same")
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="- is standard input")
