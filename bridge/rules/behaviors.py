"""What customers did."""

from bridge.events import BehaviorAttribute, CustomerBehavior
from bridge.rules.book import Broken, Strictness, required, rule

REJECT = Strictness.REJECT

_ORDER = "Save Customer and Order"


@rule(CustomerBehavior, REJECT, source="Assign Behavior: BehaviorId is required")
def behavior_id(behavior: CustomerBehavior) -> Broken:
    """A behavior has its id."""
    return required(behavior, "BehaviorId")


@rule(CustomerBehavior, REJECT, source='Assign Behavior: "Please provide BehaviorDate"')
def behavior_date(behavior: CustomerBehavior) -> Broken:
    """A behavior has its date."""
    return required(behavior, "BehaviorDate")


@rule(CustomerBehavior, REJECT, source=f'{_ORDER}: "BehaviorAttributes must have at least one set"')
def behavior_attributes(behavior: CustomerBehavior) -> Broken:
    """A list of attributes is not empty."""
    if behavior.BehaviorAttributes == []:
        yield "BehaviorAttributes", "must hold at least one attribute where it is given"


@rule(BehaviorAttribute, REJECT, source=f'{_ORDER}: "BehaviorAttributeTypeId is missing."')
def attribute_type(attribute: BehaviorAttribute) -> Broken:
    """An attribute has its type."""
    return required(attribute, "BehaviorAttributeTypeId")


@rule(BehaviorAttribute, REJECT, source="Assign Behavior: Customer Behavior Attributes Element")
def attribute_value(attribute: BehaviorAttribute) -> Broken:
    """An attribute has exactly one of value and value id."""
    given = (attribute.BehaviorAttributeValue, attribute.BehaviorAttributeValueId)
    if given == (None, None):
        yield "BehaviorAttributeValue", "is required, or BehaviorAttributeValueId"
    if None not in given:
        yield "BehaviorAttributeValueId", "must not be given together with BehaviorAttributeValue"
