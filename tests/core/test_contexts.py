"""What a record's headers may say of its trace, and of how much that is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.contexts import MOST_CHARACTERS, NAMES, TRACEPARENT, TRACESTATE, carried

PARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = PARENT.replace(b"b7ad", b"c8be")


def test_both_headers_are_taken_and_no_other() -> None:
    headers = [("ce_id", b"1"), (TRACEPARENT, PARENT), (TRACESTATE, b"rojo=1"), ("baggage", b"a=b")]

    assert carried(headers) == {TRACEPARENT: PARENT.decode(), TRACESTATE: "rojo=1"}


def test_of_several_headers_of_a_name_the_last_one_counts() -> None:
    assert carried([(TRACEPARENT, PARENT), (TRACEPARENT, OTHER)]) == {TRACEPARENT: OTHER.decode()}
    assert carried([(TRACEPARENT, PARENT), (TRACEPARENT, b"\xff")]) == {}


@pytest.mark.parametrize("value", [None, b"", b"\xff", "é".encode(), b"a\r\nx: y", b"a\n", b"a\0"])
def test_what_could_not_stand_in_a_line_is_ignored(value: bytes | None) -> None:
    assert carried([(TRACEPARENT, value), (TRACESTATE, value)]) == {}


def test_a_header_is_bounded() -> None:
    assert carried([(TRACESTATE, b"a" * MOST_CHARACTERS)])
    assert not carried([(TRACESTATE, b"a" * (MOST_CHARACTERS + 1))])


@given(st.lists(st.tuples(st.sampled_from([*NAMES, "other"]), st.none() | st.binary())))
def test_whatever_the_headers_hold_only_printable_text_comes_of_them(
    headers: list[tuple[str, bytes | None]],
) -> None:
    found = carried(headers)

    assert found.keys() <= NAMES
    assert all(text.isascii() and text.isprintable() for text in found.values())
