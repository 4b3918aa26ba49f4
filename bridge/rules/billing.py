"""How it is paid."""

import re

from bridge.cards import luhn
from bridge.events import Billing, StoreOrder
from bridge.rules.book import Broken, Strictness, Whole, required, rule
from bridge.rules.products import is_paid

REJECT, WARN = Strictness.REJECT, Strictness.WARN

_PAID = "Save Customer and Order Paid"
_NORTH_AMERICA = {"USA", "CAN"}
_BEGINS = {1: "4", 2: "25"}
"""First digits of the two types that Omeda's pages show."""


@rule(Billing, REJECT, source=f'{_PAID}: "Billing address is incomplete"')
def billing_address(billing: Billing) -> Broken:
    """BillingInformation has street, city and country."""
    return required(billing, "BillingStreet", "BillingCity", "BillingCountryCode")


@rule(Billing, REJECT, source=f"{_PAID}: DoCharge is required")
def do_charge(billing: Billing) -> Broken:
    """BillingInformation has DoCharge."""
    return required(billing, "DoCharge", sentence='is required: "False"')


@rule(Billing, WARN, source=f'{_PAID}: "This value should always be False"')
def charge(billing: Billing) -> Broken:
    """DoCharge is "False"."""
    if billing.DoCharge and billing.DoCharge != "False":
        yield "DoCharge", 'should always be "False"'


@rule(Billing, REJECT, source=f'{_PAID}: "... are required for USA and Canada."')
def billing_region(billing: Billing) -> Broken:
    """In the USA and Canada, BillingInformation has region and postal code."""
    if billing.BillingCountryCode not in _NORTH_AMERICA:
        return ()
    return required(
        billing, "BillingRegion", "BillingPostalCode", sentence="is required for USA and CAN"
    )


@rule(Billing, WARN, source="API Standard Constants and Codes")
def billing_country(billing: Billing) -> Broken:
    """A billing country has three letters."""
    country = billing.BillingCountryCode
    if country and not re.fullmatch(r"[A-Z]{3}", country, re.ASCII):
        yield "BillingCountryCode", "should be three letters: USA, CAN"


@rule(Billing, WARN, source=f"{_PAID}: BillingRegion")
def billing_region_code(billing: Billing) -> Broken:
    """In the USA and Canada a billing region has two letters."""
    region = billing.BillingRegion
    if billing.BillingCountryCode not in _NORTH_AMERICA or not region:
        return
    if not re.fullmatch(r"[A-Z]{2}", region, re.ASCII):
        yield "BillingRegion", "should be two letters for USA and CAN"


@rule(Billing, REJECT, source=f"{_PAID}: PayPalPaymentId, PayPalPayerId")
def paypal_pair(billing: Billing) -> Broken:
    """The two PayPal ids come together."""
    if billing.PayPalPaymentId and not billing.PayPalPayerId:
        yield "PayPalPayerId", "is required with PayPalPaymentId"
    if billing.PayPalPayerId and not billing.PayPalPaymentId:
        yield "PayPalPaymentId", "is required with PayPalPayerId"


@rule(Billing, WARN, source=f"{_PAID}: CreditCardType; shops are seen to leave it out")
def card_type(billing: Billing) -> Broken:
    """A card number comes with its type."""
    if billing.CreditCardNumber and billing.CreditCardType is None:
        yield "CreditCardType", "should be given with CreditCardNumber"


@rule(Billing, WARN, source=f'{_PAID}: "Payment Error: Invalid account number"')
def card_number(billing: Billing) -> Broken:
    """A card number passes its check digit."""
    digits = re.sub(
        r"[ -]", "", billing.CreditCardNumber.reveal() if billing.CreditCardNumber else ""
    )
    if digits and not (digits.isascii() and digits.isdigit() and luhn(digits)):
        yield "CreditCardNumber", "is not the number of a card: its check digit is wrong"


@rule(Billing, WARN, source=f'{_PAID}: "The CreditCardNumber and CreditCardType do not match."')
def card_match(billing: Billing) -> Broken:
    """A card's type (1 Visa, 2 MasterCard) is that of its number."""
    begins = _BEGINS.get(billing.CreditCardType or 0)
    if begins and billing.CreditCardNumber and billing.CreditCardNumber.reveal()[:1] not in begins:
        yield "CreditCardType", "is not that of CreditCardNumber"


@rule(Billing, WARN, source=f"{_PAID}: ExpirationDate, CardSecurityCode, NameOnCard")
def card_details(billing: Billing) -> Broken:
    """A card number comes with expiry, security code and name."""
    if not billing.CreditCardNumber:
        return
    for name in ("ExpirationDate", "CardSecurityCode", "NameOnCard"):
        if not getattr(billing, name):
            yield name, "should be given with CreditCardNumber"


@rule(Whole, WARN, source=f'{_PAID}: "ExpirationDate should be in the future"; shops copy a sample')
def card_expired(whole: Whole) -> Broken:
    """A card has not expired."""
    order = whole.event
    billing = order.BillingInformation if isinstance(order, StoreOrder) else None
    expiry = billing.ExpirationDate if billing else None
    if expiry and expiry.well_formed and expiry.month < whole.today().timetuple()[:2]:
        yield "BillingInformation.ExpirationDate", "is in the past"


@rule(Billing, WARN, source=f"{_PAID}: DepositDate and AuthCode, required for 3rd party payment")
def third_party_payment(billing: Billing) -> Broken:
    """A payment made elsewhere has its date and its code; a card number tells of one, or either."""
    told = (billing.CreditCardNumber, billing.DepositDate, billing.AuthCode)
    for name in ("DepositDate", "AuthCode"):
        if any(told) and not getattr(billing, name):
            yield name, "should be given for a payment made elsewhere"


@rule(StoreOrder, WARN, source=f"{_PAID}: Billing Information Elements")
def billing_missing(order: StoreOrder) -> Broken:
    """An order with a paid product has BillingInformation."""
    if order.BillingInformation is None and any(map(is_paid, order.Products or ())):
        yield "BillingInformation", "should be given for a paid product"


@rule(StoreOrder, WARN, source=f"{_PAID}: only required for paid products")
def billing_of_nothing(order: StoreOrder) -> Broken:
    """BillingInformation comes with a paid product."""
    if order.BillingInformation is not None and not any(map(is_paid, order.Products or ())):
        yield "BillingInformation", "is meant for paid products, and there is none"
