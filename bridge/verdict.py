"""What Omeda's answer means: the one place where a status and a body become an outcome.

Never raises, whatever the bytes. Sources: the pages "Assign Behavior" and "Store Customer
and Order" of Omeda's knowledge base; where they are silent (429, 502, 503, 504 and the
like), the meaning that HTTP gives.
"""

from http import HTTPStatus
from typing import Any

import msgspec

from bridge.model import Answer, Delivered, Halt, Rejected, TryAgain, Verdict

MESSAGE_CHARACTERS = 1000
"""An answer's text is cut to this length before it goes into a header or a log line."""

_THROTTLED = HTTPStatus.TOO_MANY_REQUESTS
_TOO_LATE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_HALTING = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    }
)


class _Body(msgspec.Struct):
    ResponseInfo: Any = None
    Errors: Any = None
    SubmissionId: Any = None


_body = msgspec.json.Decoder(_Body)


def verdict(answer: Answer) -> Verdict:
    """Decide what becomes of the request that *answer* belongs to."""
    body, status = _read(answer.body), answer.status
    match status // 100:
        case 2:
            return _success(status, body, answer)
        case 3:
            return Halt(status, "a redirect, which is never followed: check omeda.base_url")
        case 4:
            return _client_error(status, body, answer)
        case 5:
            return TryAgain("server_error", answer.retry_after)
        case _:
            return TryAgain("unclear")


def _success(status: int, body: _Body, answer: Answer) -> Verdict:
    if status != HTTPStatus.OK:
        return TryAgain("unclear", answer.retry_after)
    if body.Errors:
        return _refused(status, body)
    if body.ResponseInfo is not None:
        return Delivered(_submission_id(body))
    return TryAgain("unclear", answer.retry_after)


def _client_error(status: int, body: _Body, answer: Answer) -> Verdict:
    if status == _THROTTLED:
        return TryAgain("throttled", answer.retry_after)
    if status in _TOO_LATE:
        return TryAgain("request_timeout", answer.retry_after)
    if status in _HALTING:
        return Halt(status, _text(body) or "check the credentials and omeda.base_url")
    if status == HTTPStatus.NOT_FOUND and not body.Errors:
        # With Errors it is Omeda's "no such customer"; without, the URL itself is wrong.
        return Halt(status, "no such resource: check omeda.base_url and the brand")
    return _refused(status, body)


def _refused(status: int, body: _Body) -> Rejected:
    message = _text(body) or f"Omeda answered {status} and named no error"
    return Rejected(
        "refused", "deliver", "OmedaRefused", message, status, submission_id=_submission_id(body)
    )


def _read(body: bytes) -> _Body:
    try:
        return _body.decode(body)
    # Deep nesting ends in RecursionError, not in a DecodeError.
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _Body()


def _text(body: _Body) -> str:
    """All of the answer's errors as one line; Omeda may give several."""
    errors = body.Errors if isinstance(body.Errors, list) else [body.Errors]
    texts = (error.get("Error") if isinstance(error, dict) else error for error in errors)
    # Nothing nested: to write that out could exceed the recursion limit.
    return "; ".join(str(text) for text in texts if isinstance(text, str | int))[
        :MESSAGE_CHARACTERS
    ]


def _submission_id(body: _Body) -> str | None:
    return body.SubmissionId if isinstance(body.SubmissionId, str) else None
