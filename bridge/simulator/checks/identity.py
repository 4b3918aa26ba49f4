"""A customer id that could be nobody's. Only an order can do without one."""

from bridge.simulator.answers import Objection
from bridge.simulator.fields import Fields
from bridge.simulator.submission import customer_id_of

NO_CUSTOMER = "Please Provide valid OmedaCustomerId."
INVALID = "OmedaCustomerId {} is not a valid customer."


def object_to_assignee(fields: Fields) -> Objection | None:
    """Object where behaviors are to be assigned to nobody."""
    return Objection(NO_CUSTOMER) if customer_id_of(fields) is None else None


def object_to_orderer(fields: Fields) -> Objection | None:
    """Object where an order names a customer that there cannot be."""
    given = fields.get("OmedaCustomerId")
    if given is None or customer_id_of(fields) is not None:
        return None
    return Objection(INVALID.format(given))
