"""What a client submitted: to which service, for which brand, about which customers."""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from bridge.simulator.fields import Fields, every, identity, is_integer

Service: TypeAlias = Literal["behavior", "bulk", "order", "transaction", "processor"]

PREFIX = "/webservices/rest"

_SERVICES: dict[str, Service] = {
    "assignbehavior": "behavior",
    "assignbehavior/bulk": "bulk",
    "storecustomerandorder": "order",
    "runprocessor": "processor",
}
# The asterisk is literal on the wire: a client that escapes it (%2A) does not reach Omeda.
_PATH = re.compile(
    rf"{PREFIX}/brand/(?P<brand>[^/?#%]+)"
    rf"/(?:(?P<service>{'|'.join(_SERVICES)})|transaction/(?P<item>[^/?#%]+))/\*"
)


class Target(msgspec.Struct, frozen=True):
    """One brand's service. Omeda reads brands without regard to case."""

    service: Service
    brand: str
    item: str = ""
    """The id that the path of a look-up names."""


class Submission(msgspec.Struct, frozen=True):
    """One request to a service, read whole but not yet checked."""

    target: Target
    method: str
    headers: Mapping[str, str]
    body: bytes
    content: Fields | None
    """The body's fields; None where it is not a JSON object."""

    @property
    def fields(self) -> Fields:
        """The body's fields; none where it is not a JSON object."""
        return self.content or {}

    @property
    def omeda_customer_id(self) -> int | None:
        """The OmedaCustomerId; None where it is missing or could be nobody's."""
        return customer_id_of(self.fields)

    @property
    def customer(self) -> str | None:
        """Whom it is about, if it is about one; see `customer_of`."""
        return customer_of(self.fields)

    @property
    def customers(self) -> frozenset[str]:
        """All whom it is about. Requests of one customer must never be under way at once."""
        match self.target.service:
            case "behavior" | "order":
                found = [self.customer]
            case "bulk":
                found = [customer_of(entry) for entry in every(self.fields, "Customers")]
            case "transaction" | "processor":
                found = []
        return frozenset(customer for customer in found if customer is not None)


def customer_id_of(fields: Fields) -> int | None:
    """The OmedaCustomerId; None where it is missing or could be nobody's."""
    value = fields.get("OmedaCustomerId")
    return value if is_integer(value) and value > 0 else None


def customer_of(fields: Fields) -> str | None:
    """Whom *fields* are about, by the first identity that is given; None where there is none."""
    return (
        identity(fields.get("OmedaCustomerId"))
        or _external_customer(fields)
        or identity(fields.get("ClientCustomerId"))
    )


def find_target(raw_path: str) -> Target | None:
    """The service at *raw_path*, exactly as it came over the wire; None where there is none."""
    match = _PATH.fullmatch(raw_path)
    if match is None:
        return None
    brand = match["brand"].lower()
    if match["item"] is not None:
        return Target("transaction", brand, match["item"])
    return Target(_SERVICES[match["service"]], brand)


def read_object(body: bytes) -> Fields | None:
    """Decode *body*; None where it is not a JSON object."""
    try:
        content = msgspec.json.decode(body)
    # Deep nesting ends in the second.
    except (msgspec.DecodeError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _external_customer(fields: Fields) -> str | None:
    customer = identity(fields.get("ExternalCustomerId"))
    namespace = identity(fields.get("ExternalCustomerIdNamespace"))
    return f"{namespace}/{customer}" if customer and namespace else customer
