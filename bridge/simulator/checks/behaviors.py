"""Behaviors, in each of the three services that take them, in each one's words."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

from bridge.simulator.answers import Objection
from bridge.simulator.catalog import Catalog
from bridge.simulator.checks.attributes import object_to_attributes
from bridge.simulator.checks.dates import INVALID_DATE
from bridge.simulator.fields import SECOND, Fields, integer, is_date, objects, shown

NO_BEHAVIORS = "No behavior Information in request"
NOTHING_SAVED = "  No Customer Behaviors have been saved."


class Wording(NamedTuple):
    """How one service's page says it."""

    unknown: str
    inactive: str
    undated: str
    misdated: str


ASSIGN = Wording(
    unknown="BehaviorId {behavior} is not found.",
    # Its page knows no inactive ones.
    inactive="BehaviorId {behavior} is not found.",
    undated="Please provide BehaviorDate for BehaviorId {behavior}",
    misdated="Invalid date format for BehaviorId {behavior}",
)
BULK = Wording(
    unknown="BehaviorId {behavior} passed in for OmedaCustomerId {customer}, does not exist.",
    inactive=(
        "BehaviorId {behavior} passed in for OmedaCustomerId {customer}, exists but is not active."
    ),
    undated=(
        "BehaviorDate passed in for OmedaCustomerId {customer} and BehaviorId {behavior} "
        "has an invalid format."
    ),
    misdated=(
        "BehaviorDate passed in for OmedaCustomerId {customer} and BehaviorId {behavior} "
        "has an invalid format."
    ),
)
# The orders' page borrows all but the date: it has one text for every date.
ORDER = ASSIGN._replace(misdated=INVALID_DATE)


def object_to_behaviors(fields: Fields, catalog: Catalog, wording: Wording) -> Iterator[Objection]:
    """Object to the behaviors of one customer, who must have some."""
    behaviors = fields.get("CustomerBehaviors")
    if not isinstance(behaviors, list) or not behaviors:
        yield Objection(NO_BEHAVIORS)
        return
    customer = shown(fields.get("OmedaCustomerId"))
    for behavior in objects(behaviors):
        yield from object_to_behavior(behavior, customer, catalog, wording)


def object_to_behavior(
    behavior: Fields, customer: str, catalog: Catalog, wording: Wording
) -> Iterator[Objection]:
    """Object to one behavior."""
    name = shown(behavior.get("BehaviorId"))
    for status, template in _faults(behavior, catalog, wording):
        yield Objection(template.format(behavior=name, customer=customer), status)
    yield from object_to_attributes(behavior, catalog.attributes)


def _faults(
    behavior: Fields, catalog: Catalog, wording: Wording
) -> Iterator[tuple[HTTPStatus, str]]:
    behavior_id = integer(behavior.get("BehaviorId"))
    if behavior_id in catalog.inactive_behaviors:
        yield HTTPStatus.BAD_REQUEST, wording.inactive
    elif behavior_id is None or (catalog.behaviors and behavior_id not in catalog.behaviors):
        yield HTTPStatus.NOT_FOUND, wording.unknown
    date = behavior.get("BehaviorDate")
    if date is None or date == "":
        yield HTTPStatus.BAD_REQUEST, wording.undated
    elif not is_date(date, SECOND):
        yield HTTPStatus.BAD_REQUEST, wording.misdated
