"""What became of an order after Omeda accepted it: two services' answers. Pure, never raises.

Source: the pages "Transaction Lookup" and "Run Processor" of Omeda's knowledge base. An accepted
order stands in a queue; its transaction tells how far it has come.
"""

import enum
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from bridge.bodies import (
    complaints,
    message_of,
    names_of,
    number,
    objects,
    parse,
    reference,
)
from bridge.model import Answer


class Progress(enum.StrEnum):
    """How far a transaction has come."""

    PENDING = "pending"
    DONE = "done"
    DONE_WITH_LOSS = "done_with_loss"
    """It was moved to the database, and something of it was not."""
    FAILED = "failed"
    NEEDS_PERSON = "needs_person"
    """On hold, or in manual review."""
    UNKNOWN = "unknown"
    """Omeda does not know the transaction; it keeps none for ever."""


_PROGRESS = {
    Progress.DONE: (100, 101),
    Progress.DONE_WITH_LOSS: (98, 99),
    Progress.FAILED: (2, 6, 9, 51, 110),
    Progress.NEEDS_PERSON: (1, 3, 20, 35, 36, 37),
}
_BY_CODE = {code: progress for progress, codes in _PROGRESS.items() for code in codes}


class Transaction(msgspec.Struct, frozen=True):
    """One transaction as Transaction Lookup has it."""

    progress: Progress
    transaction_id: int | None = None
    status: int | None = None
    """Omeda's own code, kept: new ones may come."""
    customer_id: int | None = None
    client_customer_id: str | None = None
    errors: tuple[str, ...] = ()
    """Bounded names of what went wrong with the transaction, not with the look-up."""
    message: str = ""
    submission_id: str | None = None


class Processed(msgspec.Struct, frozen=True):
    """One transaction that Run Processor was asked to run."""

    progress: Progress
    succeeded: bool
    transaction_id: int | None = None
    status: int | None = None
    description: str = ""
    customer_id: int | None = None
    encrypted_customer_id: str | None = None


class Batch(msgspec.Struct, frozen=True):
    """What Run Processor answered: either each transaction, or why it ran none of them."""

    ran: tuple[Processed, ...] = ()
    errors: tuple[str, ...] = ()
    """Bounded names; `transaction_processed` is no fault. Both empty: nothing was told."""
    message: str = ""
    submission_id: str | None = None


class _Looked(msgspec.Struct):
    TransactionId: Any = None
    Status: Any = None
    OmedaCustomerId: Any = None
    ClientCustomerId: Any = None
    Errors: Any = None
    ResponseInfo: Any = None
    SubmissionId: Any = None
    Submission: Any = None


class _Ran(msgspec.Struct):
    BatchStatus: Any = None
    Errors: Any = None
    SubmissionId: Any = None
    Submission: Any = None


_looked = msgspec.json.Decoder(_Looked)
_ran = msgspec.json.Decoder(_Ran)


def progress_of(status: int) -> Progress:
    """What Omeda's code means; a code that no page has is on its way."""
    return _BY_CODE.get(status, Progress.PENDING)


def transaction_of(answer: Answer) -> Transaction | None:
    """What Transaction Lookup told; None where it told nothing, and is to be asked again."""
    body = parse(answer, _looked) or _Looked()
    if answer.status == HTTPStatus.NOT_FOUND:
        return _transaction(Progress.UNKNOWN, body, {"Errors": body.Errors}, answer.hide)
    if answer.status != HTTPStatus.OK:
        return None
    for found in _places(body):
        if (status := number(found.get("Status"))) is not None:
            return _transaction(progress_of(status), body, found, answer.hide)
    return None


def batch_of(answer: Answer) -> Batch:
    """What Run Processor told."""
    body = parse(answer, _ran) or _Ran()
    said = complaints(body.Errors)
    return Batch(
        tuple(map(_processed, objects(body.BatchStatus))) if answer.status == HTTPStatus.OK else (),
        names_of(said),
        message_of(said, answer.hide),
        _submission(body),
    )


def _places(body: _Looked) -> Iterator[Mapping[str, Any]]:
    """Where the page's text and its sample have the members: inside ResponseInfo, or flat."""
    yield msgspec.structs.asdict(body)
    yield from objects(body.ResponseInfo)


def _transaction(
    progress: Progress, body: _Looked, found: Mapping[str, Any], hide: Callable[[str], str]
) -> Transaction:
    said = complaints(found.get("Errors"))
    return Transaction(
        progress,
        number(found.get("TransactionId")),
        number(found.get("Status")),
        number(found.get("OmedaCustomerId")),
        _as_text(found.get("ClientCustomerId")),
        names_of(said),
        message_of(said, hide),
        _submission(body),
    )


def _processed(found: Mapping[str, Any]) -> Processed:
    status = number(found.get("TransactionStatusId"))
    return Processed(
        Progress.PENDING if status is None else progress_of(status),
        _is_true(found.get("Success")),
        number(found.get("TransactionId")),
        status,
        reference(found.get("TransactionStatusDescription")) or "",
        number(found.get("OmedaCustomerId")),
        reference(found.get("EncryptedCustomerId")),
    )


def _is_true(value: object) -> bool:
    """The page has the string "true"."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def _as_text(value: object) -> str | None:
    known = number(value)
    return reference(value) if known is None else str(known)


def _submission(body: _Looked | _Ran) -> str | None:
    return reference(body.SubmissionId) or reference(body.Submission)
