"""An order as a whole: the customer's own fields, calls, and all that other modules check."""

from collections.abc import Iterator
from itertools import chain

from bridge.simulator.answers import Objection
from bridge.simulator.catalog import Catalog
from bridge.simulator.checks.behaviors import ORDER, object_to_behaviors
from bridge.simulator.checks.contacts import object_to_contacts
from bridge.simulator.checks.dates import object_to_dates
from bridge.simulator.checks.demographics import object_to_demographics
from bridge.simulator.checks.payment import object_to_payment
from bridge.simulator.checks.products import object_to_products
from bridge.simulator.fields import Fields, every, integer, is_given

INVALID_STATUS = "CustomerStatusId has an invalid value."
MISSING = "{} is missing."
OWN_SHAPE = "{} must be a list of objects."

_STATUSES = frozenset({0, 1, 3})
_LISTS = (
    "Addresses",
    "Phones",
    "Emails",
    "CustomerDemographics",
    "ProductUpdates",
    "MarketingProducts",
    "Telemarketing",
    "CustomerBehaviors",
)
_CALL = (
    "TelemarketingCompany",
    "TelemarketingRecordingId",
    "TelemarketingAgent",
    "PersonalIdQuestion",
    "SpokeToName",
    "SpokeToTitle",
)


def object_to_order(fields: Fields, catalog: Catalog) -> Iterator[Objection]:
    """Object to whatever is wrong with an order, but for its customer."""
    return chain(
        _object_to_shapes(fields),
        _object_to_status(fields),
        object_to_contacts(fields),
        object_to_demographics(fields, catalog.demographics),
        object_to_products(fields, catalog),
        object_to_dates(fields),
        object_to_payment(fields),
        _object_to_calls(fields),
        _object_to_behaviors(fields, catalog),
    )


def _object_to_shapes(fields: Fields) -> Iterator[Objection]:
    for name in _LISTS:
        value = fields.get(name)
        if value is not None and not _is_list_of_objects(value):
            yield Objection(OWN_SHAPE.format(name))


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _object_to_status(fields: Fields) -> Iterator[Objection]:
    status = fields.get("CustomerStatusId")
    if is_given(status) and integer(status) not in _STATUSES:
        yield Objection(INVALID_STATUS)


def _object_to_calls(fields: Fields) -> Iterator[Objection]:
    for call in every(fields, "Telemarketing"):
        for name in _CALL:
            if not is_given(call.get(name)):
                yield Objection(MISSING.format(name))


def _object_to_behaviors(fields: Fields, catalog: Catalog) -> Iterator[Objection]:
    # Unlike the services for behaviors alone, an order can do without any.
    if is_given(fields.get("CustomerBehaviors")):
        yield from object_to_behaviors(fields, catalog, ORDER)
