"""How a paid order is billed. Source: Omeda's page "Save Customer and Order Paid"."""

from typing import Annotated

from bridge.events.columns import Code, Element, Text100, Text255, codes
from bridge.events.dates import Day
from bridge.events.values import MonthYear, Switch
from bridge.secret import Secret


class Billing(Element):
    """Bill-me: the address alone. A payment made elsewhere: the card, its date and its code."""

    CreditCardNumber: Secret | None = None
    """Only for a payment made elsewhere. Never shown, logged or stored."""
    CreditCardType: Code | None = None
    """Needed with a card number. Seen: 1 Visa, 2 MasterCard."""
    ExpirationDate: MonthYear | None = None
    """Needed with a card number; in the future."""
    CardSecurityCode: Secret | None = None
    """Needed with a card number. Never shown, logged or stored."""
    NameOnCard: str | None = None
    """Needed with a card number."""
    DoCharge: (
        Annotated[Switch, codes({"False": "Omeda charges nothing", "True": "see Omeda"})] | None
    ) = None
    """Required, and always "False": a string, unlike other booleans."""
    DepositDate: Day | None = None
    """When the payment was made; needed for a payment made elsewhere."""
    AuthCode: str | None = None
    """Authorization code; needed for a payment made elsewhere."""
    Comment1: str | None = None
    """May stand on merchant reports; Omeda suggests the name of magazine or brand."""
    Comment2: str | None = None
    """May stand on merchant reports; Omeda suggests the customer's id or name."""
    BillingCompany: Text255 | None = None
    """Company."""
    BillingStreet: Text255 | None = None
    """Required. First line of the street address."""
    BillingApartmentMailStop: Text255 | None = None
    """Apartment, mail stop or suite."""
    BillingExtraAddress: str | None = None
    """Last line of the street address, only if necessary."""
    BillingCity: Text100 | None = None
    """Required. City."""
    BillingRegion: str | None = None
    """Needed for USA and CAN: two letters."""
    BillingPostalCode: str | None = None
    """Needed for USA and CAN."""
    BillingCountryCode: str | None = None
    """Required. Three letters: USA, CAN."""
    PayPalPaymentId: str | None = None
    """Only together with `PayPalPayerId`."""
    PayPalPayerId: str | None = None
    """Only together with `PayPalPaymentId`."""
