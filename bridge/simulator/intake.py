"""The intake of both write services: refuses a submission, or accepts it into the books."""

import time

import msgspec

from bridge.simulator import checks
from bridge.simulator.answers import (
    Answer,
    BehaviorReceipt,
    Numbers,
    OrderReceipt,
    Refusal,
    encrypted_customer_id,
    failure,
    success,
)
from bridge.simulator.books import Books, Visit
from bridge.simulator.customers import Customers
from bridge.simulator.scenario import Scenario
from bridge.simulator.submission import PREFIX, Submission


class Intake:
    """Does what Omeda does with a submission where nothing goes wrong.

    Omeda deposits what it accepts in a queue and answers at once, so acceptance is all there is.
    """

    def __init__(self, scenario: Scenario, books: Books, numbers: Numbers) -> None:
        self._scenario = scenario
        self._books = books
        self._numbers = numbers
        self._customers = Customers(scenario.customers)

    def answer(self, visit: Visit, submission: Submission) -> Answer:
        """Accept or refuse *submission*, and say so."""
        refusal = self._refuse(submission)
        submission_id = self._numbers.submission()
        if refusal is not None:
            return failure(refusal, submission_id)
        self._books.accept(visit, submission, time.monotonic())
        return success(self._receipt(submission), submission_id)

    def _refuse(self, submission: Submission) -> Refusal | None:
        return (
            checks.refuse_request(submission, self._scenario.app_ids)
            or checks.refuse_identity(submission)
            or self._refuse_customer(submission)
            or self._refuse_events(submission)
        )

    def _refuse_customer(self, submission: Submission) -> Refusal | None:
        customer_id = submission.omeda_customer_id
        if customer_id is None:
            return None
        return self._customers.refuse(submission.target.service, customer_id)

    def _refuse_events(self, submission: Submission) -> Refusal | None:
        if submission.target.service == "behavior":
            return checks.refuse_behaviors(submission.fields, self._scenario.behavior_ids)
        return checks.refuse_products(submission.fields)

    def _receipt(self, submission: Submission) -> BehaviorReceipt | OrderReceipt:
        root = f"http://{submission.headers.get('host')}{PREFIX}/brand/{submission.target.brand}"
        customer_id = submission.omeda_customer_id
        if submission.target.service == "behavior" and customer_id is not None:
            return BehaviorReceipt(customer_id, f"{root}/customer/{customer_id}/*")
        transaction = self._numbers.transaction()
        receipt = OrderReceipt(transaction, f"{root}/transaction/{transaction}/*")
        return self._processed(receipt, customer_id) if _runs_processor(submission) else receipt

    def _processed(self, receipt: OrderReceipt, customer_id: int | None) -> OrderReceipt:
        """The receipt of an order that was processed at once, so that its customer is known."""
        customer_id = customer_id or self._numbers.customer()
        return msgspec.structs.replace(
            receipt,
            customer_id=customer_id,
            encrypted_customer_id=encrypted_customer_id(customer_id),
        )


def _runs_processor(submission: Submission) -> bool:
    return submission.fields.get("RunProcessor") in (1, "1")
