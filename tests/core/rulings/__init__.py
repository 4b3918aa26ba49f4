"""Events that break rules, one rule at a time, and the nearest that do not.

Every rule needs a case here: `test_rules.py` fails for one that has none.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date
from typing import Any, NamedTuple

from bridge.decode import EventDecoder
from bridge.model import Kind
from bridge.rules import Finding, RuleBook, Strictness, Whole

Members = dict[str, Any]

TODAY = date(2026, 3, 2)
CARD = "4111111111111111"
"""A published test number; it belongs to nobody."""
CODE = "9137"


class Case(NamedTuple):
    """*broken* breaks *rule* once, at *path*; *good* breaks no rule at all."""

    rule: str
    broken: Members
    path: str
    sentence: str
    good: Members
    kind: Kind = Kind.ORDER


def findings(
    event: Members, kind: Kind = Kind.ORDER, overrides: Mapping[str, Strictness] | None = None
) -> list[Finding]:
    """What a route finds wrong with *event*."""
    decoded = EventDecoder(kind, UTC).decode(json.dumps(event).encode())
    return RuleBook(overrides or {}).findings(Whole(decoded.event, decoded.extra, lambda: TODAY))


def order(**members: Any) -> Members:
    return {"OmedaCustomerId": 1001, **members}


def behavior(**members: Any) -> Members:
    one = {"BehaviorId": 7, "BehaviorDate": "2026-01-02 03:04:05", **members}
    return {"OmedaCustomerId": 1001, "CustomerBehaviors": [one]}


def attribute(**members: Any) -> Members:
    return behavior(BehaviorAttributes=[members])


def address(**members: Any) -> Members:
    return order(Addresses=[members])


def product(**members: Any) -> Members:
    return {"OmedaProductId": 14, **members}


def billing(**members: Any) -> Members:
    """Bill-me: the address, and what is always there."""
    return {
        "BillingStreet": "1 Main St",
        "BillingCity": "Springfield",
        "BillingCountryCode": "DEU",
        "DoCharge": "False",
        **members,
    }


def card(**members: Any) -> Members:
    """A payment that was made elsewhere."""
    whole = {
        "CreditCardNumber": CARD,
        "CreditCardType": "1",
        "ExpirationDate": "0330",
        "CardSecurityCode": CODE,
        "NameOnCard": "Ann Example",
        "DepositDate": "2026-03-01",
        "AuthCode": "A-1",
    }
    return billing(**whole | members)


def paid(bill: Members | None = None, **members: Any) -> Members:
    """An order with one paid product, billed as *bill* says."""
    one = product(**{"Amount": "65.00", "SalesTax": "6.50", "Term": "12"} | members)
    return order(Products=[one], BillingInformation=billing() if bill is None else bill)


def call(**members: Any) -> Members:
    whole = {
        "TelemarketingCompany": "Callers Inc",
        "TelemarketingRecordingId": "r-1",
        "TelemarketingAgent": "a-1",
        "PersonalIdQuestion": "blue",
        "SpokeToName": "Ann Example",
        "SpokeToTitle": "Owner",
    }
    return order(Telemarketing=[whole | members])
