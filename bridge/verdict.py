"""What Omeda's answer means: the one place where an answer becomes an outcome.

A table, read from the top; the first row that applies decides. Never raises, whatever the bytes.
A source is a page of Omeda's knowledge base where one speaks of it, else the meaning that HTTP
gives, else what the bridge does for safety.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from bridge.bodies import (
    MESSAGE_CHARACTERS,
    Complaint,
    Content,
    acceptance,
    content_of,
    message_of,
    names_of,
    number,
)
from bridge.model import Answer, Delivered, Halt, Reason, Rejected, TryAgain, Verdict
from bridge.refusals import MERGED, PENDING, SURVIVOR, plain


class Case(NamedTuple):
    """An answer: its status, its body as far as it could be read, and its `Retry-After`."""

    status: int
    content: Content
    retry_after: str | None
    hide: Callable[[str], str]

    @property
    def said(self) -> str:
        """In words that may be shown; empty where nothing was said."""
        return message_of(self.content.complaints, self.hide) or self.content.remark


class Row(NamedTuple):
    """One line of the table: where *applies*, *outcome* follows."""

    name: str
    applies: Callable[[Case], bool]
    outcome: Callable[[Case], Verdict]
    source: str


def verdict(answer: Answer) -> Verdict:
    """Decide what becomes of the request that *answer* belongs to."""
    if answer.status == _OK and (delivered := acceptance(answer.body)):
        return delivered
    case = _case(answer)
    return _row(case).outcome(case)


def row_of(answer: Answer) -> Row:
    """The row of the table that decides on *answer*."""
    return _row(_case(answer))


def _case(answer: Answer) -> Case:
    return Case(answer.status, content_of(answer), answer.retry_after, answer.hide)


def _row(case: Case) -> Row:
    for row in TABLE:
        if row.applies(case):
            return row
    return UNCLEAR


# When a row applies.

_OK = int(HTTPStatus.OK)


def _accepted(case: Case) -> bool:
    content = case.content
    return case.status == _OK and content.accepted != () and not content.complaints


def _status(*statuses: HTTPStatus) -> Callable[[Case], bool]:
    return lambda case: case.status in statuses


def _hundred(first_digit: int) -> Callable[[Case], bool]:
    return lambda case: case.status // 100 == first_digit


def _complains(case: Case) -> bool:
    """With `Errors`, where those count: the rows above have taken what halts or passes."""
    return bool(case.content.complaints) and (
        case.status == _OK or case.status // 100 == 4  # noqa: PLR2004 - HTTP's digit
    )


def _pending(case: Case) -> bool:
    return _complains(case) and any(PENDING in plain(said.text) for said in case.content.complaints)


def _merged(case: Case) -> bool:
    return _complains(case) and any(_is_merged(said) for said in case.content.complaints)


def _is_merged(said: Complaint) -> bool:
    return said.merged_into is not None or MERGED in plain(said.text)


def _page(case: Case) -> bool:
    return case.content.is_page and _hundred(4)(case)


# What follows.


def _delivered(case: Case) -> Delivered:
    first = case.content.accepted[0]
    return Delivered(
        case.content.submission_id, number(first.get("TransactionId")), _customer(first)
    )


def _customer(found: dict[str, object]) -> int | None:
    return number(found.get("CustomerId", found.get("OmedaCustomerId")))


def _halt(hint: str) -> Callable[[Case], Verdict]:
    def halt(case: Case) -> Halt:
        return Halt(case.status, f"{case.said}: {hint}" if case.said else hint)

    return halt


_UNKNOWN = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""After these, Omeda may have taken the request all the same."""


def _again(reason: str) -> Callable[[Case], Verdict]:
    return lambda case: TryAgain(reason, case.retry_after, case.status, case.status in _UNKNOWN)


def _wait(case: Case) -> TryAgain:
    at_last = _rejected(case, "exhausted", "StillPending", _said(case))
    return TryAgain("pending", case.retry_after, case.status, at_last=at_last)


