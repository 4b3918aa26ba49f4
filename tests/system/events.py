"""Invented publisher events, in exactly the form in which Omeda is to receive them.

Each carries a sequence text of its own, by which it is recognised in a request: as promo
code of a behavior, as client order id of an order.
"""

import itertools
import json
import zlib
from typing import Any, Literal, NamedTuple

Kind = Literal["behavior", "order"]

CUSTOMERS = 200
FIRST_CUSTOMER = 1001


class Event(NamedTuple):
    kind: Kind
    customer: int
    seq: str
    value: bytes

    @property
    def key(self) -> bytes:
        return str(self.customer).encode()


class Author:
    """Writes events; no two of one author share a sequence text."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._turns = itertools.count()

    def mixed(self, count: int) -> list[Event]:
        """Behaviors and orders in turn, each customer coming around with both kinds."""
        return [self._next_turn() for _ in range(count)]

    def behavior(self, customer: int) -> Event:
        seq = f"seq-{next(self._numbers):06}"
        return Event("behavior", customer, seq, encode(behavior_body(customer, seq)))

    def order(self, customer: int, **more: Any) -> Event:
        seq = f"seq-{next(self._numbers):06}"
        return Event("order", customer, seq, encode({**order_body(customer, seq), **more}))

    def _next_turn(self) -> Event:
        turn = next(self._turns)
        customer = FIRST_CUSTOMER + turn // 2 % CUSTOMERS
        return self.behavior(customer) if turn % 2 else self.order(customer)


def behavior_body(customer: int, seq: str) -> dict[str, Any]:
    behavior = {
        "BehaviorId": 7,
        "BehaviorDate": "2024-01-02 03:04:05",
        "BehaviorPromoCode": seq,
        "BehaviorAttributes": [{"BehaviorAttributeTypeId": 222, "BehaviorAttributeValue": "Café"}],
    }
    return {"OmedaCustomerId": customer, "CustomerBehaviors": [behavior]}


def order_body(customer: int, seq: str) -> dict[str, Any]:
    product = {"OmedaProductId": 12, "RequestedVersion": "P", "Quantity": 1, "Amount": "0.00"}
    return {
        "OmedaCustomerId": customer,
        "ClientOrderId": seq,
        "OrderDate": "2024-01-02 03:04",
        "Products": [{**product, "Receive": 0}],
    }


def encode(event: object) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def partition_of(key: bytes, partitions: int) -> int:
    """The same for every topic, so that a customer's behaviors and orders meet in one process."""
    return zlib.crc32(key) % partitions
