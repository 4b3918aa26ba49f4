"""What a submission leaves in Omeda's queue: for each of its customers, some events."""

import msgspec

from bridge.simulator.fields import Fields, every, objects
from bridge.simulator.submission import Submission, customer_of


class Deposit(msgspec.Struct, frozen=True):
    """One customer's part of a submission. Each behavior is an event; an order is one."""

    customer: str | None
    body: bytes
    events: tuple[Fields, ...]


def behaviors(submission: Submission) -> Deposit:
    """All behaviors of a customer."""
    events = tuple(objects(submission.fields.get("CustomerBehaviors")))
    return Deposit(submission.customer, submission.body, events)


def some_behaviors(submission: Submission, saved: list[Fields]) -> Deposit:
    """Only those behaviors of a customer that are *saved*."""
    body = msgspec.json.encode(submission.fields | {"CustomerBehaviors": saved})
    return Deposit(submission.customer, body, tuple(saved))


def bulk_behaviors(submission: Submission) -> tuple[Deposit, ...]:
    """The behaviors of every customer, each with the customer's own part of the body."""
    return tuple(
        Deposit(
            customer_of(entry),
            msgspec.json.encode(entry),
            tuple(every(entry, "CustomerBehaviors")),
        )
        for entry in every(submission.fields, "Customers")
    )


def order(submission: Submission) -> Deposit:
    """An order as a whole."""
    return Deposit(submission.customer, submission.body, (submission.fields,))
