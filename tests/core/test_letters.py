"""What a dead letter says, what its replay produces, and whether a record is its original."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.kafka.dead_letter import headers_of
from bridge.letters import (
    HEADERS_OMITTED,
    KEY_OMITTED,
    OURS,
    REPLAYED,
    VALUE_OMITTED,
    Again,
    Place,
    Stored,
    again,
    is_of,
    own,
    place_named,
    replayed_by,
    stored,
)
from bridge.masking import masked
from bridge.model import Kind, Partition, Rejected, Service
from bridge.record import Letter, Record

DEAD = Partition("dead", 1)
SOURCE = Partition("orders", 3)
REFUSED = Rejected("refused", "deliver", "OmedaRefused", "Ungültig", 400)
FAILED_AT_MS = 1_772_443_800_000
CARD = b'{"CreditCardNumber":"4111111111111111"}'

Headers = tuple[tuple[str, bytes | None], ...]


def original(value: bytes | None = b"v", headers: Headers = (), *, time: int = 5) -> Record:
    return Record(SOURCE, 42, time, b"key", value, headers)


def letter_of(record: Record, *more: str) -> Stored:
    """The letter that the bridge writes of *record*, with *more* headers that say `true`."""
    value, hidden = masked(record.value)
    headers = list(
        headers_of(Letter(record, Service("DEMO", Kind.ORDER), REFUSED, 2, FAILED_AT_MS))
    )
    hidden = hidden or own(headers) != own(record.headers)
    names = (*more, "bridge.masked") if hidden else more
    headers += [(name, b"true") for name in names]
    written = None if "bridge.value_omitted" in more else value
    if HEADERS_OMITTED in more:
        headers = [header for header in headers if header[0] in OURS]
    key = None if KEY_OMITTED in more else record.key
    found = stored(Record(DEAD, 7, record.timestamp_ms, key, written, tuple(headers)))
    assert found is not None
    return found


def test_a_letter_that_the_bridge_wrote_says_everything_again() -> None:
    letter = letter_of(original())

    assert (letter.place, letter.source, letter.offset) == (Place(1, 7), SOURCE, 42)
    assert (letter.reason, letter.brand, letter.kind) == ("refused", "DEMO", "order")
    assert (letter.status, letter.message) == ("400", "Ungültig")
    assert (letter.failed_at_ms, letter.timestamp_ms) == (FAILED_AT_MS, 5)
    assert (letter.whole, letter.replays) == (True, 0)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("__connect.errors.topic", b"t"), ("__connect.errors.partition", b"1")),
        (
            ("__connect.errors.topic", b"t"),
            ("__connect.errors.partition", b"-1"),
            ("__connect.errors.offset", b"5"),
        ),
        ((REPLAYED, b"0:1"),),
    ],
)
def test_what_does_not_say_where_it_came_from_is_no_letter(headers: Headers) -> None:
    assert stored(Record(DEAD, 0, 0, None, b"v", headers)) is None


def test_a_marker_names_its_letter_and_a_letter_is_none_whatever_its_headers() -> None:
    marker = Record(DEAD, 9, 0, b"1:7", b"", ((REPLAYED, b"1:7"),))
    letter = letter_of(original(headers=((REPLAYED, b"0:0"),)))

    assert replayed_by(marker) == Place(1, 7)
    assert replayed_by(letter.record) is None
    assert replayed_by(Record(DEAD, 9, 0, None, b"", ((REPLAYED, b"nonsense"),))) is None


@given(st.integers(0, 2**31), st.integers(0, 2**62))
def test_a_place_is_named_as_it_is_written(partition: int, offset: int) -> None:
    assert place_named(str(Place(partition, offset))) == (partition, offset)


@pytest.mark.parametrize(
    "text", ["", "1", "1:", ":1", "a:1", "1:-1", "1:2:3", "٣:1", "1:" + "9" * 99]
)
def test_what_names_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="names no letter"):
        place_named(text)


def test_a_replay_is_the_record_without_our_headers_and_with_a_count() -> None:
    own = (("trace", b"t"), ("none", None), ("trace", b"u"))

    produced = again(letter_of(original(headers=own)))

    assert produced == Again(SOURCE, b"key", b"v", (*own, ("bridge.replays", b"1")), 5)


def test_a_record_that_dies_again_is_counted_on() -> None:
    once = again(letter_of(original()))
    died = letter_of(original(headers=once.headers))

    assert died.replays == 1
    assert again(died).headers == (("bridge.replays", b"2"),)


def test_a_replay_from_the_source_has_the_original_s_value_time_and_headers() -> None:
    card = original(CARD, (("paid-with", b"4111111111111111"),))
    letter = letter_of(card)

    produced = again(letter, card)

    assert produced.value == CARD
    assert produced.timestamp_ms == 5
    assert produced.headers == (("paid-with", b"4111111111111111"), ("bridge.replays", b"1"))


def test_of_a_record_without_a_time_nothing_is_said_nor_compared() -> None:
    letter = letter_of(original(time=-1))

    assert letter.timestamp_ms is None
    assert again(letter).timestamp_ms is None
    assert is_of(letter, original(time=1))


@given(
    st.one_of(st.binary(max_size=30), st.none(), st.just(CARD), st.just(b"card 4111111111111111")),
    st.lists(
        st.tuples(
            st.sampled_from(["a", "bridge.reason"]),
            st.one_of(st.binary(max_size=9), st.sampled_from([CARD, b"4111111111111111"])),
        )
    ),
    st.sampled_from(
        [
            (),
            (VALUE_OMITTED,),
            (VALUE_OMITTED, HEADERS_OMITTED),
            (VALUE_OMITTED, HEADERS_OMITTED, KEY_OMITTED),
        ]
    ),
)
def test_a_letter_is_of_the_record_that_it_was_written_for(
    value: bytes | None, headers: list[tuple[str, bytes]], more: tuple[str, ...]
) -> None:
    record = original(value, tuple(headers))

    assert is_of(letter_of(record, *more), record)


CHANGES: dict[str, Callable[[Record], Record]] = {
    "key": lambda one: Record(SOURCE, 42, 5, b"other", one.value, one.headers),
    "time": lambda one: Record(SOURCE, 42, 6, one.key, one.value, one.headers),
    "value": lambda one: Record(SOURCE, 42, 5, one.key, b"{}", one.headers),
    "headers": lambda one: Record(SOURCE, 42, 5, one.key, one.value, (("x", b""),)),
    "other members": lambda one: Record(SOURCE, 42, 5, one.key, CARD[:-1] + b',"x":1}', ()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_letter_is_of_no_record_that_differs_in_what_it_tells(change: str) -> None:
    card = original(CARD)

    assert not is_of(letter_of(card), CHANGES[change](card))


def test_a_letter_never_carries_a_header_of_a_marker() -> None:
    assert REPLAYED in OURS
