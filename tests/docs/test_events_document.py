"""docs/events.md is what the structs and rules say."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from bridge.event import Event
from bridge.events import AssignBehavior, Element, StoreOrder, columns
from bridge.model import Kind, Partition, Route, Service
from bridge.reading import Reader
from bridge.record import Record
from bridge.rules import RULES

ROOT = Path(__file__).parents[2]
REFERENCE: dict[str, Any] = runpy.run_path(str(ROOT / "scripts/events_reference.py"))
DOCUMENT = (ROOT / "docs/events.md").read_text()


def elements(root: type[Element]) -> set[type[Element]]:
    below = {column.element for column in columns(root) if column.element is not None}
    return {root}.union(*(elements(each) for each in below))


def test_the_document_is_current() -> None:
    assert REFERENCE["document"]() == DOCUMENT, "run `make docs`"


def test_every_element_has_its_table() -> None:
    assert set(REFERENCE["ELEMENTS"].values()) == elements(AssignBehavior) | elements(StoreOrder)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_one_row(name: str) -> None:
    assert DOCUMENT.count(f"\n| `{name}` | {RULES[name].default} | ") == 1


@pytest.mark.parametrize("title", REFERENCE["EXAMPLES"])
def test_every_example_is_delivered_without_a_warning(title: str) -> None:
    kind, event = REFERENCE["EXAMPLES"][title]
    reader = Reader(Route("a-topic", Service("DEMO", Kind(kind))), wall_clock=lambda: 0.0)

    read = reader.read(Record(Partition("a-topic", 0), 0, 0, None, json.dumps(event).encode()))

    assert isinstance(read, Event)
    assert read.warnings == ()
