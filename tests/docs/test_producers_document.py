"""What docs/producers.md says of dates and of what is rejected holds."""

import json
import re

import pytest

from bridge.event import Event
from bridge.model import Kind, Partition, Route, Service
from bridge.reading import Reader
from bridge.record import Record
from tests.docs.reading import ROOT

GUIDE = (ROOT / "docs/producers.md").read_text()
DATES = re.findall(r"^\| `(.+)` \| (`(.+)`|the same.*|nothing: .*) \|$", GUIDE, re.MULTILINE)


def read(event: object) -> object:
    value = event if isinstance(event, bytes) else json.dumps(event).encode()
    reader = Reader(Route("a-topic", Service("DEMO", Kind.BEHAVIOR)), wall_clock=lambda: 0.0)
    return reader.read(Record(Partition("a-topic", 0), 0, 0, None, value))


def behavior(date: object) -> dict[str, object]:
    return {"OmedaCustomerId": 1, "CustomerBehaviors": [{"BehaviorId": 7, "BehaviorDate": date}]}


@pytest.mark.parametrize(("sent", "told", "written"), DATES)
def test_a_date_becomes_what_the_guide_says(sent: str, told: str, written: str) -> None:
    event = read(behavior(int(sent) if sent.isdigit() else sent))

    if told.startswith("nothing"):
        assert not isinstance(event, Event)
    else:
        assert isinstance(event, Event)
        assert json.loads(event.body) == behavior(written or sent)


def test_the_guide_shows_dates() -> None:
    assert len(DATES) == 5
