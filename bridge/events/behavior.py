"""The body of *Assign Behavior*. Source: Omeda's page of that name."""

from typing import Annotated

from msgspec import Meta

from bridge.events.columns import CustomerId, Element, Id
from bridge.events.dates import Moment
from bridge.events.values import Given


class BehaviorAttribute(Element):
    """One attribute of a behavior: its type, and exactly one of value and value id.

    The same type may occur several times in one behavior.
    """

    BehaviorAttributeTypeId: Id | None = None
    """Required. Omeda's id of the attribute."""
    BehaviorAttributeValue: Given | None = None
    """The attribute's text or number; not together with `BehaviorAttributeValueId`."""
    BehaviorAttributeValueId: Id | None = None
    """The id of a defined value; only for attributes of type 1, which the body cannot show."""


class CustomerBehavior(Element):
    """One thing that a customer did."""

    BehaviorId: Id | None = None
    """Required. Omeda's id of the behavior."""
    BehaviorDate: Moment | None = None
    """Required. When it occurred."""
    PromoCode: str | None = None
    """Deprecated: use `BehaviorPromoCode`."""
    BehaviorPromoCode: str | None = None
    """Promotion code."""
    BehaviorAttributes: list[BehaviorAttribute] | None = None
    """Where given, at least one."""


class AssignBehavior(Element):
    """One existing customer, and what that customer did."""

    OmedaCustomerId: CustomerId
    """Required. The customer must exist in Omeda, and be active."""
    CustomerBehaviors: Annotated[list[CustomerBehavior], Meta(min_length=1)]
    """Required. At least one."""
