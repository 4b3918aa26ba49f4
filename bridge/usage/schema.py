"""`omeda-bridge schema`."""

from bridge.usage.parsing import Example, Parser, Usage


def _arguments(command: Parser) -> None:
    command.add_argument(
        "name", choices=("behavior", "order", "config"), help="an event, or the configuration"
    )


USAGE = Usage(
    "schema",
    "print the JSON Schema of what producers send or operators write",
    (
        Example("schema behavior > behavior.schema.json", "for a producer's tests"),
        Example("schema config > bridge.schema.json", "for an editor that completes bridge.yaml"),
    ),
    _arguments,
)
