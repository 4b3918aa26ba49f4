"""Write docs/cli.md anew from the parser: `make docs`."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from bridge.usage import COMMANDS, parser
from bridge.usage.parsing import Usage

DOCUMENT = Path(__file__).parent.parent / "docs/cli.md"

HEAD = """\
# The command line

Made from the parser's own words by `make docs`. `omeda-bridge COMMAND --help` says the same; `python -m bridge` is
the same command.

| command | does |
|---|---|
{commands}

## What holds for all of them

**Exit status.**

| status | when |
|---|---|
| 0 | all is well; of `run` and `simulate`, also after SIGTERM or SIGINT |
| 1 | a fault that a restart, or another try, may cure: Kafka cannot be reached, a disk is full; of `run` also a second signal, of `dead-letters replay` that it was broken off |
| 2 | wrong usage, or a configuration that cannot be used; nothing was started |
| 3 | findings: `check --connect` has a step that failed, `send` a bad line, `dry-run` a record that would be rejected or that a stand-in judged otherwise, `dead-letters replay` a letter that it could not replay, `trace` nothing or an event that a person should look at |
| 130 | Ctrl-C; `send` says how far it came |

**Output.** What was asked for goes to standard output, all else to standard error: complaints are one sentence each that
begins with `omeda-bridge:`. With `--json`, standard output is one JSON document, and of `dead-letters list`
and `trace` one object a line. Colors go to a terminal only, and to none where `NO_COLOR` is set or `TERM` is `dumb`. What takes longer than a
second shows its progress on standard error where that is a terminal. A reader that ends early (`| head`) is no fault.

**Completion.** `omeda-bridge completion bash`, `zsh` or `fish` prints a script for that shell, and
`omeda-bridge completion --help` where to put it. It knows commands, arguments, files and the paths of settings.
"""

NOTES = {
    "check": """\
`--connect` tries, in this order: of each of `kafka.bootstrap_servers` its name, a connection, TLS, and the login or
protocol; every broker under the address that the cluster gives for it; the topics of the routes and the dead-letter
topic; whether a brand's topics have equal partition counts, without which two processes may have requests for one
customer under way at once (a warning); the group's offsets. Then of Omeda, through the proxy where one is set: name,
connection, TLS. No group is joined, nothing is written, and Omeda is asked for nothing. Each step is bounded by some
seconds, and the first that fails ends those that build on it. An outcome is `ok`, `warning` or `failed`.
""",
    "dry-run": """\
Reads a range of one topic, without any group, and treats each record as `run` would: the route's rules, time zone and
strictness count. Nothing is sent, written or committed, and `kafka.isolation_level` holds: records of open or aborted
transactions are not seen.

**The range.** `--from` and `--to` are offsets, or ISO 8601 times with a zone, which are held against the records'
timestamps by Kafka itself. They hold for each partition, or for those that `--partition` names. `--last N` is of each
partition, and of offsets: where a topic is compacted, or holds transactions, fewer records stand there. What comes
while it reads is not read.

**What is exact, and what is not.** Which records would be rejected before Omeda is asked, and by which rule, is
exact, those rules apart that go by today's date. That Omeda would take the others is not known: it knows its
customers, ids and codes, and refuses what does not match. The smaller number of requests is an estimate: it is what
the line's own rules of joining make of the range if all of it waits already, as after an outage, and one process reads
this topic alone. The larger is one a record, as on an idle bridge, which waits for nothing. Where dead letters would
exceed `dead_letters.limit` in the order of reading, that is said.

**What is shown.** Counts by reason and rule (a record that breaks two rules counts for each), by rules that only warn,
and with `--by-header NAME` by producer. Examples are places (`topic-partition@offset`) with the message that the dead
letter would have; no value of an event is shown, and card data is masked.

