"""What else there is in an account: behaviors, products, attributes, demographics, addresses.

Where a scenario names none of a kind, any will do.
"""

from typing import Literal

import msgspec


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A type of behavior attribute."""

    kind: Literal["defined", "text", "number"] = "text"
    """Omeda's three kinds: Defined Values, Open Text, Open Text Number."""
    tags: frozenset[str] = frozenset()
    """The external behavior tags that a BehaviorAttributeValue of defined values may name."""
    inactive_tags: frozenset[str] = frozenset()
    value_ids: frozenset[int] = frozenset()
    """The ids that a BehaviorAttributeValueId may name; where there are none, any."""


class Owned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A postal or an email address that a product may be sent to."""

    customer: int
    active: bool = True


class Catalog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an account holds besides its customers."""

    behaviors: frozenset[int] = frozenset()
    inactive_behaviors: frozenset[int] = frozenset()
    products: frozenset[int] = frozenset()
    attributes: dict[int, Attribute] = {}
    """By BehaviorAttributeTypeId."""
    demographics: dict[int, frozenset[int]] = {}
    """By OmedaDemographicId: the ids of its values; where there are none, any value."""
    addresses: dict[int, Owned] = {}
    """By ShippingAddressId."""
    email_addresses: dict[int, Owned] = {}
    """By EmailAddressId."""