def _refuse(case: Case) -> Rejected:
    return _rejected(case, "refused", "OmedaRefused", _said(case))


def _bury_merged(case: Case) -> Rejected:
    into = next(filter(None, map(_survivor, case.content.complaints)), None)
    name = "an id that Omeda does not name" if into is None else into
    message = f"the customer was merged into {name}: {_said(case)}"[:MESSAGE_CHARACTERS]
    return _rejected(case, "merged", "CustomerMerged", message, into)


def _survivor(said: Complaint) -> int | None:
    """Under which id the customer lives on; None where *said* tells of no merge, or of no id."""
    text = plain(said.text)
    if said.merged_into is not None or MERGED not in text:
        return said.merged_into
    return number(text.partition(SURVIVOR)[2].strip().partition(" ")[0].rstrip(".,;"))


def _rejected(
    case: Case, reason: Reason, error: str, message: str, into: int | None = None
) -> Rejected:
    return Rejected(
        reason,
        "deliver",
        error,
        message,
        case.status,
        submission_id=case.content.submission_id,
        errors=names_of(case.content.complaints),
        merged_into=into,
    )


def _said(case: Case) -> str:
    return case.said or f"Omeda answered {case.status} and named no error"


_WRITES = "Assign Behavior; Assign Behavior Bulk; Save Customer and Order (Paid)"
_HTTP = "RFC 9110"
_CREDENTIALS = "check the credentials, omeda.base_url and omeda.proxy"
_ADDRESS = "no such resource: check omeda.base_url and the brand"
_REDIRECT = "a redirect, which is never followed: check omeda.base_url"

UNCLEAR = Row("unclear", lambda _: True, _again("unclear"), "for safety: no page knows of it")

TABLE = (
    Row("accepted", _accepted, _delivered, f"{_WRITES}: 200 OK, ResponseInfo"),
    Row("redirected", _hundred(3), _halt(_REDIRECT), f"{_HTTP}; following would show the app id"),
    Row("forbidden", _status(HTTPStatus.FORBIDDEN), _halt(_CREDENTIALS), f"{_WRITES}: 403"),
    Row("wrong method", _status(HTTPStatus.METHOD_NOT_ALLOWED), _halt(_ADDRESS), f"{_WRITES}: 405"),
    Row(
        "unauthorized",
        _status(HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED),
        _halt(_CREDENTIALS),
        _HTTP,
    ),
    Row("throttled", _status(HTTPStatus.TOO_MANY_REQUESTS), _again("throttled"), "RFC 6585"),
    Row(
        "too late",
        _status(HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY),
        _again("request_timeout"),
        f"{_HTTP}; RFC 8470",
    ),
    # Nothing says that the request was not taken, so it is repeated; the back-off heeds the page.
    Row(
        "server error",
        _status(HTTPStatus.INTERNAL_SERVER_ERROR),
        _again("server_error"),
        f'{_WRITES}: 500, "submitting additional requests may not be advisable"',
    ),
    Row("unavailable", _hundred(5), _again("server_error"), f"{_HTTP}: a gateway's, or a pause"),
    Row("pending", _pending, _wait, "Save Customer and Order: Please try again later"),
    Row("merged", _merged, _bury_merged, "Save Customer and Order: Merged Customer Error Message"),
    Row("refused", _complains, _refuse, f"{_WRITES}: Errors, with 400 or 404; with 200 for safety"),
    Row("no such address", _status(HTTPStatus.NOT_FOUND), _halt(_ADDRESS), f"{_WRITES}: 404"),
    Row("refused by a gateway", _page, _refuse, f"{_HTTP}: 4xx"),
    Row("refused without a word", _hundred(4), _refuse, f"{_WRITES}: 400; {_HTTP}: 4xx"),
    Row("neither", _status(HTTPStatus.OK), _again("unclear"), "for safety: it confirms nothing"),
)
