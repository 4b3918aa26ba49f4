"""Which letters are meant, which were replayed already, and in which order they go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.letter_index import Chosen, Index, Wanted
from bridge.letters import REPLAYED, Place, Stored, stored
from bridge.model import Partition
from bridge.record import Record


def letter(at: int, source: int, *, value: bytes = b"v", partition: int = 0, **said: str) -> Record:
    headers = {
        "__connect.errors.topic": "orders",
        "__connect.errors.partition": "0",
        "__connect.errors.offset": str(source),
        "bridge.reason": "rule",
        "bridge.brand": "DEMO",
        **{f"bridge.{name}": text for name, text in said.items()},
    }
    encoded = tuple((name, text.encode()) for name, text in headers.items())
    return Record(Partition("dead", partition), at, 0, b"key", value, encoded)


def marker(at: int, of: str) -> Record:
    return Record(Partition("dead", 0), at, 0, None, b"", ((REPLAYED, of.encode()),))


def read(record: Record) -> Stored:
    found = stored(record)
    assert found is not None
    return found


def indexed(*records: Record) -> Index:
    index = Index()
    for record in records:
        index.add(record)
    return index


@given(st.permutations([letter(0, 10), letter(1, 11), letter(2, 12), marker(3, "0:1")]))
def test_what_a_marker_names_was_replayed_whatever_was_read_first(records: list[Record]) -> None:
    assert indexed(*records).replayed() == {Place(0, 1)}


def test_a_marker_of_a_letter_that_is_gone_is_of_nothing() -> None:
    assert indexed(marker(3, "0:1"), letter(4, 10)).replayed() == set()


def test_of_two_letters_of_one_record_both_were_replayed() -> None:
    assert indexed(letter(0, 10), letter(1, 10), marker(2, "0:1")).replayed() == {
        Place(0, 0),
        Place(0, 1),
    }


def test_letters_of_another_record_at_the_same_offset_are_their_own() -> None:
    again = letter(1, 10, value=b"of a topic that was made anew")

    assert indexed(letter(0, 10), again, marker(2, "0:0")).replayed() == {Place(0, 0)}


@given(st.permutations([(2, 10), (0, 11), (1, 12)]))
def test_letters_go_in_the_order_of_their_sources(pairs: list[tuple[int, int]]) -> None:
    letters = [read(letter(at, source)) for at, source in pairs]
    index = indexed(*(one.record for one in letters))
    chosen = [Chosen(one.source, one.offset, one.place) for one in letters]

    assert [one.offset for one in index.once_each(chosen)] == [10, 11, 12]


def test_of_two_letters_of_one_record_the_first_goes() -> None:
    letters = [read(letter(at, 10)) for at in (5, 3)]
    index = indexed(*(one.record for one in letters))
    chosen = [Chosen(one.source, one.offset, one.place) for one in letters]

    assert [one.place for one in index.once_each(chosen)] == [Place(0, 3)]


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (Wanted(), True),
        (Wanted(reason="rule", brand="DEMO", topic="orders"), True),
        (Wanted(reason="refused"), False),
        (Wanted(brand="OTHER"), False),
        (Wanted(topic="behaviors"), False),
        (Wanted(since_ms=1000), True),
        (Wanted(since_ms=1001), False),
        (Wanted(until_ms=1000), False),
        (Wanted(until_ms=1001), True),
    ],
)
def test_what_is_wanted_is_taken(wanted: Wanted, *, taken: bool) -> None:
    assert wanted.takes(read(letter(0, 10, failed_at="1000"))) is taken


def test_a_letter_without_a_time_is_in_no_period() -> None:
    assert not Wanted(since_ms=0).takes(read(letter(0, 10)))
    assert Wanted().takes(read(letter(0, 10)))


def test_an_index_tells_its_state_in_counts() -> None:
    assert repr(indexed(letter(0, 10), marker(1, "0:0"))) == "<Index: 1 letters, 1 markers>"
