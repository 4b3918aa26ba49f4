"""How the customer is reached, and what is known of them."""

import re

from bridge.events import Address, Demographic, Email, Phone
from bridge.rules.book import Broken, Strictness, required, rule

REJECT, WARN = Strictness.REJECT, Strictness.WARN

_CODES = "API Standard Constants and Codes"
_KEYWORDS = {"ALL", "NONE", "ALL_PRINT", "ALL_NEWSLETTER", ""}
_NORTH_AMERICA = {"USA", "CAN"}


@rule(Email, REJECT, source="Save Customer and Order: EmailAddress is required")
def email_address(email: Email) -> Broken:
    """An e-mail has its address."""
    return required(email, "EmailAddress")


@rule(Email, REJECT, source='Save Customer and Order: "EmailAddress is not valid"')
def email_form(email: Email) -> Broken:
    """An e-mail address has a name, an @ and a domain."""
    name, at, domain = (email.EmailAddress or "").rpartition("@")
    if email.EmailAddress and not (at and name and domain):
        yield "EmailAddress", "is not an e-mail address: it needs a name, an @ and a domain"


@rule(Phone, REJECT, source='Save Customer and Order: "Number must be set."')
def phone_number(phone: Phone) -> Broken:
    """A phone has its number."""
    return required(phone, "Number")


@rule(Phone, WARN, source=_CODES)
def phone_form(phone: Phone) -> Broken:
    """A phone number is written in digits, spaces and dashes."""
    if phone.Number and not re.fullmatch(r"[0-9+() -]+", phone.Number, re.ASCII):
        yield "Number", "should hold digits, spaces and dashes only: Omeda may refuse others"


@rule(Address, WARN, source="Save Customer and Order: CountryCode; " + _CODES)
def country_code(address: Address) -> Broken:
    """A country code has three letters."""
    if address.CountryCode and not re.fullmatch(r"[A-Z]{3}", address.CountryCode, re.ASCII):
        yield "CountryCode", "should be three letters, as ISO 3166-1 alpha-3 has them: USA, CAN"


@rule(Address, WARN, source="Save Customer and Order: RegionCode")
def region_code(address: Address) -> Broken:
    """In the USA and Canada a region code has two letters."""
    if address.CountryCode not in _NORTH_AMERICA or not address.RegionCode:
        return
    if not re.fullmatch(r"[A-Z]{2}", address.RegionCode, re.ASCII):
        yield "RegionCode", "should be two letters for USA and CAN"


@rule(Address, WARN, source="Save Customer and Order: Region, Country")
def name_and_code(address: Address) -> Broken:
    """Region and Country are given only where there is no code."""
    if address.Region and address.RegionCode:
        yield "Region", "should be given only where there is no RegionCode"
    if address.Country and address.CountryCode:
        yield "Country", "should be given only where there is no CountryCode"


@rule(Address, WARN, source=_CODES)
def postal_code(address: Address) -> Broken:
    """In the USA a postal code is ZIP or ZIP+4."""
    if address.CountryCode != "USA" or not address.PostalCode:
        return
    if not re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", address.PostalCode, re.ASCII):
        yield "PostalCode", "should be five digits, or ZIP+4 with a dash, for USA"


@rule(Address, WARN, source="Save Customer and Order: AddressProducts")
def address_products(address: Address) -> Broken:
    """AddressProducts is a comma-separated list of ids, or a keyword."""
    if not _is_product_list(address.AddressProducts):
        yield "AddressProducts", f"should be product ids with commas, or one of {_keywords()}"


@rule(Email, WARN, source="Save Customer and Order: EmailProducts")
def email_products(email: Email) -> Broken:
    """EmailProducts is a comma-separated list of ids, or a keyword."""
    if not _is_product_list(email.EmailProducts):
        yield "EmailProducts", f"should be product ids with commas, or one of {_keywords()}"


@rule(
    Demographic, REJECT, source="Save Customer and Order Paid: CustomerDemographics, and its errors"
)
def demographic_id(demographic: Demographic) -> Broken:
    """A demographic has exactly one of the two ids."""
    ids = (demographic.OmedaDemographicId, demographic.ClientDemographicId)
    given = sum(one is not None and one != "" for one in ids)
    if given == 0:
        yield "OmedaDemographicId", "is required, or ClientDemographicId"
    if given > 1:
        yield "ClientDemographicId", "must not be given together with OmedaDemographicId"


@rule(
    Demographic, REJECT, source="Save Customer and Order Paid: CustomerDemographics, and its errors"
)
def demographic_value(demographic: Demographic) -> Broken:
    """A demographic has a value, of the same kind as its id."""
    omeda, client = demographic.OmedaDemographicValue, demographic.ClientDemographicValue
    if demographic.OmedaDemographicId is not None and (omeda is None or omeda.value == []):
        yield "OmedaDemographicValue", "is required with OmedaDemographicId"
    if demographic.ClientDemographicId not in (None, "") and (client is None or client.value == []):
        yield "ClientDemographicValue", "is required with ClientDemographicId"


@rule(Demographic, WARN, source="Save Customer and Order: WriteInDesc, and its note on OEC")
def write_in(demographic: Demographic) -> Broken:
    """WriteInDesc needs an input that is enabled for it."""
    if demographic.WriteInDesc:
        yield "WriteInDesc", "is taken only by an input that is OEC enabled"


def _is_product_list(text: str | None) -> bool:
    if text is None or text in _KEYWORDS:
        return True
    return all(part.strip().isdecimal() for part in text.split(","))


def _keywords() -> str:
    return ", ".join(sorted(_KEYWORDS - {""}))
