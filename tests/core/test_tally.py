"""What is counted of records, and how little of them is kept."""

from collections.abc import Iterable

from bridge.event import Event
from bridge.model import LaneKey, Rejected, Unreadable, Warned
from bridge.tally import MOST_PRODUCERS, NOBODY, OTHERS, Example, Fault, Tally
from tests.core.samples import P, record

LANE = LaneKey("DEMO", "1")
GOOD = Event(LANE, b"{}", events=2)


def bad(*rules: str) -> Unreadable:
    rejected = Rejected("rule", "check", "RuleBroken", "why", rules=rules)
    return Unreadable(LANE, rejected)


def counted(*events: Event | Unreadable, examples: int = 2) -> Tally:
    tally = Tally(examples=examples)
    for offset, event in enumerate(events):
        tally.count(record(offset), event)
    return tally


def test_records_and_their_events_are_counted() -> None:
    tally = counted(GOOD, bad("date_form"), GOOD)

    assert (tally.records, tally.delivered, tally.rejected, tally.events) == (3, 2, 1, 4)
    assert tally.reasons == {"rule": 1}


def test_a_record_that_breaks_two_rules_counts_once_for_each_of_them() -> None:
    tally = counted(bad("date_form", "too_long"), bad("too_long"))

    assert tally.faults == {Fault("rule", "date_form"): 1, Fault("rule", "too_long"): 2}
    assert tally.rejected == 2


def test_few_examples_are_kept_of_each_fault_by_their_place() -> None:
    tally = counted(*[bad("too_long")] * 5, examples=2)

    assert tally.examples == {
        Fault("rule", "too_long"): [Example(P.topic, 0, 0, "why"), Example(P.topic, 0, 1, "why")]
    }


def test_a_warning_counts_once_for_each_record() -> None:
    warned = Event(LANE, b"{}", warnings=(Warned("donor", "a"), Warned("donor", "b")))

    assert counted(warned, warned).warnings == {"donor": 2}


def by_header(names: Iterable[bytes | None]) -> Tally:
    tally = Tally(examples=1, header="service")
    for offset, name in enumerate(names):
        headers = () if name is None else (("service", b"before"), ("service", name))
        tally.count(record(offset, headers=headers), bad("too_long") if offset % 2 else GOOD)
    return tally


def test_producers_are_told_apart_by_the_last_header_of_the_name() -> None:
    producers = by_header([b"web", b"web", None, b"\xff"]).producers

    assert producers == {
        "web": {"delivered": 1, "rule": 1},
        NOBODY: {"delivered": 1},
        "\\xff": {"rule": 1},
    }


def test_of_producers_only_so_many_are_told_apart() -> None:
    producers = by_header(b"%d" % number for number in range(MOST_PRODUCERS + 50)).producers

    assert len(producers) == MOST_PRODUCERS + 1
    assert producers[OTHERS].total() == 50
