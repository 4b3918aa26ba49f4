from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.ledger import Entry
from bridge.model import Commit
from tests.core.books import admitted, opened, redelivered
from tests.core.samples import OTHER, P, logs, record

Step = tuple[Literal["admit", "settle", "commit", "fail", "crash"], int]

words: st.SearchStrategy[Literal["admit", "settle", "commit", "fail", "crash"]] = st.sampled_from(
    ["admit", "admit", "settle", "commit", "fail", "crash"]
)
steps = st.lists(st.tuples(words, st.integers(0, 99)), max_size=80)


@given(logs(), st.data())
def test_the_first_unsettled_record_is_committed_for_any_order_of_settlement(
    log: list[int], data: st.DataObject
) -> None:
    ledger, book = opened(log[0])
    entries = admitted(ledger, *log)

    unsettled = set(log)
    for entry in data.draw(st.permutations(entries)):
        ledger.settle(entry)
        unsettled.discard(entry.offset)

        assert book.lowest == min(unsettled, default=log[-1] + 1)
        assert ledger.due()[P].offset == book.lowest
        assert book.records == len(unsettled)


@given(logs(), steps)
def test_commits_never_go_backward_and_never_pass_an_unsettled_record(
    log: list[int], actions: list[Step]
) -> None:
    ledger, _ = opened(log[0])
    unread, in_hand, last = list(log), list[Entry](), log[0]
    for action, number in actions:
        if action == "admit" and unread:
            in_hand += admitted(ledger, unread.pop(0))
        elif action == "settle" and in_hand:
            ledger.settle(in_hand.pop(number % len(in_hand)))
        elif action == "commit":
            commits = ledger.due()
            for commit in commits.values():
                assert last <= commit.offset
                assert all(commit.offset <= entry.offset for entry in in_hand)
                assert all(commit.offset <= offset for offset in unread)
                last = commit.offset
            ledger.acknowledge(commits)


@given(logs(), st.data())
def test_the_next_owner_takes_in_exactly_what_was_unsettled_at_the_commit(
    log: list[int], data: st.DataObject
) -> None:
    ledger, _ = opened(log[0])
    entries = admitted(ledger, *log[: data.draw(st.integers(0, len(log)))])
    fates = data.draw(st.lists(st.booleans(), min_size=len(entries), max_size=len(entries)))
    settled = [entry for entry, fate in zip(entries, fates, strict=True) if fate]
    for entry in data.draw(st.permutations(settled)):
        ledger.settle(entry)

    commit = ledger.due().get(P, Commit(log[0]))

    done = {entry.offset for entry in settled}
    assert redelivered(commit, log) == [offset for offset in log if offset not in done]


@given(logs(), steps)
@example(
    [1, 2, 3],
    # The second owner commits, and is gone, before it has read as far as the map tells.
    [
        *[("admit", 0)] * 3,
        ("settle", 2),
        ("commit", 0),
        ("crash", 0),
        ("admit", 0),
        ("settle", 0),
        ("commit", 0),
        ("crash", 0),
        *[("admit", 0)] * 2,
    ],
)
def test_crash_after_crash_nothing_is_lost_and_nothing_known_as_settled_is_taken_in_again(
    log: list[int], actions: list[Step]
) -> None:
    stored, known_when_stored = Commit(log[0]), set[int]()
    ledger, _ = opened(stored.offset)
    unread, in_hand, known = list(log), list[Entry](), set[int]()
    for action, number in actions:
        if action == "admit" and unread:
            offset = unread.pop(0)
            entry = ledger.admit(record(offset))
            assert (entry is None) == (offset in known), f"{offset}, after {stored}"
            in_hand += [entry] if entry else []
        elif action == "settle" and in_hand:
            entry = in_hand.pop(number % len(in_hand))
            ledger.settle(entry)
            known.add(entry.offset)
        elif action == "commit":
            commits = ledger.due()
            if P in commits:
                stored, known_when_stored = commits[P], set(known)
            ledger.acknowledge(commits)
        elif action == "fail":
            commits = ledger.due()
            if P in commits and number % 2:
                # Kafka stored it, and only the answer was lost.
                stored, known_when_stored = commits[P], set(known)
            ledger.owe(commits)
        elif action == "crash":
            ledger, _ = opened(stored.offset, stored.metadata)
            assert all(offset in known_when_stored for offset in log if offset < stored.offset)
            unread = [offset for offset in log if offset >= stored.offset]
            in_hand, known = [], set(known_when_stored)


@given(logs(), st.data())
def test_settling_twice_changes_nothing(log: list[int], data: st.DataObject) -> None:
    ledger, book = opened(log[0])
    entries = admitted(ledger, *log)
    for entry in data.draw(st.lists(st.sampled_from(entries), unique_by=id)):
        ledger.settle(entry)
    before = book.lowest, book.records, book.bytes, book.span
    ledger.acknowledge(ledger.due())

    for entry in [entry for entry in entries if entry.settled]:
        ledger.settle(entry)

    assert (book.lowest, book.records, book.bytes, book.span) == before
    assert ledger.due() == {}


