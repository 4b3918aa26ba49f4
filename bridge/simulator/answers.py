"""The shapes of Omeda's answers.

Sources: the pages "Assign Behavior", "Assign Behavior Bulk", "Save Customer and Order",
"Transaction Lookup" and "Run Processor". What is accepted is a list of `ResponseInfo`; what is
refused is a list of `Errors`. Both carry the `SubmissionId` that Omeda's support asks for.
"""

import hashlib
import itertools
import random
import uuid
from http import HTTPStatus
from http.client import responses
from typing import NamedTuple, TypeAlias

import msgspec

JSON = "application/json"
HTML = "text/html"

_FIRST_TRANSACTION = 5_000_000_001
"""Beyond 32 bits, as Omeda's own transaction ids are."""
_FIRST_NEW_CUSTOMER = 2_000_000_000
"""Far above the ids that scenarios and tests use for customers that exist."""


class Answer(msgspec.Struct, frozen=True):
    """A whole HTTP answer, ready to be sent."""

    status: int
    body: bytes
    headers: dict[str, str]


class ErrorEntry(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    """One entry of `Errors`."""

    error: str
    merged_into_customer_id: int | None = None


class Objection(NamedTuple):
    """One thing that Omeda finds wrong with a submission, and the status that goes with it."""

    text: str
    status: int = HTTPStatus.BAD_REQUEST
    merged_into: int | None = None


class BehaviorReceipt(msgspec.Struct, frozen=True, rename="pascal"):
    """`ResponseInfo` of Assign Behavior: the customer, and where to look the customer up."""

    customer_id: int
    url: str


class BulkReceipt(msgspec.Struct, frozen=True, rename="pascal"):
    """`ResponseInfo` of Assign Behavior Bulk: how much was taken of one customer."""

    omeda_customer_id: int
    message: str


class OrderReceipt(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    """`ResponseInfo` of an order: the transaction, and where to follow it.

    The customer is named only where the body asked for `RunProcessor`. That is not on Omeda's
    page; it is what independent clients read in production.
    """

    transaction_id: int
    url: str
    customer_id: int | None = None
    encrypted_customer_id: str | None = None


class TransactionInfo(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    """What Transaction Lookup tells. Its `Errors` are the transaction's, not the request's."""

    submission_id: str
    transaction_id: int
    status: int
    omeda_customer_id: int | None = None
    client_customer_id: str | None = None
    errors: tuple[ErrorEntry, ...] = ()


class BatchEntry(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    """What Run Processor tells of one transaction. Its `Success` is a text, not a boolean."""

    transaction_id: int
    transaction_status_id: int
    transaction_status_description: str
    success: str
    omeda_customer_id: int | None = None
    encrypted_customer_id: str | None = None


class BatchInfo(msgspec.Struct, frozen=True, rename="pascal"):
    """What Run Processor answers."""

    batch_status: tuple[BatchEntry, ...]
    submission_id: str


Receipt: TypeAlias = BehaviorReceipt | BulkReceipt | OrderReceipt


class _Success(msgspec.Struct, frozen=True, rename="pascal"):
    response_info: tuple[Receipt, ...]
    submission_id: str


class _Failure(msgspec.Struct, frozen=True, rename="pascal"):
    submission_id: str
    errors: tuple[ErrorEntry, ...]


class Numbers:
    """Issues the ids of what is new; one seed always issues the same ones."""

    def __init__(self, seed: int) -> None:
        # Submission ids must only differ; nothing depends on their being hard to guess.
        self._chance = random.Random(seed)  # noqa: S311
        self._transactions = itertools.count(_FIRST_TRANSACTION)
        self._customers = itertools.count(_FIRST_NEW_CUSTOMER)

    def submission(self) -> str:
        """A new SubmissionId, in a GUID's form."""
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def transaction(self) -> int:
        """A new TransactionId."""
        return next(self._transactions)

    def customer(self) -> int:
        """A new OmedaCustomerId."""
        return next(self._customers)


def success(submission_id: str, *receipts: Receipt) -> Answer:
    """Say what was accepted."""
    return ok(_Success(receipts, submission_id))


def ok(content: msgspec.Struct) -> Answer:
    """Say *content*, and that all is well."""
    return _json(HTTPStatus.OK, content)


def refuse(submission_id: str, *objections: Objection) -> Answer:
    """Say why it was refused, each reason once.

    The status is that of the first, since Omeda does not document how it mixes them.
    """
    found = dict.fromkeys(objections)
    errors = tuple(ErrorEntry(objection.text, objection.merged_into) for objection in found)
    return _json(objections[0].status, _Failure(submission_id, errors))


def html_page(status: int) -> Answer:
    """A page of whatever stands before Omeda's service: no JSON, no `Errors`."""
    title = f"{status} {responses.get(status, 'Unknown')}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page.encode(), {"Content-Type": HTML})


def encrypted_customer_id(customer_id: int) -> str:
    """Fifteen characters, as Omeda's are, and always the same for one customer."""
    return hashlib.sha256(str(customer_id).encode()).hexdigest()[:15].upper()


def _json(status: int, content: msgspec.Struct) -> Answer:
    return Answer(status, msgspec.json.encode(content), {"Content-Type": JSON})
