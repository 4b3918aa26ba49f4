"""Transaction Lookup and Run Processor: what became of an order, and the wish to hurry it."""

from http import HTTPStatus

from bridge.simulator.answers import (
    BatchEntry,
    BatchInfo,
    ErrorEntry,
    Objection,
    TransactionInfo,
    encrypted_customer_id,
)
from bridge.simulator.fields import Fields, every, integer
from bridge.simulator.statuses import MOVED, describe, tells_customer
from bridge.simulator.transactions import Transaction, Transactions

UNKNOWN = "does not exist."
PROCESSED = "has already been processed"
NONE_PROCESSED = "All Transactions that were part of this request were not processed."
OMATCH = (
    "This input_id is not allowed to run in Web Services because it has Omatch in the Process "
    "Flow. Please contact Omeda Customer Support"
)
OWN_NO_TRANSACTION = "Process must hold at least one TransactionId."


class Processing:
    """Both services that take a TransactionId."""

    def __init__(self, transactions: Transactions, *, has_omatch: bool) -> None:
        self._transactions = transactions
        self._has_omatch = has_omatch

    def object_to_lookup(self, brand: str, item: str) -> Objection | None:
        """Object to a transaction that there is not, or not any more."""
        if self._transactions.find(brand, integer(item)) is not None:
            return None
        return Objection(f"TransactionId {item} {UNKNOWN}", HTTPStatus.NOT_FOUND)

    def look_up(self, brand: str, item: str, submission_id: str) -> TransactionInfo:
        """What is known of a transaction. There must be one."""
        transaction = self._found(brand, integer(item))
        status = self._transactions.status(transaction)
        customer = transaction.customer
        errors = self._transactions.errors(transaction)
        return TransactionInfo(
            submission_id,
            transaction.number,
            status,
            omeda_customer_id=customer.omeda_id if tells_customer(status) else None,
            client_customer_id=customer.client_id,
            errors=tuple(ErrorEntry(text) for text in errors),
        )

    def object_to_run(self, brand: str, fields: Fields) -> Objection | None:
        """Object to any of the transactions: one is enough to refuse them all."""
        wanted = _wanted(fields)
        if not wanted or None in wanted:
            return Objection(OWN_NO_TRANSACTION)
        if self._has_omatch:
            return Objection(OMATCH)
        numbers = [number for number in wanted if number is not None]
        found = {number: self._transactions.find(brand, number) for number in numbers}
        unknown = [number for number, transaction in found.items() if transaction is None]
        if unknown:
            text = _sentence(unknown, UNKNOWN, of=len(numbers))
            return Objection(text, HTTPStatus.NOT_FOUND)
        ended = [number for number in numbers if self._has_ended(brand, number)]
        if not ended:
            return None
        # A full stop is missing on Omeda's page, but only where nothing follows.
        end = PROCESSED if len(numbers) == 1 else f"{PROCESSED}."
        return Objection(_sentence(ended, end, of=len(numbers)), HTTPStatus.FORBIDDEN)

    def run(self, brand: str, fields: Fields, submission_id: str) -> BatchInfo:
        """Process them all. There must be nothing to object to."""
        entries = (self._run(self._found(brand, number)) for number in _wanted(fields))
        return BatchInfo(tuple(entries), submission_id)

    def _run(self, transaction: Transaction) -> BatchEntry:
        status = self._transactions.run(transaction)
        customer_id = transaction.customer.omeda_id if status in MOVED else None
        return BatchEntry(
            transaction.number,
            status,
            describe(status),
            success="true" if status in MOVED else "false",
            omeda_customer_id=customer_id,
            encrypted_customer_id=None
            if customer_id is None
            else encrypted_customer_id(customer_id),
        )

    def _has_ended(self, brand: str, number: int) -> bool:
        return self._transactions.has_ended(self._found(brand, number))

    def _found(self, brand: str, number: int | None) -> Transaction:
        transaction = self._transactions.find(brand, number)
        if transaction is None:
            raise LookupError(f"Brand {brand} has no transaction {number}.")
        return transaction


def _wanted(fields: Fields) -> list[int | None]:
    """The ids, in each of the three ways to write them; None for what is no id. Each id once."""
    found: dict[int | None, None] = {}
    for entry in every(fields, "Process"):
        value = entry.get("TransactionId")
        for each in value if isinstance(value, list) else [value]:
            found[integer(each)] = None
    return list(found)


def _sentence(numbers: list[int], end: str, *, of: int) -> str:
    subject = "TransactionId" if len(numbers) == 1 else "TransactionIds"
    sentence = f"{subject} {','.join(map(str, numbers))} {end}"
    return sentence if of == 1 else f"{sentence} {NONE_PROCESSED}"
