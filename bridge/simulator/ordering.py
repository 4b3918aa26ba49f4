"""Save Customer and Order: whom an order is about, and what is answered."""

from collections.abc import Iterator

import msgspec

from bridge.simulator.answers import Objection, OrderReceipt, encrypted_customer_id
from bridge.simulator.catalog import Catalog
from bridge.simulator.checks.identity import object_to_orderer
from bridge.simulator.checks.order import object_to_order
from bridge.simulator.customers import Customers
from bridge.simulator.fields import Fields, identity
from bridge.simulator.naming import Names
from bridge.simulator.statuses import MOVED
from bridge.simulator.submission import Submission, customer_of
from bridge.simulator.transactions import Customer, Transaction, Transactions


class Ordering:
    """Finds the customer, begins the transaction, and processes it at once where asked to."""

    def __init__(
        self, customers: Customers, names: Names, transactions: Transactions, catalog: Catalog
    ) -> None:
        self._customers = customers
        self._names = names
        self._transactions = transactions
        self._catalog = catalog

    def object_to(self, submission: Submission) -> Iterator[Objection]:
        """Object to the customer or, with the customer in order, to all else."""
        objection = self._object_to_customer(submission)
        if objection is not None:
            yield objection
        else:
            yield from object_to_order(submission.fields, self._catalog)

    def begin(self, submission: Submission) -> Transaction:
        """Put the order into the queue."""
        customer = self._customer(submission)
        transaction = self._transactions.begin(submission.target.brand, customer)
        if _runs_processor(submission.fields):
            self._transactions.run(transaction)
        return transaction

    def receipt(self, transaction: Transaction, root: str) -> OrderReceipt:
        """What is told of an accepted order: its customer too, if it was processed at once."""
        receipt = OrderReceipt(transaction.number, f"{root}/transaction/{transaction.number}/*")
        if not transaction.was_run or self._transactions.status(transaction) not in MOVED:
            return receipt
        customer_id = transaction.customer.omeda_id
        return msgspec.structs.replace(
            receipt,
            customer_id=customer_id,
            encrypted_customer_id=encrypted_customer_id(customer_id),
        )

    def _object_to_customer(self, submission: Submission) -> Objection | None:
        fields = submission.fields
        objection = object_to_orderer(fields)
        if objection is not None:
            return objection
        customer_id = submission.omeda_customer_id
        if customer_id is None:
            objection = self._names.object_to(fields)
            customer_id = self._names.find(fields)
        if objection is not None or customer_id is None:
            return objection
        return self._customers.object_to("order", customer_id)

    def _customer(self, submission: Submission) -> Customer:
        fields = submission.fields
        known = submission.omeda_customer_id or self._names.find(fields)
        customer_id = known or self._names.create(fields)
        self._customers.admit(customer_id)
        return Customer(
            customer_id,
            name=customer_of(fields),
            is_new=known is None,
            client_id=identity(fields.get("ClientCustomerId")),
        )


def _runs_processor(fields: Fields) -> bool:
    return fields.get("RunProcessor") in (1, "1")
