"""The body of *Store Customer and Order*.

Sources: Omeda's pages "Save Customer and Order" and "Save Customer and Order Paid".
"""

from typing import Annotated

from bridge.events.behavior import CustomerBehavior
from bridge.events.billing import Billing
from bridge.events.columns import (
    Code,
    CustomerId,
    Element,
    ForeignId,
    Number,
    Text10,
    Text20,
    Text50,
    Text100,
    Text255,
    codes,
)
from bridge.events.contacts import Address, Demographic, Email, Phone
from bridge.events.dates import Minute
from bridge.events.products import MarketingProduct, Product, ProductUpdate
from bridge.events.values import Flag


class Call(Element):
    """A call in which the customer ordered."""

    TelemarketingCompany: Text100 | None = None
    """Required. Name of the company."""
    TelemarketingRecordingId: Text50 | None = None
    """Required. What the recording is found by."""
    TelemarketingAgent: Text20 | None = None
    """Required. Name or id of the agent."""
    PersonalIdQuestion: Text100 | None = None
    """Required. Personal id given by the customer."""
    TimeOfCall: Minute | None = None
    """When the call began."""
    EndOfCall: Minute | None = None
    """When it ended."""
    LengthOfCall: Number | None = None
    """In minutes."""
    SpokeToName: Text100 | None = None
    """Required. Whom the agent spoke to."""
    SpokeToTitle: Text100 | None = None
    """Required. That person's title."""
    AuthorizedAssistantResponse: bool | None = None
    """Whether that person may order."""
    GeneralTeleInfo: Text255 | None = None
    """Anything else."""


class StoreOrder(Element):
    """A customer, with contacts, demographics and what was ordered. No member is required."""

    ClientCustomerId: ForeignId | None = None
    """Deprecated: use `ExternalCustomerId`. Not together with `OmedaCustomerId`."""
    OmedaCustomerId: CustomerId | None = None
    """Omeda's own id of the customer; with it, Omeda looks for no match."""
    ExternalCustomerId: ForeignId | None = None
    """The customer's id in a system of the publisher's."""
    ExternalCustomerIdNamespace: str | None = None
    """Which system; without it Omeda takes the default, or refuses where there is none."""
    CustomerStatusId: Annotated[Code, codes({0: "inactive", 1: "active", 3: "test"})] | None = None
    """Status of the customer."""
    Salutation: Text10 | None = None
    """Ms., Mr., Dr."""
    FirstName: Text100 | None = None
    """First name."""
    MiddleName: Text100 | None = None
    """Middle name."""
    LastName: Text100 | None = None
    """Last name."""
    Suffix: Text10 | None = None
    """Jr., Sr., III."""
    Title: Text100 | None = None
    """Job title."""
    Gender: Annotated[str, codes({"M": "male", "F": "female"})] | None = None
    """Gender."""
    SignupDate: Minute | None = None
    """When the person signed up."""
    ClientOrderId: ForeignId | None = None
    """The publisher's own id of the order. Leaves as it came."""
    PromoCode: Text50 | None = None
    """Promotion code of all products of this order."""
    OrderDate: Minute | None = None
    """When it was ordered; Omeda takes the day of its arrival where absent."""
    Addresses: list[Address] | None = None
    """Postal addresses."""
    Phones: list[Phone] | None = None
    """Phone numbers."""
    Emails: list[Email] | None = None
    """E-mail addresses."""
    CustomerDemographics: list[Demographic] | None = None
    """Answers to the brand's questions."""
    Products: list[Product] | None = None
    """Subscriptions."""
    ProductUpdates: list[ProductUpdate] | None = None
    """Other versions of subscriptions that there are."""
    MarketingProducts: list[MarketingProduct] | None = None
    """Marketing products."""
    Telemarketing: list[Call] | None = None
    """Calls."""
    CustomerBehaviors: list[CustomerBehavior] | None = None
    """What the customer did; saves waiting for an id when the customer is new."""
    BillingInformation: Billing | None = None
    """For paid products only. One object, not a list."""
    DonorId: CustomerId | None = None
    """Who gives the subscriptions of this order as a gift: an existing customer."""
    MergeCode: Annotated[Flag, codes({"0": "not mergeable", "1": "mergeable"})] | None = None
    """Whether the customer's record may be merged with another; "1" where absent."""