**`--against BASE_URL`** sends each record there, alone, those of a customer one after the other, at most
`delivery.concurrency` at once, and with the credentials of the configuration: give it one with the stand-in's.
Records that a rule rejects are sent as they are; what is no event at all is not. An answer that says nothing of the
record (an outage, a time-out) is asked for four times. Omeda's own hosts, `ows.omeda.com` and all others of its domain,
are refused: there the events would be stored. Its staging is in another domain, and may be named.

| foreseen | came | means |
|---|---|---|
| delivered | delivered | as foreseen |
| delivered | rejected | a customer, id or code that is not known there, or a rule that the bridge does not know |
| rejected | rejected | as foreseen |
| rejected | delivered | the rule is stricter than what stands there; `routes[].rules` may loosen it |
| rejected | not sent | no event could be read |
| either | no clear answer | outage, time-out or throttling, each time it was tried |
""",
    "config": """\
Settings, texts, types and defaults are those of the bridge's own settings tree; [configuration.md](configuration.md)
has them with more words. A setting is named by its path (`routes[0].topic`, or `routes[].topic` for any route,
`brands.DEMO.time_zone`, `brands.<name>.time_zone`) or by its variable (`BRIDGE__OMEDA__PROXY`).
""",
    "dead-letters": "[operations.md](operations.md) says when to use which.\n",
    "simulate": "[simulator.md](simulator.md) has its scenarios, faults and books.\n",
    "send": """\
Every line is checked as the bridge will check it, and nothing is sent before all are. Interrupted, it says how many of
the first events were acknowledged; of those that follow, some may have been written.
""",
}
"""What help has no room for."""


def document() -> str:
    """The whole of docs/cli.md."""
    rows = "\n".join(f"| [`{each.name}`](#{each.name}) | {each.text} |" for each in COMMANDS)
    parts = [HEAD.replace("{commands}", rows)]
    made = dict(_parsers(parser()))
    for usage in COMMANDS:
        parts += _command(usage, made)
    return "\n".join(parts)


def _parsers(of: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in of._actions:  # noqa: SLF001 - argparse tells of them nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - likewise
            for each in action.choices.values():
                yield each.prog.removeprefix("omeda-bridge "), each
                yield from _parsers(each)


def _command(usage: Usage, made: dict[str, argparse.ArgumentParser]) -> Iterator[str]:
    yield f"## {usage.name}\n"
    below = [name for name in made if name.startswith(f"{usage.name} ")]
    if not below:
        yield _arguments(made[usage.name])
    else:
        yield f"{made[usage.name].description}\n"
    if usage.name in NOTES:
        yield NOTES[usage.name]
    for name in below:
        yield f"### {name}\n"
        yield _arguments(made[name])


def _arguments(command: argparse.ArgumentParser) -> str:
    lines = [f"{command.description}\n"]
    rows = [_row(action) for action in command._actions if action.dest != "help"]  # noqa: SLF001
    if rows:
        lines += ["| argument | meaning |", "|---|---|", *rows, ""]
    lines += ["```sh", *_examples(command.epilog or ""), "```", ""]
    return "\n".join(lines)


def _row(action: argparse.Action) -> str:
    name = (action.option_strings or [action.metavar or action.dest])[0]
    choices = ", ".join(f"`{choice}`" for choice in action.choices or ())
    value = "" if not action.option_strings or action.nargs == 0 else f" {action.metavar}"
    text = (action.help or "").replace("%(default)s", str(action.default))
    needed = "required; " if action.option_strings and action.required else ""
    told = f"{needed}{text}" + (f": {choices}" if choices else "")
    return f"| `{name}{value}` | {told} |".replace("OFFSET|TIME", "OFFSET\\|TIME")


def _examples(epilog: str) -> Iterator[str]:
    for line, text in re.findall(r"^  (omeda-bridge .*)\n      (.*)$", epilog, re.MULTILINE):
        yield f"# {text}"
        yield line


if __name__ == "__main__":
    DOCUMENT.write_text(document())
