"""The queue behind the orders: every accepted one goes its way through the states, with time."""

import random
from collections.abc import Callable
from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta

from bridge.simulator.answers import Numbers
from bridge.simulator.latest import Latest
from bridge.simulator.statuses import HELD, OF_EXISTING, USUAL
from bridge.simulator.units import Count, Positive, Probability, Seconds


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another way that some transactions go."""

    states: Annotated[tuple[Count, ...], Meta(min_length=1)]
    """One after another, each for `state_seconds`; the last for good.

    Write those of new customers (30, 36, 90, 100): an existing customer's are told as such.
    """
    probability: Probability = 1.0
    customers: frozenset[int | str] = frozenset()
    """Only orders about one of these; where there are none, all."""
    errors: tuple[str, ...] = ()
    """What a look-up tells as the transaction's `Errors`, once the last state is reached."""


class TransactionRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How accepted orders are processed."""

    state_seconds: Seconds = 0.05
    """How long a transaction stays in each of its states."""
    courses: tuple[Course, ...] = ()
    """The first that holds for an order is its way; where none does, it is the usual one."""
    has_omatch: bool = False
    """The input's flow uses Omatch: Run Processor refuses whatever it is given."""
    kept: Positive = 100_000
    """Only the latest are kept. Omeda's are not kept for ever either."""


class Customer(msgspec.Struct, frozen=True):
    """Whose order it is, by Omeda's id and by the client's."""

    omeda_id: int
    name: str | None
    """As the submission named the customer."""
    is_new: bool
    client_id: str | None = None


class Transaction:
    """An accepted order on its way."""

    def __init__(
        self, number: int, brand: str, customer: Customer, course: Course, began: float
    ) -> None:
        self.number = number
        self.brand = brand
        self.customer = customer
        self.states = course.states if customer.is_new else _of_existing(course.states)
        self.errors = course.errors
        self.began = began
        self.was_run = False

    def __repr__(self) -> str:
        return f"<Transaction {self.number}: {' '.join(map(str, self.states))}>"


class Transactions:
    """Keeps the latest transactions, and knows how far each has come."""

    def __init__(
        self, rules: TransactionRules, numbers: Numbers, seed: int, clock: Callable[[], float]
    ) -> None:
        self._rules = rules
        self._numbers = numbers
        self._clock = clock
        # Of its own: how many orders there were must not change which requests faults strike.
        self._chance = random.Random(seed)  # noqa: S311
        self._kept: Latest[int, Transaction] = Latest(rules.kept)

    def __repr__(self) -> str:
        return f"<Transactions: {len(self._kept)}>"

    def begin(self, brand: str, customer: Customer) -> Transaction:
        """Put an order of *customer* into the queue."""
        number = self._numbers.transaction()
        course = self._course(customer)
        transaction = Transaction(number, brand, customer, course, self._clock())
        self._kept.put(number, transaction)
        return transaction

    def find(self, brand: str, number: int | None) -> Transaction | None:
        """The transaction of that *number*; None where *brand* has none, or none any more."""
        found = None if number is None else self._kept.get(number)
        return found if found is not None and found.brand == brand else None

    def status(self, transaction: Transaction) -> int:
        """The state that *transaction* is in now."""
        return transaction.states[self._index(transaction)]

    def has_ended(self, transaction: Transaction) -> bool:
        """Whether nothing more happens to *transaction*, also if somebody wanted it to."""
        return self._is_last(transaction) and self.status(transaction) not in HELD

    def errors(self, transaction: Transaction) -> tuple[str, ...]:
        """What is known to be wrong with *transaction*."""
        return transaction.errors if self._is_last(transaction) else ()

    def run(self, transaction: Transaction) -> int:
        """Let *transaction* go all its way at once, and say where that led."""
        transaction.was_run = True
        return self.status(transaction)

    def _index(self, transaction: Transaction) -> int:
        last = len(transaction.states) - 1
        seconds = self._rules.state_seconds
        if transaction.was_run or seconds == 0:
            return last
        return min(last, int((self._clock() - transaction.began) / seconds))

    def _is_last(self, transaction: Transaction) -> bool:
        return self._index(transaction) == len(transaction.states) - 1

    def _course(self, customer: Customer) -> Course:
        for course in self._rules.courses:
            named = {str(name) for name in course.customers}
            is_meant = not named or customer.name in named
            if is_meant and self._chance.random() < course.probability:
                return course
        return _USUAL


_USUAL = Course(USUAL)


@cache
def _of_existing(states: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(OF_EXISTING.get(state, state) for state in states)
