"""What an answer's body holds, read as far as it can be. Pure, and never raises.

Tolerated beyond what Omeda's pages show: a byte order mark, bytes that are not UTF-8, `Errors`
that are no list of objects, `Submission` for `SubmissionId`, ids as strings of digits. A JSON body
counts whatever the content type says.
"""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from bridge.cards import scrub
from bridge.model import Answer, Delivered
from bridge.refusals import classify

MESSAGE_CHARACTERS = 1000
"""An answer's text is cut to this length before it goes into a header or a log line."""

REFERENCE_CHARACTERS = 100
"""A submission id is a GUID of 36."""

MOST_NAMED = 100
"""Entries of one answer that are classified: a bound for the time it takes."""

GATEWAY_PAGE = "a gateway's page, not Omeda's answer"

# No other: some of Python's codecs take quadratic time, and some raise whatever they are told.
_CHARSETS = frozenset(
    {"iso-8859-1", "iso-8859-15", "windows-1252", "utf-16", "utf-16le", "utf-16be"}
)

# What a number on 64 bits needs; Python refuses to read a very long one.
_DIGITS = 20

T = TypeVar("T")


class Complaint(NamedTuple):
    """One entry of `Errors`."""

    text: str
    merged_into: int | None = None


class Content(msgspec.Struct, frozen=True):
    """What the body of an answer says."""

    accepted: tuple[dict[str, Any], ...] = ()
    """The objects of `ResponseInfo`; none where it is of another shape."""
    complaints: tuple[Complaint, ...] = ()
    """All of `Errors`."""
    submission_id: str | None = None
    remark: str = ""
    """What stands in a body that is not JSON, in a few words."""
    is_page: bool = False
    """It is HTML or the like, which Omeda never sends."""


class _Body(msgspec.Struct):
    ResponseInfo: Any = None
    Errors: Any = None
    SubmissionId: Any = None
    Submission: Any = None


class _Info(msgspec.Struct, gc=False):
    TransactionId: int | UnsetType = UNSET
    CustomerId: int | UnsetType = UNSET
    OmedaCustomerId: int | UnsetType = UNSET


class _Usual(msgspec.Struct, gc=False):
    """An acceptance with nothing beside it, its ids as numbers."""

    ResponseInfo: Annotated[list[_Info], Meta(min_length=1, max_length=1)]
    SubmissionId: str | None = None
    Errors: None = None
    Submission: None = None


_usual = msgspec.json.Decoder(_Usual)
_body = msgspec.json.Decoder(_Body)
_NOTHING = Content()


def content_of(answer: Answer) -> Content:
    """Read the body of *answer*."""
    body = parse(answer, _body)
    if body is None:
        return _foreign(answer)
    return Content(
        objects(body.ResponseInfo),
        complaints(body.Errors),
        reference(body.SubmissionId) or reference(body.Submission),
    )


def acceptance(body: bytes) -> Delivered | None:
    """What *body* says where it is written as nearly every answer is: accepted, and no more.

    It says no more than `content_of`, at a third of the cost. But what stands in members that no
    page of Omeda's names is not looked at, so a number there may be beyond any that can be read.
    """
    found = _decoded(_usual, body)
    if found is None:
        return None
    info = found.ResponseInfo[0]
    customer = info.OmedaCustomerId if info.CustomerId is UNSET else info.CustomerId
    return Delivered(
        reference(found.SubmissionId),
        None if info.TransactionId is UNSET else info.TransactionId,
        None if customer is UNSET else customer,
    )


def parse(answer: Answer, decoder: msgspec.json.Decoder[T]) -> T | None:
    """The body as *decoder* has it; None where it is not JSON of that shape."""
    if (found := _decoded(decoder, answer.body)) is not None or not answer.body:
        return found
    return _decoded(decoder, _text(answer))


def objects(value: object) -> tuple[dict[str, Any], ...]:
    """An object, or a list of nothing but objects; empty for anything else."""
    if isinstance(value, list):
        # A list comprehension: quicker than `all` for the single entry of nearly every answer.
        return () if [None for entry in value if not isinstance(entry, dict)] else tuple(value)
    return (value,) if isinstance(value, dict) else ()


def complaints(errors: object) -> tuple[Complaint, ...]:
    """The entries of *errors*, of whatever shape they are; an empty shape has none."""
    if not errors:
        return ()
    return tuple(map(_complaint, errors if isinstance(errors, list) else [errors]))


def _complaint(entry: object) -> Complaint:
    if not isinstance(entry, dict):
        return Complaint(_plain(entry))
    into = number(entry.get("MergedIntoCustomerId"))
    return Complaint(_plain(entry.get("Error")), into if into and into > 0 else None)


def names_of(said: tuple[Complaint, ...]) -> tuple[str, ...]:
    """What is complained of, each name once."""
    return tuple(dict.fromkeys(classify(complaint.text) for complaint in said[:MOST_NAMED]))


def number(value: object) -> int | None:
    """An id or a code: a JSON integer, or a string of digits."""
    if isinstance(value, str) and len(value) <= _DIGITS and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def reference(value: object) -> str | None:
    """A text that names something, cut; None for anything else and for the empty one."""
    if not isinstance(value, str):
        return None
    return _printable(value[:REFERENCE_CHARACTERS]).strip() or None


def message_of(said: tuple[Complaint, ...], hide: Callable[[str], str]) -> str:
    """All texts as one line, fit for a header."""
    return presentable("; ".join(complaint.text for complaint in said if complaint.text), hide)


def presentable(text: str, hide: Callable[[str], str]) -> str:
    """*text* as one line, fit for a header or a log: cut, printable, without cards or secrets."""
    # What is cut off before the scrubbing stands too far behind to be part of a number in front.
    line = _printable(" ".join(text.split())[: 2 * MESSAGE_CHARACTERS])
    return scrub(hide(line))[:MESSAGE_CHARACTERS]


def _printable(text: str) -> str:
    """*text* without what a terminal could take for a command, or UTF-8 cannot hold."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _decoded(decoder: msgspec.json.Decoder[T], body: bytes | str) -> T | None:
    try:
        return decoder.decode(body)
    # Deep nesting ends in RecursionError, not in a DecodeError.
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def _text(answer: Answer) -> str:
    _, _, parameter = (answer.content_type or "").lower().partition("charset=")
    charset = parameter.partition(";")[0].strip(" \"'")
    named = charset if charset in _CHARSETS else "utf-8"
    return answer.body.decode(named, "replace").removeprefix("\ufeff")


def _foreign(answer: Answer) -> Content:
    """What is not JSON: a gateway's page, plain text, or nothing that could be shown."""
    kind = (answer.content_type or "").lower()
    if "html" in kind or answer.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Content(remark=GATEWAY_PAGE, is_page=True)
    if kind.startswith("text/"):
        return Content(remark=presentable(_text(answer), answer.hide))
    return _NOTHING


def _plain(value: object) -> str:
    # Nothing nested: to write that out could exceed the recursion limit.
    return str(value) if isinstance(value, str | int) else ""
