"""`omeda-bridge send`."""

from bridge.usage.parsing import (
    Example,
    Parser,
    Usage,
    add_config,
    add_json,
    completed_by_files,
)


def _arguments(command: Parser) -> None:
    add_config(command)
    command.add_argument("--topic", required=True, metavar="T", help="one of the routes' topics")
    command.add_argument("--skip-bad", action="store_true", help="send the good lines all the same")
    add_json(command, "the summary as JSON")
    file = command.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="JSON Lines; - is standard input"
    )
    completed_by_files(file)


USAGE = Usage(
    "send",
    "check events and write them to Kafka, keyed by customer",
    (
        Example(
            "send --config bridge.yaml --topic omeda.behaviors events.jsonl",
            "all of them, or, where a line is bad, none and exit status 3",
        ),
        Example(
            "send --config bridge.yaml --topic omeda.orders --skip-bad < orders.jsonl",
            "the good ones",
        ),
    ),
    _arguments,
)