def test_records_and_bytes_in_hand_are_counted_until_they_are_settled() -> None:
    ledger, book = opened(1)
    ledger.open(OTHER, Commit(1))
    first = ledger.admit(record(1, value=b"12345", key=b"67"))
    ledger.admit(record(2, value=None))
    ledger.admit(record(1, value=b"123", partition=OTHER))
    assert (book.records, book.bytes) == (2, 7)
    assert (ledger.records, ledger.bytes) == (3, 10)

    assert first is not None
    ledger.settle(first)

    assert (book.records, book.bytes) == (1, 0)
    assert (ledger.records, ledger.bytes) == (2, 3)


def test_the_oldest_timestamp_is_that_of_the_lowest_unsettled_record() -> None:
    ledger, book = opened(1)
    entries = [ledger.admit(record(offset, timestamp_ms=offset * 1000)) for offset in (1, 2)]
    assert book.oldest_timestamp_ms == 1000

    for entry in entries:
        assert entry is not None
        ledger.settle(entry)

    assert book.oldest_timestamp_ms is None


def test_a_late_settlement_of_a_forgotten_ownership_changes_nothing_in_the_new_one() -> None:
    ledger, _ = opened(1)
    (late,) = admitted(ledger, 1)
    ledger.forget()
    assert P not in ledger
    book = ledger.open(P, Commit(1))
    admitted(ledger, 1, 2)

    ledger.settle(late)

    assert book.lowest == 1
    assert (book.records, book.span) == (2, 2)
    assert ledger.due() == {}


def test_news_of_a_commit_for_a_forgotten_partition_is_ignored() -> None:
    ledger, _ = opened(1)
    ledger.forget()

    ledger.acknowledge({P: Commit(2)})
    ledger.owe({P: Commit(2)})

    assert ledger.due() == {}


def test_the_position_is_committed_behind_markers_once_nothing_is_in_hand() -> None:
    ledger, book = opened(1)
    (entry,) = admitted(ledger, 1)
    book.reach(5)
    assert book.lowest == 1
    assert ledger.due() == {}

    ledger.settle(entry)

    assert ledger.due() == {P: Commit(5)}


def test_a_position_that_was_passed_already_moves_nothing() -> None:
    ledger, book = opened(1)
    for entry in admitted(ledger, 8):
        ledger.settle(entry)
    ledger.acknowledge(ledger.due())

    book.reach(12)
    book.reach(10)
    assert ledger.due() == {P: Commit(12)}
    book.reach(3)

    assert book.lowest == 12
    assert ledger.due() == {}


def test_nothing_is_due_before_something_was_settled() -> None:
    ledger, _ = opened(1)
    admitted(ledger, 1, 2)

    assert ledger.due() == {}


def test_what_was_handed_out_is_due_again_only_when_it_is_owed() -> None:
    ledger, book = opened(1)
    for entry in admitted(ledger, 1):
        ledger.settle(entry)
    commits = ledger.due()
    assert ledger.due() == {}

    ledger.owe(commits)
    assert ledger.due() == commits
    ledger.acknowledge(commits)
    ledger.owe(commits)

    assert ledger.due() == {}
    assert book.acknowledged == commits[P]


def test_a_settlement_during_a_commit_is_due_after_it() -> None:
    ledger, _ = opened(1)
    first, second = admitted(ledger, 1, 2)
    ledger.settle(first)
    commits = ledger.due()

    ledger.settle(second)
    ledger.acknowledge(commits)

    assert ledger.due() == {P: Commit(3)}


def test_partitions_are_due_each_for_itself() -> None:
    ledger, _ = opened(1)
    ledger.open(OTHER, Commit(1))
    for entry in admitted(ledger, 1):
        ledger.settle(entry)
    ledger.admit(record(1, partition=OTHER))

    assert ledger.due() == {P: Commit(2)}


def test_the_span_counts_entries_not_offsets() -> None:
    ledger, book = opened(1)
    entries = admitted(ledger, 1, 1_000, 1_000_000)

    ledger.settle(entries[1])

    assert book.span == 3


@pytest.mark.parametrize("offset", [2, 90])
def test_a_book_can_begin_anew_elsewhere_and_the_next_commit_says_so(offset: int) -> None:
    ledger, book = opened(50)

    book.restart(offset)

    assert ledger.due() == {P: Commit(offset)}
    assert ledger.admit(record(offset)) is not None


def test_a_book_with_records_in_hand_cannot_begin_anew() -> None:
    ledger, book = opened(50)
    admitted(ledger, 50)

    with pytest.raises(ValueError, match="in hand"):
        book.restart(2)
