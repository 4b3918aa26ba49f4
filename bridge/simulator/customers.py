"""Which customers Omeda knows: all of them, except those that a scenario names."""

from collections.abc import Callable
from http import HTTPStatus

import msgspec

from bridge.simulator.answers import Objection
from bridge.simulator.submission import Service
from bridge.simulator.units import Count, Seconds

UNKNOWN = "OmedaCustomerId {} not found."
UNKNOWN_IN_BULK = "OmedaCustomerId {} does not exist."
UNKNOWN_IN_ORDER = "OmedaCustomerId {} is not a valid customer."
INACTIVE_IN_BULK = "OmedaCustomerId {} exists but is not active."
MERGED = "Customer id {} is valid but not active. Please use {}."
PENDING = "OmedaCustomerId {} is pending deactivation. Please try again later."

_UNKNOWN: dict[Service, str] = {"behavior": UNKNOWN, "bulk": UNKNOWN_IN_BULK}


class CustomerRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The customers that are not simply there, by their OmedaCustomerId, in every brand."""

    unknown: frozenset[int] = frozenset()
    merged: dict[int, int] = {}
    """Customers merged into another: the id no longer active, and the one to use instead.

    That one may be merged too: a chain is told one step at a time.
    """
    pending: dict[int, Count] = {}
    """Customers pending deactivation: how many answers say so until that is over."""
    pending_seconds: dict[int, Seconds] = {}
    """Likewise, for so many seconds from the start."""
    inactive: frozenset[int] = frozenset()
    known: frozenset[int] = frozenset()
    """Where there are any, there are no others than these and those named above."""
    external_ids: dict[str, int] = {}
    """`namespace/ExternalCustomerId` and whose it is. Any other is a new customer's."""
    default_namespace: str | None = "default"
    """Whose ExternalCustomerId it is where none is named; null: that is an error."""
    client_ids: dict[str, tuple[int, ...]] = {}
    """ClientCustomerId and whose it is; with none or several, Omeda says so."""


class Customers:
    """Answers for the customers, and counts down what is pending."""

    def __init__(self, rules: CustomerRules, clock: Callable[[], float]) -> None:
        self._rules = rules
        self._clock = clock
        self._since = clock()
        self._pending = dict(rules.pending)
        named = {*rules.inactive, *rules.merged, *rules.pending, *rules.pending_seconds}
        self._known = rules.known | named if rules.known else frozenset()

    def object_to(self, service: Service, customer_id: int) -> Objection | None:
        """Object to a customer that cannot be written to now.

        What is pending comes first: when that is over, the customer may prove to be merged.
        """
        rules = self._rules
        if self._is_pending(customer_id):
            return Objection(PENDING.format(customer_id))
        if customer_id in rules.merged:
            return _merged(service, customer_id, rules.merged[customer_id])
        if customer_id in rules.inactive:
            return _inactive(service, customer_id)
        if customer_id in rules.unknown or (self._known and customer_id not in self._known):
            text = _UNKNOWN.get(service, UNKNOWN_IN_ORDER)
            return Objection(text.format(customer_id), HTTPStatus.NOT_FOUND)
        return None

    def admit(self, customer_id: int) -> None:
        """Know *customer_id* from now on: it is new."""
        if self._known:
            self._known |= {customer_id}

    def _is_pending(self, customer_id: int) -> bool:
        answers = self._pending.get(customer_id, 0)
        if answers > 0:
            self._pending[customer_id] = answers - 1
            return True
        seconds = self._rules.pending_seconds.get(customer_id)
        return seconds is not None and self._clock() - self._since < seconds


def _merged(service: Service, customer_id: int, into: int) -> Objection:
    if service == "bulk":
        # Its page knows no merged customers, only inactive ones.
        return _inactive(service, customer_id)
    return Objection(MERGED.format(customer_id, into), merged_into=into)


def _inactive(service: Service, customer_id: int) -> Objection:
    if service == "bulk":
        return Objection(INACTIVE_IN_BULK.format(customer_id))
    text = _UNKNOWN.get(service, UNKNOWN_IN_ORDER)
    return Objection(text.format(customer_id), HTTPStatus.NOT_FOUND)
