"""How a customer is reached, and what is known of them.

Sources: Omeda's pages "Save Customer and Order" and "API Standard Constants and Codes".
"""

from typing import Annotated

from bridge.events.columns import Code, Element, ForeignId, Id, Text100, Text255, codes
from bridge.events.values import Given


class Address(Element):
    """A postal address."""

    AddressContactType: (
        Annotated[Code, codes({0: "unknown", 100: "business", 110: "home"})] | None
    ) = None
    """What kind of address; 100 (business) where absent."""
    Company: Text255 | None = None
    """The company, which belongs into none of the street members."""
    Street: Text255 | None = None
    """First line of the street address."""
    ApartmentMailStop: Text255 | None = None
    """Apartment, mail stop or suite."""
    ExtraAddress: Text255 | None = None
    """Last line of the street address, only if necessary."""
    City: Text100 | None = None
    """City."""
    RegionCode: str | None = None
    """State or province: two letters for USA and CAN; Omeda has codes for other countries too."""
    Region: Text100 | None = None
    """Name of the region, only where there is no `RegionCode`."""
    PostalCode: str | None = None
    """ZIP or postal code; for the USA best ZIP+4 with a dash."""
    CountryCode: str | None = None
    """Three letters, as ISO 3166-1 alpha-3 has them: USA, CAN."""
    Country: Text100 | None = None
    """Name of the country, only where there is no `CountryCode`."""
    AddressProducts: str | None = None
    """Comma-separated product ids, or ALL, NONE (default), ALL_PRINT, ALL_NEWSLETTER."""
    Airmail: Annotated[str, codes({"A": "airmail", "": "clears an A"})] | None = None
    """Airmail; the empty string is the only way to clear an earlier `A`."""


class Phone(Element):
    """A phone number."""

    PhoneContactType: (
        Annotated[
            Code,
            codes(
                {
                    0: "unknown",
                    200: "business",
                    210: "home",
                    230: "mobile",
                    240: "fax",
                    250: "foreign phone",
                    260: "foreign fax",
                    270: "pager",
                }
            ),
        ]
        | None
    ) = None
    """What kind of number; 200 (business) where absent."""
    Number: str | None = None
    """Required. Digits, spaces and dashes; letters and other signs may be refused."""
    Extension: str | None = None
    """Extension digits."""


class Email(Element):
    """An e-mail address."""

    EmailContactType: (
        Annotated[Code, codes({0: "unknown", 300: "primary", 310: "secondary"})] | None
    ) = None
    """What kind of address; 300 (primary) where absent."""
    EmailAddress: str | None = None
    """Required. Omeda checks its form strictly."""
    EmailProducts: str | None = None
    """Comma-separated product ids, or ALL, NONE (default), ALL_PRINT, ALL_NEWSLETTER."""


class Demographic(Element):
    """What the customer answered to one of the brand's questions.

    Exactly one of the two ids, with the value of the same kind.
    """

    OmedaDemographicId: Id | None = None
    """Omeda's id of the question."""
    OmedaDemographicValue: Given | None = None
    """Value id or text, or a list of them. Leaves as it came."""
    ClientDemographicId: ForeignId | None = None
    """The publisher's own id of the question. No longer on Omeda's page, still in its errors."""
    ClientDemographicValue: Given | None = None
    """The publisher's own value, or a list of them."""
    WriteInDesc: Text100 | None = None
    """The customer's own words, for a value of type "other". The input must be OEC enabled."""
