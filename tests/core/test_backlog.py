import pytest

from bridge.backlog import Backlog
from bridge.completion import Span, encode
from bridge.ledger import Book, Entry, Ledger
from bridge.model import Commit, Partition
from tests.core.samples import OTHER, P, record

MIB = 1024 * 1024


def book_of(
    records: int, *, size: int = 1, partition: Partition = P
) -> tuple[Ledger, Book, list[Entry]]:
    ledger = Ledger()
    book = ledger.open(partition, Commit(0))
    admitted = (
        ledger.admit(record(offset, value=b"x" * size, partition=partition))
        for offset in range(records)
    )
    return ledger, book, [entry for entry in admitted if entry]


@pytest.mark.parametrize(
    ("high", "owned", "share"),
    [
        pytest.param(100, 1, 100, id="alone it has all the room"),
        pytest.param(100, 4, 25, id="four share it evenly"),
        pytest.param(100, 6, 16, id="a share is at least sixteen"),
        pytest.param(100, 1000, 16, id="also among a thousand"),
        pytest.param(5, 1, 16, id="also where all the room is less"),
    ],
)
def test_a_partition_pauses_at_its_share_of_the_records(high: int, owned: int, share: int) -> None:
    _, below, _ = book_of(share - 1)
    _, full, _ = book_of(share)

    assert Backlog(high=high, low=1, size=MIB).room(below, owned=owned)
    assert not Backlog(high=high, low=1, size=MIB).room(full, owned=owned)


def test_a_paused_partition_resumes_only_at_its_share_of_the_low_mark() -> None:
    ledger, book, entries = book_of(50)
    backlog = Backlog(high=100, low=40, size=MIB)
    assert not backlog.room(book, owned=2)
    assert backlog.is_paused(P)

    for entry in entries[:29]:
        ledger.settle(entry)
    assert book.records == 21
    assert not backlog.room(book, owned=2)
    ledger.settle(entries[29])

    assert backlog.room(book, owned=2)
    assert not backlog.is_paused(P)


@pytest.mark.parametrize(
    ("under_way", "resumes"),
    [
        pytest.param(0, 20, id="its share of the low mark"),
        pytest.param(11, 25, id="and of what is under way"),
        pytest.param(1000, 43, id="an eighth of its share before it is full, at most"),
    ],
)
def test_the_low_mark_is_of_what_waits(under_way: int, resumes: int) -> None:
    ledger, book, entries = book_of(50)
    backlog = Backlog(high=100, low=40, size=MIB, under_way=lambda: under_way)
    assert not backlog.room(book, owned=2)

    for entry in entries[: 50 - resumes - 1]:
        ledger.settle(entry)
    assert not backlog.room(book, owned=2)
    ledger.settle(entries[-1])

    assert book.records == resumes
    assert backlog.room(book, owned=2) == 50 - resumes


def test_a_low_mark_near_the_high_one_stays_what_it_is() -> None:
    ledger, book, entries = book_of(50)
    backlog = Backlog(high=100, low=98, size=MIB, under_way=lambda: 1000)
    assert not backlog.room(book, owned=2)
    ledger.settle(entries[0])

    assert backlog.room(book, owned=2) == 1


def test_what_a_record_holds_in_its_headers_takes_room_like_its_value() -> None:
    carried = record(value=b"v", key=b"k", headers=(("trace", bytes(1000)), ("none", None)))

    assert carried.size == 2 + len("trace") + 1000 + len("none")


def test_a_partition_between_the_marks_stays_open_until_it_is_full() -> None:
    _, book, _ = book_of(49)

    assert Backlog(high=100, low=40, size=MIB).room(book, owned=2)


def test_a_full_partition_stops_itself_alone() -> None:
    _, full, _ = book_of(50)
    _, idle, _ = book_of(1, partition=OTHER)
    backlog = Backlog(high=100, low=40, size=MIB)

    assert not backlog.room(full, owned=2)
    assert backlog.room(idle, owned=2)


def test_a_smaller_share_after_a_rebalance_pauses_what_was_open() -> None:
    _, book, _ = book_of(50)
    backlog = Backlog(high=100, low=40, size=MIB)

    assert backlog.room(book, owned=1)
    assert not backlog.room(book, owned=2)


