"""What the next owner learns from a commit's completion map, and what it passes on."""

from bridge.completion import encode
from bridge.model import Commit
from tests.core.books import admitted, opened, redelivered
from tests.core.samples import P, record


def test_what_the_map_names_is_not_taken_in_again_and_remains_in_later_maps() -> None:
    first, _ = opened(1)
    for entry in admitted(first, 1, 2, 3, 4, 5)[1:4:2]:
        first.settle(entry)
    inherited = first.due()[P]

    second, book = opened(inherited.offset, inherited.metadata)
    taken = [offset for offset in (1, 2, 3, 4, 5, 6) if second.admit(record(offset))]
    second.owe({P: inherited})

    assert taken == [1, 3, 5, 6]
    assert second.due() == {}
    assert book.lowest == 1
    assert redelivered(Commit(1, inherited.metadata), [1, 2, 3, 4, 5, 6]) == taken


def test_what_the_map_names_remains_in_a_commit_made_before_it_was_read_again() -> None:
    first, _ = opened(1)
    for entry in admitted(first, 1, 2, 3, 4, 5)[2:]:
        first.settle(entry)
    inherited = first.due()[P]

    second, _ = opened(inherited.offset, inherited.metadata)
    for entry in admitted(second, 1):
        second.settle(entry)
    commit = second.due()[P]

    assert commit.offset == 2
    assert redelivered(commit, [2, 3, 4, 5, 6]) == [2, 6]


def test_settled_records_at_the_head_of_the_map_move_the_offset_without_being_taken_in() -> None:
    first, _ = opened(1)
    admitted(first, 1)
    for entry in admitted(first, 2, 3):
        first.settle(entry)
    inherited = first.due()[P]
    second, book = opened(inherited.offset, inherited.metadata)
    for entry in admitted(second, 1):
        second.settle(entry)

    assert second.admit(record(2)) is None
    assert second.admit(record(3)) is None

    assert (book.lowest, book.span) == (4, 0)
    assert second.due() == {P: Commit(4)}


def test_reading_goes_on_behind_the_last_record_taken_in_also_when_the_map_named_it() -> None:
    ledger, book = opened(1)
    admitted(ledger, 1, 7)
    assert book.next_offset == 8

    book.reach(12)

    assert book.next_offset == 8


def test_a_change_of_the_map_alone_is_due() -> None:
    ledger, _ = opened(1)
    _, second = admitted(ledger, 1, 2)

    ledger.settle(second)

    commit = ledger.due()[P]
    assert commit.offset == 1
    assert commit.metadata != ""


def test_a_map_that_exceeds_the_room_is_left_out_and_said_to_be_cut() -> None:
    ledger, book = opened(0)
    entries = admitted(ledger, *range(0, 4_000_000, 1_000))
    for entry in entries[1::2]:
        ledger.settle(entry)

    commit = ledger.due()[P]

    assert commit == Commit(0, cut=True)
    assert book.map_length > 4096


def test_a_foreign_map_is_ignored_and_every_record_taken_in() -> None:
    ledger, book = opened(1, "written by another program")

    admitted(ledger, 1, 2, 3)

    assert book.records == 3


def test_a_map_of_another_offset_is_ignored() -> None:
    first, _ = opened(1)
    _, second = admitted(first, 1, 2)
    first.settle(second)
    metadata = first.due()[P].metadata

    assert redelivered(Commit(0, metadata), [0, 1, 2]) == [0, 1, 2]
    assert metadata != encode(P, 1, [])
