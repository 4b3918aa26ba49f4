"""`omeda-bridge dead-letters`."""

from bridge.usage.parsing import Example, Parser, Usage, add_config, add_json, subparsers
from bridge.usage.values import instant, rate


def _choice(action: Parser) -> None:
    action.add_argument("--reason", metavar="R", help="such as rule, refused, not_json")
    action.add_argument("--brand", metavar="B", help="of this brand")
    action.add_argument("--topic", metavar="T", help="the source topic")
    action.add_argument("--since", type=instant, metavar="TIME", help="failed then or later")
    action.add_argument("--until", type=instant, metavar="TIME", help="failed before then")


def _list(action: Parser) -> None:
    add_config(action)
    add_json(action, "one JSON object a line")
    _choice(action)


def _show(action: Parser) -> None:
    add_config(action)
    add_json(action)
    action.add_argument("letter", metavar="ID", help="partition:offset in the dead-letter topic")


def _replay(action: Parser) -> None:
    add_config(action)
    action.add_argument("letters", nargs="*", metavar="ID", help="partition:offset, one or more")
    action.add_argument("--all", action="store_true", help="every letter that the filters leave")
    action.add_argument("--dry-run", action="store_true", help="say what would be, write nothing")
    action.add_argument("--rate", type=rate, metavar="N", help="at most so many a second")
    add_json(action, "the summary as JSON")
    _choice(action)


LIST = Usage(
    "list",
    "which letters there are, and how many of each reason",
    (
        Example("dead-letters list --config bridge.yaml", "all of them"),
        Example(
            "dead-letters list --config bridge.yaml --reason rule --since 2026-03-02T00:00:00Z",
            "those that broke a rule since then",
        ),
        Example(
            "dead-letters list --json --config bridge.yaml | jq -r .message | sort | uniq -c",
            "the messages, counted",
        ),
    ),
    _list,
)

SHOW = Usage(
    "show",
    "one letter whole",
    (Example("dead-letters show 0:17 --config bridge.yaml", "headers, key and value"),),
    _show,
)

REPLAY = Usage(
    "replay",
    "produce letters to their source topics again",
    (
        Example("dead-letters replay 0:17 0:18 --config bridge.yaml", "these two"),
        Example(
            "dead-letters replay --reason refused --dry-run --config bridge.yaml",
            "how many that would be; nothing is written",
        ),
        Example("dead-letters replay --all --rate 50 --config bridge.yaml", "all, 50 a second"),
    ),
    _replay,
)


def _arguments(command: Parser) -> None:
    add = subparsers(command, "action", "ACTION")
    for action in (LIST, SHOW, REPLAY):
        add(action)


USAGE = Usage(
    "dead-letters",
    "look at what could not be delivered, and send it again",
    (
        *LIST.examples[:1],
        *SHOW.examples[:1],
        Example("dead-letters replay --reason refused --config bridge.yaml", "these once more"),
    ),
    _arguments,
)
