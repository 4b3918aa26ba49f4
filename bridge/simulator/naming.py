"""Whom an order without OmedaCustomerId is about: somebody else's id, an email, or nobody yet."""

from bridge.simulator.answers import Numbers, Objection
from bridge.simulator.customers import CustomerRules
from bridge.simulator.fields import Fields, every, identity
from bridge.simulator.latest import Latest

UNMAPPED = "ClientCustomerId {} is not mapped to an existing OmedaCustomerId."
AMBIGUOUS = "ClientCustomerId {} is mapped to more than one OmedaCustomerId."
OWN_NO_NAMESPACE = "ExternalCustomerIdNamespace is missing, and there is no default."

_REMEMBERED = 100_000


class Names:
    """Finds customers by other names than Omeda's, and gives new ones an OmedaCustomerId."""

    def __init__(self, rules: CustomerRules, numbers: Numbers) -> None:
        self._rules = rules
        self._numbers = numbers
        self._created: Latest[str, int] = Latest(_REMEMBERED)

    def object_to(self, fields: Fields) -> Objection | None:
        """Object to a name that leads nowhere, or to several."""
        external = identity(fields.get("ExternalCustomerId"))
        if external and self._external_name(fields) is None:
            return Objection(OWN_NO_NAMESPACE)
        client_id = identity(fields.get("ClientCustomerId"))
        found = self._rules.client_ids.get(client_id) if client_id else None
        if found is None or len(found) == 1:
            return None
        return Objection((AMBIGUOUS if found else UNMAPPED).format(client_id))

    def find(self, fields: Fields) -> int | None:
        """The OmedaCustomerId of whom *fields* name otherwise; None where Omeda has none yet."""
        external = self._external_name(fields)
        if external in self._rules.external_ids:
            return self._rules.external_ids[external]
        mapped = self._rules.client_ids.get(identity(fields.get("ClientCustomerId")) or "")
        if mapped:
            return mapped[0]
        name = self._name(fields)
        return None if name is None else self._created.get(name)

    def create(self, fields: Fields) -> int:
        """A new OmedaCustomerId for whom *fields* name, to be found by that name later."""
        customer_id = self._numbers.customer()
        name = self._name(fields)
        if name is not None:
            self._created.put(name, customer_id)
        return customer_id

    def _name(self, fields: Fields) -> str | None:
        client_id = identity(fields.get("ClientCustomerId"))
        return (
            self._external_name(fields)
            or (f"client id {client_id}" if client_id else None)
            or _email(fields)
        )

    def _external_name(self, fields: Fields) -> str | None:
        customer = identity(fields.get("ExternalCustomerId"))
        namespace = identity(fields.get("ExternalCustomerIdNamespace"))
        namespace = namespace or self._rules.default_namespace
        return f"{namespace}/{customer}" if customer and namespace else None


def _email(fields: Fields) -> str | None:
    for email in every(fields, "Emails"):
        address = email.get("EmailAddress")
        if isinstance(address, str):
            return f"email {address.lower()}"
    return None
