"""What a client submitted: to which service, for which brand, about which customer."""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, TypeGuard

import msgspec

Service: TypeAlias = Literal["behavior", "order"]
Fields: TypeAlias = dict[str, object]

PREFIX = "/webservices/rest"

_SERVICES: dict[str, Service] = {"assignbehavior": "behavior", "storecustomerandorder": "order"}
# The asterisk is literal on the wire: a client that escapes it (%2A) does not reach Omeda.
_PATH = re.compile(rf"{PREFIX}/brand/([^/?#%]+)/({'|'.join(_SERVICES)})/\*")


class Target(msgspec.Struct, frozen=True):
    """One brand's write service. Omeda reads brands without regard to case."""

    service: Service
    brand: str


class Submission(msgspec.Struct, frozen=True):
    """One request to a write service, read whole but not yet checked."""

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
        value = self.fields.get("OmedaCustomerId")
        return value if is_integer(value) and value > 0 else None

    @property
    def customer(self) -> str | None:
        """Whom it is about, by the first identity that is given; None where there is none.

        Requests of one customer must never be under way at once.
        """
        return (
            _identity(self.fields.get("OmedaCustomerId"))
            or self._external_customer
            or _identity(self.fields.get("ClientCustomerId"))
        )

    @property
    def events(self) -> int:
        """How many events it carries: each behavior is one, an order is one."""
        behaviors = self.fields.get("CustomerBehaviors")
        if self.target.service == "behavior" and isinstance(behaviors, list):
            return len(behaviors)
        return 1

    @property
    def _external_customer(self) -> str | None:
        customer = _identity(self.fields.get("ExternalCustomerId"))
        namespace = _identity(self.fields.get("ExternalCustomerIdNamespace"))
        return f"{namespace}/{customer}" if customer and namespace else customer


def find_target(raw_path: str) -> Target | None:
    """The service at *raw_path*, exactly as it came over the wire; None where there is none."""
    match = _PATH.fullmatch(raw_path)
    if match is None:
        return None
    return Target(_SERVICES[match[2]], match[1].lower())


def read_object(body: bytes) -> Fields | None:
    """Decode *body*; None where it is not a JSON object."""
    try:
        content = msgspec.json.decode(body)
    # Deep nesting ends in the second.
    except (msgspec.DecodeError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def is_integer(value: object) -> TypeGuard[int]:
    """Whether *value* is a JSON integer. To Python alone, `true` would be one."""
    return isinstance(value, int) and not isinstance(value, bool)


def _identity(value: object) -> str | None:
    return str(value) if (isinstance(value, str) and value) or is_integer(value) else None
