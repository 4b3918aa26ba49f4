"""Arguments and exit status.

0: clean. 1: a fault that a restart may cure, or a second signal. 2: usage or configuration,
and nothing was started. 3: findings, in what was to be checked or replayed.
"""

import argparse
import importlib
import sys
from datetime import datetime
from pathlib import Path

from bridge.errors import ConfigError, Fault, complain

COMMANDS = {
    "run": "deliver until SIGTERM or SIGINT",
    "demo": "see it work: everything embedded, nothing else installed or running",
    "check": "read and check the configuration",
    "simulate": "run the Omeda simulator alone",
    "send": "check events and write them to Kafka, keyed by customer",
    "dead-letters": "look at what could not be delivered, and send it again",
    "trace": "where is my event: waiting, delivered, or a dead letter",
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
    command = importlib.import_module(f"bridge.commands.{options.command.replace('-', '_')}")
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
        if name in {"run", "check", "send", "trace"}:
            command.add_argument("--config", type=Path, required=True, metavar="FILE")
        if name == "demo":
            command.add_argument("--port", type=int, default=9464, help="of /metrics and probes")
        if name == "simulate":
            command.add_argument("--port", type=int, default=8080)
            command.add_argument("--scenario", type=Path, metavar="FILE")
        if name == "send":
            _add_send(command)
        if name == "dead-letters":
            _add_dead_letters(command)
        if name == "trace":
            _add_trace(command)
        if name == "schema":
            command.add_argument("name", choices=("behavior", "order", "config"))
    return parser


def _add_send(command: argparse.ArgumentParser) -> None:
    command.add_argument("--topic", required=True, metavar="T", help="one of the routes' topics")
    command.add_argument("--skip-bad", action="store_true", help="send the good lines all the same")
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="- is standard input")


def _add_dead_letters(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser(
        "list", help="which letters there are, and how many of each reason"
    )
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_choice(listing)
    show = actions.add_parser("show", help="one letter whole")
    show.add_argument("letter", metavar="ID", help="partition:offset in the dead-letter topic")
    replay = actions.add_parser("replay", help="produce letters to their source topics again")
    replay.add_argument("letters", nargs="*", metavar="ID")
    replay.add_argument("--all", action="store_true", help="every letter that the filters leave")
    replay.add_argument("--dry-run", action="store_true", help="say what would be, write nothing")
    replay.add_argument("--rate", type=_rate, metavar="N", help="at most so many a second")
    _add_choice(replay)
    for action in (listing, show, replay):
        action.add_argument("--config", type=Path, required=True, metavar="FILE")


def _add_choice(action: argparse.ArgumentParser) -> None:
    action.add_argument("--reason", metavar="R")
    action.add_argument("--brand", metavar="B")
    action.add_argument("--topic", metavar="T", help="the source topic")
    action.add_argument("--since", type=_instant, metavar="TIME", help="failed then or later")
    action.add_argument("--until", type=_instant, metavar="TIME", help="failed before then")


def _add_trace(command: argparse.ArgumentParser) -> None:
    command.add_argument("--topic", metavar="T", help="one of the routes' topics")
    command.add_argument("--partition", type=_number, metavar="P", help="with --offset: one event")
    command.add_argument("--offset", type=_number, metavar="O")
    command.add_argument("--customer", metavar="ID", help="every event of a customer, as keyed")
    command.add_argument(
        "--from", dest="since", type=_instant, metavar="TIME", help="produced then or later"
    )
    command.add_argument(
        "--to", dest="until", type=_instant, metavar="TIME", help="produced before then"
    )
    command.add_argument(
        "--last",
        type=_count,
        metavar="N",
        help="search the newest N records of each partition (a customer's: 100000)",
    )
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(2**63))):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return int(text)


def _count(text: str) -> int:
    if not _number(text):
        raise argparse.ArgumentTypeError("0 is nothing to search")
    return int(text)


def _instant(text: str) -> int:
    """Milliseconds since the epoch."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time") from error
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone: add Z, or one such as +02:00")
    return round(instant.timestamp() * 1000)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return rate
