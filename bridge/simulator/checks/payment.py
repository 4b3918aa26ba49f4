"""Money: the amounts of products, and who pays them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from bridge.simulator.answers import Objection
from bridge.simulator.checks.dates import INVALID_DATE
from bridge.simulator.fields import Fields, decimal, every, is_given

NEGATIVE = "{} cannot be less than 0"
PAID_TOO_MUCH = "AmountPaid cannot be greater than total order amount"
NO_TERM = "Must specify Term or OrderExpirationDate per product."
NO_ADDRESS = "Billing address is incomplete"
NO_REGION = "BillingRegion and BillingPostalCode are required for USA and Canada."
BAD_ACCOUNT = "Payment Error: Invalid account number"
EXPIRED = "ExpirationDate should be in the future"
OTHER_TYPE = "The CreditCardNumber and CreditCardType do not match."
OWN_NO_NUMBER = "{} must be a number"
OWN_MISSING = "{} is missing."
OWN_PAYPAL = "PayPalPaymentId and PayPalPayerId are required together."

_TOTAL = ("Amount", "SalesTax", "Postage")
_AMOUNTS = (*_TOTAL, "AmountPaid")
_ADDRESS = ("BillingStreet", "BillingCity", "BillingCountryCode")
_REGION = ("BillingRegion", "BillingPostalCode")
_CARD = ("ExpirationDate", "CardSecurityCode", "NameOnCard")
_PAYPAL = ("PayPalPaymentId", "PayPalPayerId")
_MONTH_AND_YEAR = re.compile(r"(?P<month>0[1-9]|1[0-2])(?P<year>[0-9]{2})")
_VISA = ("4",)
_MASTERCARD = ("51", "52", "53", "54", "55", *(str(start) for start in range(2221, 2721)))
# Other types are in no table that Omeda publishes with this service.
_STARTS = {"1": _VISA, "2": _MASTERCARD}


def object_to_payment(fields: Fields) -> Iterator[Objection]:
    """Object to amounts that do not add up, and to billing that could not be charged."""
    for product in every(fields, "Products"):
        yield from _object_to_amounts(product)
    paid = _sum(fields, "AmountPaid")
    if paid > 0 and paid > sum(_sum(fields, name) for name in _TOTAL):
        yield Objection(PAID_TOO_MUCH)
    billing = fields.get("BillingInformation")
    if isinstance(billing, dict) and billing:
        yield from _object_to_billing(billing)


def _object_to_amounts(product: Fields) -> Iterator[Objection]:
    for name in _AMOUNTS:
        value = product.get(name)
        if not is_given(value):
            continue
        amount = decimal(value)
        if amount is None:
            yield Objection(OWN_NO_NUMBER.format(name))
        elif amount < 0:
            yield Objection(NEGATIVE.format(name))
    # Omeda does not say what a paid product is; one that costs something is.
    is_paid = (decimal(product.get("Amount")) or 0) > 0
    if is_paid and not any(is_given(product.get(name)) for name in ("Term", "OrderExpirationDate")):
        yield Objection(NO_TERM)


def _sum(fields: Fields, name: str) -> Decimal:
    products = every(fields, "Products")
    amounts = (decimal(product[name]) for product in products if name in product)
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _object_to_billing(billing: Fields) -> Iterator[Objection]:
    if not all(is_given(billing.get(name)) for name in _ADDRESS):
        yield Objection(NO_ADDRESS)
    in_region = billing.get("BillingCountryCode") in {"USA", "CAN"}
    if in_region and not all(is_given(billing.get(name)) for name in _REGION):
        yield Objection(NO_REGION)
    if len([name for name in _PAYPAL if is_given(billing.get(name))]) == 1:
        yield Objection(OWN_PAYPAL)
    if is_given(billing.get("CreditCardNumber")):
        yield from _object_to_card(billing)


def _object_to_card(billing: Fields) -> Iterator[Objection]:
    for name in _CARD:
        if not is_given(billing.get(name)):
            yield Objection(OWN_MISSING.format(name))
    number = str(billing["CreditCardNumber"])
    if not _is_account(number):
        yield Objection(BAD_ACCOUNT)
    # The type is required, says the page; a client in production goes without it.
    starts = _STARTS.get(str(billing.get("CreditCardType")))
    if starts and not number.startswith(starts):
        yield Objection(OTHER_TYPE)
    yield from _object_to_expiration(billing.get("ExpirationDate"))


def _object_to_expiration(value: object) -> Iterator[Objection]:
    if not is_given(value):
        return
    match = _MONTH_AND_YEAR.fullmatch(str(value))
    if match is None:
        yield Objection(INVALID_DATE)
        return
    now = datetime.now(UTC)
    # Good to the end of its month.
    if (2000 + int(match["year"]), int(match["month"])) < (now.year, now.month):
        yield Objection(EXPIRED)


def _is_account(number: str) -> bool:
    """Whether the digits bear out their check digit, as those of every card do."""
    if not (number.isascii() and number.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
