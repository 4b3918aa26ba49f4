"""`omeda-bridge trace`."""

from bridge.usage.parsing import Example, Parser, Usage, add_config, add_json
from bridge.usage.values import count, instant, offset, partition


def _arguments(command: Parser) -> None:
    add_config(command)
    command.add_argument("--topic", metavar="T", help="one of the routes' topics")
    command.add_argument(
        "--partition", type=partition, metavar="P", help="with --topic and --offset: one event"
    )
    command.add_argument("--offset", type=offset, metavar="O", help="where it stands")
    command.add_argument(
        "--customer", metavar="ID", help="instead: every event of a customer, named as in its key"
    )
    command.add_argument(
        "--from", dest="since", type=instant, metavar="TIME", help="produced then or later"
    )
    command.add_argument(
        "--to", dest="until", type=instant, metavar="TIME", help="produced before then"
    )
    command.add_argument(
        "--last",
        type=count,
        metavar="N",
        help="search the newest N offsets of each partition; for a customer 100000, unless it is"
        " said otherwise",
    )
    add_json(command, "one JSON object a line")


USAGE = Usage(
    "trace",
    "say where an event is: waiting, delivered, or a dead letter",
    (
        Example(
            "trace --topic omeda.orders --partition 3 --offset 42 --config bridge.yaml",
            "this one; exit status 3 where a person should look at it",
        ),
        Example(
            "trace --customer 4711 --from 2026-03-02T00:00:00Z --config bridge.yaml",
            "all of a customer's since then",
        ),
        Example(
            "trace --customer 4711 --json --config bridge.yaml | jq -r .transaction_id",
            "Omeda's ids of that customer's orders, where receipts are kept",
        ),
    ),
    _arguments,
)