def test_bytes_are_shared_out_too() -> None:
    ledger, book, entries = book_of(4, size=1000)
    backlog = Backlog(high=100, low=50, size=8000)
    assert backlog.room(book, owned=1)
    assert not backlog.room(book, owned=2)

    ledger.settle(entries[0])
    assert not backlog.room(book, owned=2)
    ledger.settle(entries[1])

    assert backlog.room(book, owned=2)


def test_a_record_fits_up_to_the_share_of_bytes_and_not_beyond() -> None:
    _, book, _ = book_of(1, size=1000)
    backlog = Backlog(high=100, low=50, size=4000)

    assert backlog.fits(1000, book, owned=2)
    assert not backlog.fits(1001, book, owned=2)


def test_one_record_always_fits_however_large_it_is() -> None:
    ledger, book, entries = book_of(1)
    backlog = Backlog(high=100, low=50, size=1024)
    assert not backlog.fits(10 * MIB, book, owned=10)

    ledger.settle(entries[0])

    assert backlog.fits(10 * MIB, book, owned=10)


def test_an_empty_partition_is_open_however_small_its_share_of_bytes_is() -> None:
    _, book, _ = book_of(0)

    assert Backlog(high=100, low=50, size=1024).room(book, owned=2000)


def test_a_partition_pauses_when_too_much_stands_above_one_stuck_record() -> None:
    ledger, book, entries = book_of(10_000)
    backlog = Backlog(high=100, low=50, size=MIB)
    for entry in entries[1:]:
        ledger.settle(entry)
    assert (book.records, book.span) == (1, 10_000)
    assert not backlog.room(book, owned=1)

    ledger.settle(entries[0])

    assert backlog.room(book, owned=1)


def test_the_span_alone_does_not_pause_below_its_limit() -> None:
    ledger, book, entries = book_of(9_999)
    for entry in entries[1:]:
        ledger.settle(entry)

    assert Backlog(high=100, low=50, size=MIB).room(book, owned=1)


def test_a_partition_pauses_before_its_completion_map_outgrows_the_room() -> None:
    ledger = Ledger()
    book = ledger.open(P, Commit(0))
    # Far apart, so that each settled record costs the map some characters.
    entries = [entry for n in range(2_000) if (entry := ledger.admit(record(n * 1_000)))]
    backlog = Backlog(high=10_000, low=5_000, size=MIB)
    for entry in entries[1:1_001:2]:
        ledger.settle(entry)
    ledger.due()
    assert book.map_length < 3072
    assert backlog.room(book, owned=1)

    for entry in entries[1_001::2]:
        ledger.settle(entry)
    ledger.due()
    assert book.map_length >= 3072
    assert not backlog.room(book, owned=1)

    for entry in entries:
        ledger.settle(entry)
    ledger.due()
    assert backlog.room(book, owned=1)


def test_a_partition_that_was_paused_by_hand_opens_once_it_is_relieved() -> None:
    ledger, book, entries = book_of(60)
    backlog = Backlog(high=100, low=50, size=MIB)

    backlog.pause(P, 1)
    assert not backlog.room(book, owned=1)
    for entry in entries[:10]:
        ledger.settle(entry)

    assert backlog.room(book, owned=1)


def test_nothing_is_paused_after_the_partitions_were_given_away() -> None:
    backlog = Backlog(high=100, low=50, size=MIB)
    backlog.pause(P, 1)

    backlog.forget()

    assert not backlog.is_paused(P)


def test_a_partition_with_nothing_in_hand_reads_on_whatever_its_inherited_map_names() -> None:
    spans = [Span(n * 1_000 + 1, n * 1_000 + 2) for n in range(1_000)]
    ledger = Ledger()
    book = ledger.open(P, Commit(0, encode(P, 0, spans)))
    backlog = Backlog(high=100, low=50, size=MIB)
    entry = ledger.admit(record(0))
    assert entry is not None
    assert ledger.admit(record(1)) is None, "the map names it"
    ledger.due()
    assert book.map_length >= 3072
    assert not backlog.room(book, owned=1)

    ledger.settle(entry)
    ledger.due()

    # The rest of the map can only be got rid of by reading on.
    assert book.map_length >= 3072
    assert backlog.room(book, owned=1)
