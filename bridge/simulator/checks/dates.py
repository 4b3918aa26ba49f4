"""The dates of an order. Omeda has one text for all of them."""

from collections.abc import Iterator

from bridge.simulator.answers import Objection
from bridge.simulator.fields import DAY, MINUTE, Fields, every, is_date, is_given

INVALID_DATE = "Your submission contained an invalid date"

_OF_CUSTOMER = ("SignupDate", "OrderDate")
_OF_PRODUCT = ("StartIssueDate", "OrderExpirationDate")
_OF_CALL = ("TimeOfCall", "EndOfCall")


def object_to_dates(fields: Fields) -> Iterator[Objection]:
    """Object once, however many of the dates are wrong."""
    if not all(_dates(fields)):
        yield Objection(INVALID_DATE)


def _dates(fields: Fields) -> Iterator[bool]:
    for name in _OF_CUSTOMER:
        yield _is_good(fields, name, with_time=True)
    for product in every(fields, "Products"):
        for name in _OF_PRODUCT:
            yield _is_good(product, name, with_time=False)
    for call in every(fields, "Telemarketing"):
        for name in _OF_CALL:
            yield _is_good(call, name, with_time=True)
    billing = fields.get("BillingInformation")
    if isinstance(billing, dict):
        yield _is_good(billing, "DepositDate", with_time=False)


def _is_good(fields: Fields, name: str, *, with_time: bool) -> bool:
    value = fields.get(name)
    if not is_given(value):
        return True
    # A client in production sends white space after its deposit dates, and goes unpunished.
    text = value.rstrip() if isinstance(value, str) else value
    return is_date(text, MINUTE if with_time else DAY)
