"""What a dead letter's headers say."""

from bridge import __version__
from bridge.kafka.dead_letter import headers_of
from tests.edges.test_dead_letter import REFUSED, UNREADABLE, letter


def test_a_refused_record_says_all_of_this() -> None:
    assert list(headers_of(letter())) == [
        ("__connect.errors.topic", b"behaviors"),
        ("__connect.errors.partition", b"3"),
        ("__connect.errors.offset", b"42"),
        ("__connect.errors.stage", b"deliver"),
        ("__connect.errors.exception.class.name", b"OmedaRefused"),
        ("__connect.errors.exception.message", "Ungültig: §7".encode()),
        ("bridge.reason", b"refused"),
        ("bridge.attempts", b"2"),
        ("bridge.status", b"400"),
        ("bridge.submission_id", b"s-1"),
        ("bridge.brand", b"DEMO"),
        ("bridge.kind", b"behavior"),
        ("bridge.timestamp", b"1772442800000"),
        ("bridge.failed_at", b"1772443800000"),
        ("bridge.version", __version__.encode()),
    ]


def test_a_record_that_never_reached_omeda_has_neither_status_nor_submission() -> None:
    names = [name for name, _ in headers_of(letter(UNREADABLE, attempts=0))]

    assert "bridge.status" not in names
    assert "bridge.submission_id" not in names
    assert len(names) == 13


def test_the_record_s_own_headers_come_first_as_they_were() -> None:
    own = (("ce_id", b"\xff\x00"), ("trace", None), ("trace", b"twice"), ("trace", b""))

    headers = list(headers_of(letter(headers=own)))

    assert tuple(headers[: len(own)]) == own
    assert headers[len(own)][0] == "__connect.errors.topic"


def test_a_letter_that_dies_again_says_only_the_newer_reason_once() -> None:
    first = tuple(headers_of(letter(headers=(("trace", b"1"),))))

    again = list(headers_of(letter(headers=first, attempts=9)))

    assert len({name for name, _ in again}) == len(again)
    assert dict(again)["bridge.attempts"] == b"9"
    assert dict(again)["trace"] == b"1"


def test_a_letter_that_dies_of_something_else_keeps_nothing_of_the_older_reason() -> None:
    omitted = ("bridge.value_omitted", b"true")
    first = (*headers_of(letter(REFUSED)), omitted)

    again = list(headers_of(letter(UNREADABLE, headers=first, attempts=0)))

    assert again == list(headers_of(letter(UNREADABLE, attempts=0)))
