"""The intake of all services: refuses a submission, or accepts it into the books."""

from collections.abc import Callable

from bridge.simulator import deposits
from bridge.simulator.answers import Answer, Numbers, ok, refuse, success
from bridge.simulator.assigning import Assigning, bulk_receipts, receipt
from bridge.simulator.books import Acceptance, Books, Visit
from bridge.simulator.checks.request import object_to_request
from bridge.simulator.customers import Customers
from bridge.simulator.deposits import Deposit
from bridge.simulator.naming import Names
from bridge.simulator.ordering import Ordering
from bridge.simulator.processing import Processing
from bridge.simulator.scenario import Scenario
from bridge.simulator.submission import PREFIX, Submission
from bridge.simulator.transactions import Transactions


class Intake:
    """Does what Omeda does with a submission where nothing goes wrong.

    Omeda deposits what it accepts in a queue and answers at once, so acceptance is all there is;
    what becomes of an order can be looked up later.
    """

    def __init__(
        self, scenario: Scenario, books: Books, numbers: Numbers, clock: Callable[[], float]
    ) -> None:
        self._app_ids = scenario.app_ids
        self._books = books
        self._numbers = numbers
        self._clock = clock
        rules = scenario.transactions
        customers = Customers(scenario.customers, clock)
        transactions = Transactions(rules, numbers, scenario.seed, clock)
        names = Names(scenario.customers, numbers)
        self._assigning = Assigning(customers, scenario.catalog, scenario.refused_behaviors)
        self._ordering = Ordering(customers, names, transactions, scenario.catalog)
        self._processing = Processing(transactions, has_omatch=rules.has_omatch)

    def answer(self, visit: Visit, submission: Submission) -> Answer:
        """Accept or refuse *submission*, and say so."""
        submission_id = self._numbers.submission()
        objection = object_to_request(submission, self._app_ids)
        if objection is not None:
            return refuse(submission_id, objection)
        match submission.target.service:
            case "behavior":
                return self._assign(visit, submission, submission_id)
            case "bulk":
                return self._assign_bulk(visit, submission, submission_id)
            case "order":
                return self._order(visit, submission, submission_id)
            case "transaction":
                return self._look_up(submission, submission_id)
            case "processor":
                return self._run(submission, submission_id)

    def _assign(self, visit: Visit, submission: Submission, submission_id: str) -> Answer:
        nobody = self._assigning.object_to_customer("behavior", submission.fields)
        if nobody is not None:
            return refuse(submission_id, nobody)
        objections = tuple(self._assigning.object_to_behaviors(submission.fields))
        if objections:
            self._save_rest(visit, submission, submission_id)
            return refuse(submission_id, *objections)
        self._accept(visit, submission, submission_id, deposits.behaviors(submission))
        return success(submission_id, receipt(submission, _root(submission)))

    def _save_rest(self, visit: Visit, submission: Submission, submission_id: str) -> None:
        saved = self._assigning.saved_of_refused(submission)
        if saved is not None:
            acceptance = Acceptance(self._clock(), submission_id, refused=True)
            self._books.accept(visit, submission.target, acceptance, saved)

    def _assign_bulk(self, visit: Visit, submission: Submission, submission_id: str) -> Answer:
        objections = tuple(self._assigning.object_to_bulk(submission.fields))
        if objections:
            return refuse(submission_id, *objections)
        self._accept(visit, submission, submission_id, *deposits.bulk_behaviors(submission))
        return success(submission_id, *bulk_receipts(submission))

    def _order(self, visit: Visit, submission: Submission, submission_id: str) -> Answer:
        objections = tuple(self._ordering.object_to(submission))
        if objections:
            return refuse(submission_id, *objections)
        transaction = self._ordering.begin(submission)
        acceptance = Acceptance(self._clock(), submission_id, transaction.number)
        self._books.accept(visit, submission.target, acceptance, deposits.order(submission))
        return success(submission_id, self._ordering.receipt(transaction, _root(submission)))

    def _look_up(self, submission: Submission, submission_id: str) -> Answer:
        brand, item = submission.target.brand, submission.target.item
        objection = self._processing.object_to_lookup(brand, item)
        if objection is not None:
            return refuse(submission_id, objection)
        return ok(self._processing.look_up(brand, item, submission_id))

    def _run(self, submission: Submission, submission_id: str) -> Answer:
        brand, fields = submission.target.brand, submission.fields
        objection = self._processing.object_to_run(brand, fields)
        if objection is not None:
            return refuse(submission_id, objection)
        return ok(self._processing.run(brand, fields, submission_id))

    def _accept(
        self, visit: Visit, submission: Submission, submission_id: str, *parts: Deposit
    ) -> None:
        acceptance = Acceptance(self._clock(), submission_id)
        self._books.accept(visit, submission.target, acceptance, *parts)


def _root(submission: Submission) -> str:
    """Where this brand's services are, as the client reached them."""
    return f"http://{submission.headers.get('host')}{PREFIX}/brand/{submission.target.brand}"
