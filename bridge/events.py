"""The two events, as far as routing needs them; the field names are Omeda's own.

Every other member is left as it is: what a struct here does not name still reaches Omeda.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

CustomerId = (
    Annotated[int, Meta(ge=1, lt=10**18)] | Annotated[str, Meta(pattern=r"\A0*[1-9][0-9]{0,17}\Z")]
)
"""Omeda's own customer id: an integer, which producers may also write as a digit string."""

ForeignId = int | str
"""An id from the publisher's own system: an integer, or any text."""


class Behaviors(Struct):
    """The body of *Assign Behavior*: one existing customer, and what that customer did."""

    OmedaCustomerId: CustomerId
    CustomerBehaviors: Annotated[list[msgspec.Raw], Meta(min_length=1)]


class Order(Struct):
    """The body of *Store Customer and Order*, in which no member is required."""

    OmedaCustomerId: CustomerId | None = None
    ExternalCustomerId: ForeignId | None = None
    ExternalCustomerIdNamespace: str | None = None
    ClientCustomerId: ForeignId | None = None
