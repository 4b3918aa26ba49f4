from itertools import accumulate

from hypothesis import assume, example, given
from hypothesis import strategies as st

from bridge.completion import ROOM, Completed, Span, decode, encode
from bridge.model import Partition
from tests.core.samples import OTHER, P

RUNS, BITS = "r", "b"


def spans_of(base: int, lengths: list[int]) -> list[Span]:
    """Alternating lengths, the first unsettled: at least one record lies below the first span."""
    edges = list(accumulate(lengths, initial=base))[1:]
    return [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)]


def named(completed: Completed, offsets: range) -> set[int]:
    return {offset for offset in offsets if offset in completed}


def around(base: int, spans: list[Span]) -> range:
    return range(max(0, base - 3), (spans[-1].end if spans else base) + 20)


bases = st.integers(0, 2**40)
short = st.lists(st.integers(1, 6), max_size=80)
long = st.lists(st.integers(1, 400), max_size=20)


@given(bases, st.one_of(short, long))
def test_what_was_encoded_is_decoded(base: int, lengths: list[int]) -> None:
    spans = spans_of(base, lengths)

    completed = decode(P, base, encode(P, base, spans))

    expected = {offset for span in spans for offset in range(*span)}
    assert named(completed, around(base, spans)) == expected
    assert bool(completed) == bool(spans)


@given(bases, st.lists(st.integers(2**20, 2**34), min_size=2, max_size=10))
def test_the_edges_of_huge_spans_are_exact(base: int, lengths: list[int]) -> None:
    spans = spans_of(base, lengths)

    completed = decode(P, base, encode(P, base, spans))

    assert base not in completed
    for start, end in spans:
        assert start - 1 not in completed
        assert start in completed
        assert end - 1 in completed
        assert end not in completed


def test_few_long_runs_are_written_as_runs() -> None:
    spans = [Span(10, 5_000), Span(6_000, 9_000)]

    text = encode(P, 5, spans)

    assert text[:2] == f"2{RUNS}"
    assert len(text) < 20
    assert named(decode(P, 5, text), range(12_000)) == {*range(10, 5_000), *range(6_000, 9_000)}


def test_many_short_runs_are_written_as_a_bitmap() -> None:
    spans = [Span(offset, offset + 1) for offset in range(1, 1_000, 2)]

    text = encode(P, 0, spans)

    assert text[:2] == f"2{BITS}"
    assert named(decode(P, 0, text), range(1_100)) == set(range(1, 1_000, 2))


@given(bases, st.one_of(short, long))
def test_neither_form_is_longer_than_a_bit_an_offset_or_a_few_bytes_an_edge(
    base: int, lengths: list[int]
) -> None:
    spans = spans_of(base, lengths)
    assume(spans)
    checksum = 4
    bitmap = (spans[-1].end - base + 7) // 8
    edges = 2 * len(spans) * 2

    text = encode(P, base, spans)

    assert len(text) <= 2 + 4 * ((min(bitmap, edges) + checksum + 2) // 3)


def test_ten_thousand_contiguous_entries_that_alternate_fit_into_the_room() -> None:
    spans = [Span(offset, offset + 1) for offset in range(10**9 + 1, 10**9 + 10_000, 2)]

    text = encode(P, 10**9, spans)

    assert len(text) <= ROOM
    assert named(decode(P, 10**9, text), range(10**9, 10**9 + 10_001)) == {
        span.start for span in spans
    }


def test_nothing_settled_is_told_by_no_text_at_all() -> None:
    assert encode(P, 7, []) == ""
    assert not decode(P, 7, "")


@given(bases, st.one_of(st.text(), st.text("2rb+/=AZaz09")))
@example(0, "2")
@example(0, "2r")
@example(0, "2b====")
@example(0, "2x" + "A" * 12)
@example(0, "1rAAAAAAAA")
@example(0, "2r\N{FULLWIDTH LATIN CAPITAL LETTER A}AAA")
@example(0, "a note of another program")
def test_any_other_text_reads_as_nothing_known(base: int, text: str) -> None:
    assert not decode(P, base, text)


@given(bases, st.one_of(short, long), st.data())
def test_a_damaged_map_never_names_more_than_was_settled(
    base: int, lengths: list[int], data: st.DataObject
) -> None:
    spans = spans_of(base, lengths)
    assume(spans)
    text = encode(P, base, spans)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.one_of(st.characters(), st.sampled_from("12rbA/+=9z")))
    assume(other != text[at])

    completed = decode(P, base, text[:at] + other + text[at + 1 :])

    # The last character before the padding has bits that carry nothing.
    assert not completed or text[at + 1 :].strip("=") == ""
    settled = {offset for span in spans for offset in range(*span)}
    assert named(completed, range(max(0, base - 300), spans[-1].end + 300)) <= settled


@given(bases, st.one_of(short, long), st.data())
def test_a_map_that_was_cut_short_reads_as_nothing_known(
    base: int, lengths: list[int], data: st.DataObject
) -> None:
    spans = spans_of(base, lengths)
    assume(spans)
    text = encode(P, base, spans)

    assert not decode(P, base, text[: data.draw(st.integers(0, len(text) - 1))])


@given(bases, bases, st.one_of(short, long))
def test_the_map_of_another_offset_reads_as_nothing_known(
    base: int, other: int, lengths: list[int]
) -> None:
    spans = spans_of(base, lengths)
    assume(spans)
    assume(base != other)

    assert not decode(P, other, encode(P, base, spans))


@given(bases, st.one_of(short, long))
def test_a_map_under_the_name_of_the_other_form_reads_as_nothing_known(
    base: int, lengths: list[int]
) -> None:
    spans = spans_of(base, lengths)
    assume(spans)
    text = encode(P, base, spans)
    other = BITS if text[1] == RUNS else RUNS

    assert not decode(P, base, text[0] + other + text[2:])


@given(bases, st.one_of(short, long))
@example(0, [1, 1])
def test_the_map_of_another_partition_reads_as_nothing_known(base: int, lengths: list[int]) -> None:
    """As it would be found where offsets are copied between topics or clusters."""
    spans = spans_of(base, lengths)
    assume(spans)

    for other in (OTHER, Partition("copy.of.behaviors", P.number)):
        assert not decode(other, base, encode(P, base, spans))
