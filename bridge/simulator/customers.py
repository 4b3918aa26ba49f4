"""Which customers Omeda knows: all of them, except those that a scenario names."""

from http import HTTPStatus

import msgspec

from bridge.simulator.answers import ErrorEntry, Refusal, refuse
from bridge.simulator.submission import Service


class CustomerRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The customers that are not simply there, by their OmedaCustomerId, in every brand."""

    unknown: frozenset[int] = frozenset()
    merged: dict[int, int] = {}
    """Customers merged into another: the id no longer active, and the one to use instead."""
    pending: dict[int, int] = {}
    """Customers pending deactivation: how many answers say so until one is accepted again."""


class Customers:
    """Answers for the customers, and counts down the answers of those that are pending."""

    def __init__(self, rules: CustomerRules) -> None:
        self._rules = rules
        self._pending = dict(rules.pending)

    def refuse(self, service: Service, customer_id: int) -> Refusal | None:
        """Refuse a customer that cannot be written to now."""
        if customer_id in self._rules.unknown:
            return refuse(HTTPStatus.NOT_FOUND, _unknown(service, customer_id))
        if customer_id in self._rules.merged:
            return _merged(customer_id, self._rules.merged[customer_id])
        if self._pending.get(customer_id, 0) > 0:
            self._pending[customer_id] -= 1
            return refuse(HTTPStatus.BAD_REQUEST, _pending(customer_id))
        return None


def _unknown(service: Service, customer_id: int) -> str:
    if service == "behavior":
        return f"OmedaCustomerId {customer_id} not found."
    return f"OmedaCustomerId {customer_id} is not a valid customer."


def _merged(customer_id: int, into: int) -> Refusal:
    text = f"Customer id {customer_id} is valid but not active. Please use {into}."
    entry = ErrorEntry(text, merged_into_customer_id=into)
    return Refusal(HTTPStatus.BAD_REQUEST, (entry,))


def _pending(customer_id: int) -> str:
    return f"OmedaCustomerId {customer_id} is pending deactivation. Please try again later."
