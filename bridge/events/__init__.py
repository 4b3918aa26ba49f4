"""What producers send: the two events, each element and member in Omeda's own names.

A member that is absent, or null, is None here and is not sent; `""`, `0` and `false` are
values, and are sent. What no struct names travels beside them, untouched.
"""

from bridge.events.behavior import AssignBehavior, BehaviorAttribute, CustomerBehavior
from bridge.events.billing import Billing
from bridge.events.columns import Column, Element, columns
from bridge.events.contacts import Address, Demographic, Email, Phone
from bridge.events.dates import Day, Minute, Moment
from bridge.events.order import Call, StoreOrder
from bridge.events.products import (
    MarketingProduct,
    Product,
    ProductFieldResponse,
    ProductUpdate,
)
from bridge.events.values import Flag, Given, Money, MonthYear, Switch

__all__ = [
    "Address",
    "AssignBehavior",
    "BehaviorAttribute",
    "Billing",
    "Call",
    "Column",
    "CustomerBehavior",
    "Day",
    "Demographic",
    "Element",
    "Email",
    "Flag",
    "Given",
    "MarketingProduct",
    "Minute",
    "Moment",
    "Money",
    "MonthYear",
    "Phone",
    "Product",
    "ProductFieldResponse",
    "ProductUpdate",
    "StoreOrder",
    "Switch",
    "columns",
]
