"""`omeda-bridge check`."""

from bridge.usage.parsing import Example, Parser, Usage, add_config, add_json


def _arguments(command: Parser) -> None:
    add_config(command)
    command.add_argument(
        "--connect",
        action="store_true",
        help="reach Kafka and Omeda too, step by step; nothing is written to either",
    )
    add_json(command)


USAGE = Usage(
    "check",
    "read and check the configuration",
    (
        Example("check --config bridge.yaml", "exit status 2 where it cannot be used"),
        Example(
            "check --connect --config bridge.yaml",
            "names, addresses, TLS, login, topics, group; exit status 3 where a step fails",
        ),
        Example(
            "check --connect --json --config bridge.yaml | jq .steps[].outcome",
            "for a program",
        ),
    ),
    _arguments,
)
