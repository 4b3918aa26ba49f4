"""`omeda-bridge dry-run`."""

from bridge.usage.parsing import Example, Parser, Usage, add_config, add_json
from bridge.usage.values import count, offset_or_moment, partition

EXAMPLES = 3


def _arguments(command: Parser) -> None:
    add_config(command)
    command.add_argument("--topic", required=True, metavar="T", help="one of the routes' topics")
    command.add_argument(
        "--partition",
        type=partition,
        action="append",
        default=[],
        metavar="P",
        help="this one alone; may be repeated",
    )
    _add_range(command)
    command.add_argument(
        "--by-header", metavar="NAME", help="count by this header, such as the producing service's"
    )
    command.add_argument(
        "--examples",
        type=count,
        default=EXAMPLES,
        metavar="N",
        help="places shown of each fault (%(default)s)",
    )
    command.add_argument(
        "--against",
        metavar="BASE_URL",
        help="send it there too, to a stand-in or staging, and compare; never to Omeda itself",
    )
    add_json(command)


def _add_range(command: Parser) -> None:
    command.add_argument(
        "--from",
        type=offset_or_moment,
        dest="start",
        metavar="OFFSET|TIME",
        help="in each partition; without it, all that is there",
    )
    command.add_argument(
        "--to",
        type=offset_or_moment,
        dest="end",
        metavar="OFFSET|TIME",
        help="up to there, which is not read itself; without it, all that is there now",
    )
    command.add_argument(
        "--last", type=count, metavar="N", help="the last N offsets of each partition instead"
    )


USAGE = Usage(
    "dry-run",
    "say what would become of a topic's records; nothing is sent or committed",
    (
        Example("dry-run --topic omeda.behaviors --last 1000 --config bridge.yaml", "the newest"),
        Example(
            "dry-run --topic omeda.orders --from 2026-03-02T00:00:00Z --by-header service"
            " --config bridge.yaml",
            "since then, and which producer's records would be rejected",
        ),
        Example(
            "dry-run --topic omeda.orders --partition 3 --from 1500 --to 1600 --config bridge.yaml",
            "a hundred offsets of one partition",
        ),
        Example(
            "dry-run --topic omeda.orders --last 100 --json --config bridge.yaml | jq .rejected",
            "exit status 0: none would be rejected; 3: some would",
        ),
        Example(
            "dry-run --topic omeda.orders --against http://localhost:8080/webservices/rest"
            " --config bridge.yaml",
            "what `omeda-bridge simulate` says to the same records",
        ),
    ),
    _arguments,
)
