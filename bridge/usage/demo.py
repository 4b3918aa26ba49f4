"""`omeda-bridge demo`."""

from bridge.usage.parsing import Example, Parser, Usage
from bridge.usage.values import port


def _arguments(command: Parser) -> None:
    command.add_argument(
        "--port", type=port, default=9464, metavar="N", help="of /metrics and probes (%(default)s)"
    )


USAGE = Usage(
    "demo",
    "see it work: everything embedded, nothing else installed or running",
    (
        Example("demo", "some fifteen seconds, with metrics on port 9464"),
        Example("demo --port 0", "on any free port"),
    ),
    _arguments,
)
