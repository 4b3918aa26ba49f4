"""docs/logs.md names every line that the bridge writes, and each member of it."""

import ast
import logging
import re
from collections.abc import Iterator

from bridge import logs
from bridge.model import Kind, Partition, Service
from tests.docs.reading import ROOT

DOCUMENT = (ROOT / "docs/logs.md").read_text()
ROW = re.compile(r"^\| (debug|info|warning|error) \| `(.+?)` \|", re.MULTILINE)
LEVELS = {"exception": "error"}


def written() -> Iterator[tuple[str, str]]:
    """Level and template of each call of a logger in the bridge."""
    for path in sorted((ROOT / "bridge").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=level),
                    args=[ast.Constant(value=str(template)), *_],
                ):
                    yield LEVELS.get(level, level), template
                case _:
                    pass


def test_every_line_that_the_bridge_writes_is_described_once() -> None:
    described = ROW.findall(DOCUMENT)

    assert len(described) > 35
    assert len(set(described)) == len(described)
    assert set(described) == set(written())


def test_every_member_of_a_line_is_described() -> None:
    subjects = (Service("DEMO", Kind.ORDER), Partition("orders", 1), OSError("no"))
    record = logging.LogRecord("bridge", logging.ERROR, "p", 1, "%s %s %s", subjects, None)
    record.__dict__.update(left_out=3, exc_info=(ValueError, ValueError("no"), None))
    line = logs.structured().format(record)

    members = set(re.findall(r'"(\w+)": ', line))
    assert {"event", "brand", "topic", "error", "left_out", "exc_info", "time"} <= members
    for member in members:
        assert f"`{member}`" in DOCUMENT.partition("## How much")[0], member


def test_how_much_is_written_is_what_the_document_says() -> None:
    assert (logs.BURST, logs.WINDOW_SECONDS) == (10, 10.0)
