"""Assign Behavior, alone and in bulk: what is refused, what is saved, what is answered."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from bridge.simulator import deposits
from bridge.simulator.answers import BehaviorReceipt, BulkReceipt, Objection
from bridge.simulator.catalog import Catalog
from bridge.simulator.checks.behaviors import (
    ASSIGN,
    BULK,
    NOTHING_SAVED,
    object_to_behavior,
    object_to_behaviors,
)
from bridge.simulator.checks.identity import object_to_assignee
from bridge.simulator.customers import Customers
from bridge.simulator.deposits import Deposit
from bridge.simulator.fields import Fields, every, objects
from bridge.simulator.submission import Service, Submission, customer_id_of

Refused: TypeAlias = Literal["nothing_saved", "others_saved"]
"""What becomes of the good behaviors of a refused request: Omeda does not say."""

OWN_NO_CUSTOMERS = "No customer Information in request"


class Assigning:
    """Knows customers and behaviors, and what either service makes of them."""

    def __init__(self, customers: Customers, catalog: Catalog, refused: Refused) -> None:
        self._customers = customers
        self._catalog = catalog
        self._refused = refused

    def object_to_customer(self, service: Service, fields: Fields) -> Objection | None:
        """Object to a customer to whom nothing can be assigned now."""
        customer_id = customer_id_of(fields)
        if customer_id is None:
            return object_to_assignee(fields)
        return self._customers.object_to(service, customer_id)

    def object_to_behaviors(self, fields: Fields) -> Iterator[Objection]:
        """Object to the behaviors of a customer who is in order."""
        return object_to_behaviors(fields, self._catalog, ASSIGN)

    def object_to_bulk(self, fields: Fields) -> Iterator[Objection]:
        """Object to any of the customers: one is enough to refuse them all."""
        customers = fields.get("Customers")
        if not isinstance(customers, list) or not customers:
            yield Objection(OWN_NO_CUSTOMERS)
        for entry in objects(customers):
            for objection in self._object_to_part(entry):
                yield objection._replace(text=f"{objection.text}{NOTHING_SAVED}")

    def saved_of_refused(self, submission: Submission) -> Deposit | None:
        """What is saved of a request whose behaviors are refused."""
        if self._refused == "nothing_saved":
            return None
        good = [
            behavior
            for behavior in every(submission.fields, "CustomerBehaviors")
            if not any(object_to_behavior(behavior, "", self._catalog, ASSIGN))
        ]
        return deposits.some_behaviors(submission, good) if good else None

    def _object_to_part(self, entry: Fields) -> Iterator[Objection]:
        objection = self.object_to_customer("bulk", entry)
        if objection is not None:
            yield objection
        yield from object_to_behaviors(entry, self._catalog, BULK)


def receipt(submission: Submission, root: str) -> BehaviorReceipt:
    """What Assign Behavior tells of what it accepted."""
    customer_id = submission.omeda_customer_id or 0
    return BehaviorReceipt(customer_id, f"{root}/customer/{customer_id}/*")


def bulk_receipts(submission: Submission) -> Iterator[BulkReceipt]:
    """What Assign Behavior Bulk tells of what it accepted."""
    for entry in every(submission.fields, "Customers"):
        behaviors = len(objects(entry.get("CustomerBehaviors")))
        yield BulkReceipt(customer_id_of(entry) or 0, f"{behaviors} Behaviors Submitted.")
