"""How a customer can be reached: postal addresses, email addresses, phones."""

import re
from collections.abc import Iterator

from bridge.simulator.answers import Objection
from bridge.simulator.fields import Fields, every, identity, integer, shown

INVALID_TYPE = "The submission contained an invalid {name} {value}"
INVALID_EMAIL = "EmailAddress is not valid {}"
NO_NUMBER = "Number must be set."

_ADDRESS_TYPES = frozenset({0, 100, 110})
_EMAIL_TYPES = frozenset({0, 300, 310})
# 220 is in no table of Omeda's, yet in its own sample.
_PHONE_TYPES = frozenset({0, 200, 210, 220, 230, 240, 250, 260, 270})
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def object_to_contacts(fields: Fields) -> Iterator[Objection]:
    """Object to contact types that there are not, and to contacts that reach nobody."""
    for address in every(fields, "Addresses"):
        yield from _object_to_type(address, "AddressContactType", _ADDRESS_TYPES)
    for email in every(fields, "Emails"):
        yield from _object_to_type(email, "EmailContactType", _EMAIL_TYPES)
        yield from _object_to_email(email)
    for phone in every(fields, "Phones"):
        yield from _object_to_type(phone, "PhoneContactType", _PHONE_TYPES)
        if identity(phone.get("Number")) is None:
            yield Objection(NO_NUMBER)


def _object_to_type(contact: Fields, name: str, known: frozenset[int]) -> Iterator[Objection]:
    value = contact.get(name)
    if value is not None and integer(value) not in known:
        yield Objection(INVALID_TYPE.format(name=name, value=value))


def _object_to_email(email: Fields) -> Iterator[Objection]:
    address = email.get("EmailAddress")
    if not isinstance(address, str) or not _EMAIL.fullmatch(address):
        yield Objection(INVALID_EMAIL.format(shown(address)))
