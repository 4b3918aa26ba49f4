"""`omeda-bridge config`."""

from bridge.usage.parsing import Example, Parser, Usage, add_config, add_json, subparsers


def _explain(action: Parser) -> None:
    path = action.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="a setting or a section, or a variable's name; without one, all are listed",
    )
    path.complete = "setting"  # type: ignore[attr-defined]  # shtab's
    add_config(action, required=False)
    add_json(action)


def _effective(action: Parser) -> None:
    add_config(action)
    add_json(action)


EXAMPLE = Usage(
    "example",
    "print a complete configuration, with what each setting means",
    (Example("config example > bridge.yaml", "to begin with; every default is in it"),),
)

EXPLAIN = Usage(
    "explain",
    "say what a setting means, what it may be, and how it is overridden",
    (
        Example("config explain delivery.retry.max_seconds", "one setting"),
        Example("config explain delivery.retry", "what stands in a section"),
        Example("config explain BRIDGE__OMEDA__PROXY", "by the name of its variable"),
        Example(
            "config explain omeda.base_url --config bridge.yaml",
            "with its value there, and where that is from",
        ),
    ),
    _explain,
)

EFFECTIVE = Usage(
    "effective",
    "print every value that holds, and where it is from: file, environment or default",
    (
        Example("config effective --config bridge.yaml", "secrets are masked"),
        Example(
            "config effective --config bridge.yaml | grep -v '# default'",
            "what was set; `--json` for a program",
        ),
    ),
    _effective,
)


def _arguments(command: Parser) -> None:
    add = subparsers(command, "action", "ACTION")
    for action in (EXAMPLE, EXPLAIN, EFFECTIVE):
        add(action)


USAGE = Usage(
    "config",
    "show an example, explain a setting, or say what is in effect",
    (EXAMPLE.examples[0], EXPLAIN.examples[0], EFFECTIVE.examples[0]),
    _arguments,
)
