"""Arguments and exit status.

0: clean. 1: a fault that a restart may cure, or a second signal. 2: usage or configuration,
and nothing was started.
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
        if name in {"run", "check"}:
            command.add_argument("--config", type=Path, required=True, metavar="FILE")
        if name == "demo":
            command.add_argument("--port", type=int, default=9464, help="of /metrics and probes")
        if name == "simulate":
            command.add_argument("--port", type=int, default=8080)
            command.add_argument("--scenario", type=Path, metavar="FILE")
    return parser
