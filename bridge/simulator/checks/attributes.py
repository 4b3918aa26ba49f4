"""The attributes of behaviors. Their texts stand on the orders' page only."""

from collections.abc import Iterator, Mapping

from bridge.simulator.answers import Objection
from bridge.simulator.catalog import Attribute
from bridge.simulator.fields import Fields, decimal, integer, is_given, objects, shown

EMPTY = (
    "BehaviorAttributes must have at least one set of BehaviorAttributeTypeId and "
    "BehaviorAttributeValue."
)
NO_TYPE = "BehaviorAttributeTypeId is missing."
# The two spaces are Omeda's.
NO_VALUE = "BehaviorAttributeValue  is missing."
UNKNOWN_TYPE = "BehaviorAttributeTypeId {} is not valid."
NO_NUMBER = "Open Text Number must be a number value."
UNKNOWN_TAG = "External Behavior Tag did not match any attribute values."
INACTIVE_TAG = "External Behavior Tag matched an inactive attribute values."
OWN_BOTH = "BehaviorAttributeValueId can only be present if BehaviorAttributeValue is not present."
OWN_UNKNOWN_VALUE_ID = "BehaviorAttributeValueId did not match any attribute values."


def object_to_attributes(behavior: Fields, known: Mapping[int, Attribute]) -> Iterator[Objection]:
    """Object to the attributes of *behavior*. No *known* ones means that any is known."""
    attributes = behavior.get("BehaviorAttributes")
    if attributes is None:
        return
    if not isinstance(attributes, list) or not attributes:
        yield Objection(EMPTY)
    for entry in objects(attributes):
        yield from _object_to_entry(entry)
        type_id = integer(entry.get("BehaviorAttributeTypeId"))
        if type_id is not None and known:
            yield from _object_to_kind(behavior, entry, type_id, known.get(type_id))


def _object_to_entry(entry: Fields) -> Iterator[Objection]:
    type_id = entry.get("BehaviorAttributeTypeId")
    if not is_given(type_id):
        yield Objection(NO_TYPE)
    elif integer(type_id) is None:
        yield Objection(UNKNOWN_TYPE.format(type_id))
    match is_given(entry.get("BehaviorAttributeValue")), _names_value(entry):
        case False, False:
            yield Objection(NO_VALUE)
        case True, True:
            yield Objection(OWN_BOTH)
        case _:
            pass


def _names_value(entry: Fields) -> bool:
    return is_given(entry.get("BehaviorAttributeValueId"))


def _object_to_kind(
    behavior: Fields, entry: Fields, type_id: int, attribute: Attribute | None
) -> Iterator[Objection]:
    if attribute is None:
        yield Objection(UNKNOWN_TYPE.format(type_id))
        return
    text = _mismatch(entry, attribute)
    if text is not None:
        name = shown(behavior.get("BehaviorId"))
        place = f"BehaviorId: {name}, BehaviorAttributeTypeId: {type_id}"
        yield Objection(f"{place} - {text}")


def _mismatch(entry: Fields, attribute: Attribute) -> str | None:
    value = entry.get("BehaviorAttributeValue")
    match attribute.kind:
        case "text":
            return None
        case "number":
            return NO_NUMBER if is_given(value) and decimal(value) is None else None
        case "defined":
            return _unmatched(entry, attribute)


def _unmatched(entry: Fields, attribute: Attribute) -> str | None:
    value = entry.get("BehaviorAttributeValue")
    if is_given(value) and str(value) in attribute.inactive_tags:
        return INACTIVE_TAG
    if is_given(value) and str(value) not in attribute.tags:
        return UNKNOWN_TAG
    if _names_value(entry) and attribute.value_ids:
        value_id = integer(entry["BehaviorAttributeValueId"])
        return None if value_id in attribute.value_ids else OWN_UNKNOWN_VALUE_ID
    return None
