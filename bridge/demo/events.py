"""Invented events of invented customers, some of them bad on purpose."""

import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

BEHAVIORS, ORDERS = "omeda.behaviors", "omeda.orders"

CUSTOMERS = 300
UNKNOWN_CUSTOMER = 404_404
"""Known to the producer, and not to Omeda."""

_READ, _OPENED, _ATTENDED = 104, 105, 106
_MAGAZINE, _NEWSLETTER = 7, 12
_PROMOTIONS = ("SPRING", "AUTUMN", "RENEWAL")
_BAD_EVERY, _UNKNOWN_EVERY, _ORDER_EVERY = 500, 700, 5


class Sample(NamedTuple):
    """One record to produce. *number* counts all of them, and travels inside the good ones."""

    topic: str
    key: str
    value: bytes
    number: int


def samples(count: int, seed: int = 1) -> Iterator[Sample]:
    """*count* records: four behaviors to an order, and now and then something bad."""
    chance = random.Random(seed)  # noqa: S311 - the demo shows the same every time
    for number in range(1, count + 1):
        customer = 1_000 + chance.randrange(CUSTOMERS)
        if number % _BAD_EVERY == 0:
            yield Sample(BEHAVIORS, str(customer), b'{"OmedaCustomerId": ', number)
        elif number % _UNKNOWN_EVERY == 0:
            yield _behavior(UNKNOWN_CUSTOMER, number, chance)
        elif number % _ORDER_EVERY == 0:
            yield _order(customer, number, chance)
        else:
            yield _behavior(customer, number, chance)


def numbers_of(body: bytes) -> list[int]:
    """The numbers that an accepted body carries: several where behaviors have left together."""
    event = json.loads(body)
    if "ClientOrderId" in event:
        return [int(event["ClientOrderId"])]
    behaviors = event["CustomerBehaviors"]
    return [int(each["BehaviorAttributes"][0]["BehaviorAttributeValue"]) for each in behaviors]


def _behavior(customer: int, number: int, chance: random.Random) -> Sample:
    body = {
        "OmedaCustomerId": customer,
        "CustomerBehaviors": [
            {
                "BehaviorId": chance.choice((_READ, _OPENED, _ATTENDED)),
                "BehaviorDate": "2026-03-02 09:30:00",
                "BehaviorPromoCode": chance.choice(_PROMOTIONS),
                "BehaviorAttributes": [
                    {"BehaviorAttributeTypeId": 222, "BehaviorAttributeValue": str(number)}
                ],
            }
        ],
    }
    return _sample(BEHAVIORS, customer, number, body)


def _order(customer: int, number: int, chance: random.Random) -> Sample:
    body = {
        "OmedaCustomerId": customer,
        "ClientOrderId": str(number),
        "OrderDate": "2026-03-02 09:30",
        "PromoCode": chance.choice(_PROMOTIONS),
        "Products": [
            {"OmedaProductId": _MAGAZINE, "RequestedVersion": "P", "Term": 12},
            {"OmedaProductId": _NEWSLETTER, "Receive": 1},
        ],
    }
    return _sample(ORDERS, customer, number, body)


def _sample(topic: str, customer: int, number: int, body: dict[str, Any]) -> Sample:
    return Sample(topic, str(customer), json.dumps(body).encode(), number)
