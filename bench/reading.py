"""What reading an event costs: decode, rules and canonical form, beside a bare decode.

    python -m bench.reading

Prints microseconds a record, the best of several rounds: a machine that is busy with other
things can only make a round slower. Compare the lines of one run, not of two.
"""

import json
import timeit
from typing import Any

import msgspec

from bridge.event import Event
from bridge.model import Kind, Partition, Route, Service
from bridge.reading import Reader
from bridge.record import Record

ROUNDS, TIMES = 15, 2_000
DATE = "2026-03-02 09:30:00"

BEHAVIOR: dict[str, Any] = {
    "OmedaCustomerId": 1001,
    "CustomerBehaviors": [
        {
            "BehaviorId": 7,
            "BehaviorDate": DATE,
            "BehaviorPromoCode": "SPRING",
            "BehaviorAttributes": [
                {"BehaviorAttributeTypeId": 222, "BehaviorAttributeValue": "An article"}
            ],
        }
    ],
}
ORDER: dict[str, Any] = {
    "OmedaCustomerId": 1001,
    "ClientOrderId": "ORD-1",
    "OrderDate": "2026-03-02 09:30",
    "Emails": [{"EmailContactType": "300", "EmailAddress": "ada@example.com"}],
    "Products": [
        {"OmedaProductId": 14, "Term": "12", "Amount": "65.00", "SalesTax": 6.5},
        {"OmedaProductId": 15, "Receive": 1},
    ],
    "BillingInformation": {
        "DoCharge": "False",
        "BillingStreet": "1 Example Street",
        "BillingCity": "Northbrook",
        "BillingRegion": "IL",
        "BillingPostalCode": "60062",
        "BillingCountryCode": "USA",
    },
}
CASES: dict[str, tuple[Kind, dict[str, Any]]] = {
    "a behavior": (Kind.BEHAVIOR, BEHAVIOR),
    "a behavior, its date with a zone": (
        Kind.BEHAVIOR,
        {
            **BEHAVIOR,
            "CustomerBehaviors": [{"BehaviorId": 7, "BehaviorDate": "2026-03-02T09:30:00Z"}],
        },
    ),
    "a behavior with an undocumented member": (Kind.BEHAVIOR, {**BEHAVIOR, "Source": {"a": 1}}),
    "a behavior that breaks a rule": (Kind.BEHAVIOR, {**BEHAVIOR, "CustomerBehaviors": [{}]}),
    "a paid order": (Kind.ORDER, ORDER),
}


def main() -> None:
    """Measure each case."""
    for name, (kind, event) in CASES.items():
        print(f"{name:42} {_measured(kind, json.dumps(event).encode())}")


def _measured(kind: Kind, value: bytes) -> str:
    reader = Reader(Route("a-topic", Service("DEMO", kind)), wall_clock=lambda: 0.0)
    record = Record(Partition("a-topic", 0), 0, 0, b"1001", value)
    read, bare = _best(lambda: reader.read(record)), _best(lambda: _bare(value))
    outcome = "delivered" if isinstance(reader.read(record), Event) else "rejected"
    return f"{read:6.1f} us, {read / bare:5.1f} times a bare decode ({outcome})"


def _bare(value: bytes) -> None:
    msgspec.json.decode(value)


def _best(work: Any) -> float:
    return min(timeit.repeat(work, number=TIMES, repeat=ROUNDS)) / TIMES * 1e6


if __name__ == "__main__":
    main()
