"""What Omeda complains of: every error text of its pages, and a name for each. Pure.

The names are labels of a metric, so they are few and stay as they are. Texts are compared by
their fixed parts, in any case and with any white space.
"""

from typing import NamedTuple

UNCLASSIFIED = "unclassified"
"""A text that no page has."""

PENDING = "pending deactivation"
"""The one complaint that passes by itself: "Please try again later"."""

MERGED = "is valid but not active"
"""The customer lives on under another id."""

SURVIVOR = "please use"
"""Behind it stands the id of the customer who is left."""

# Pages of Omeda's knowledge base.
_AB = "Assign Behavior"
_BULK = "Assign Behavior Bulk"
_ORDER = "Save Customer and Order"
_PAID = "Save Customer and Order Paid"
_RUN = "Run Processor"


# Longer than any text of theirs; an answer may be a mebibyte.
_LOOKED_AT = 2_000


class Known(NamedTuple):
    """A documented text, with `{}` for what differs from answer to answer."""

    name: str
    text: str
    source: str


# The first that fits counts.
KNOWN = (
    Known("customer_pending", "OmedaCustomerId {} is pending deactivation", _ORDER),
    Known("customer_merged", "Customer id {} is valid but not active. Please use {}", _ORDER),
    Known("behavior_not_found", "BehaviorId {} passed in for {}, does not exist", _BULK),
    Known("behavior_not_active", "BehaviorId {} passed in for {}, exists but is not active", _BULK),
    Known("invalid_date", "BehaviorDate passed in for {} has an invalid format", _BULK),
    Known("customer_not_found", "OmedaCustomerId {} does not exist", _BULK),
    Known("customer_not_active", "OmedaCustomerId {} exists but is not active", _BULK),
    Known("customer_not_found", "OmedaCustomerId {} not found", _AB),
    Known("customer_id_invalid", "Please Provide valid OmedaCustomerId", _AB),
    Known("behavior_missing", "No behavior Information in request", _AB),
    Known("behavior_not_found", "BehaviorId {} is not found", _AB),
    Known("invalid_date", "Invalid date format for BehaviorId {}", _AB),
    Known("missing_date", "Please provide BehaviorDate for BehaviorId {}", _AB),
    Known("client_customer_not_found", "ClientCustomerId {} is not mapped to an existing", _ORDER),
    Known("client_customer_ambiguous", "ClientCustomerId {} is mapped to more than one", _ORDER),
    Known("customer_not_found", "OmedaCustomerId {} is not a valid customer", _ORDER),
    Known("invalid_contact_type", "an invalid AddressContactType {}", _ORDER),
    Known("invalid_contact_type", "an invalid EmailContactType {}", _ORDER),
    Known("invalid_contact_type", "an invalid PhoneContactType {}", _ORDER),
    Known("invalid_email", "EmailAddress is not valid {}", _ORDER),
    Known("phone_number_missing", "Number must be set", _ORDER),
    Known("demographic_ambiguous", "submit more than one of the following: OmedaDemo", _ORDER),
    Known("demographic_value_missing", "OmedaDemographicValue is missing for", _ORDER),
    Known("demographic_value_missing", "ClientDemographicValue is missing for", _ORDER),
    Known("demographic_value_invalid", "OmedaDemographicValue {} is not a valid value", _ORDER),
    Known("demographic_not_found", "OmedaDemographicId {} is not a valid value", _ORDER),
    Known("product_id_missing", "OmedaProductId is missing in Products", _ORDER),
    Known("product_repeated", "OmedaProductId {} cannot be included more than once", _ORDER),
    Known("invalid_date", "Your submission contained an invalid date", _ORDER),
    Known("customer_id_needed", "To set a ShippingAddressId", _ORDER),
    Known("shipping_address_invalid", "The ShippingAddressId {} is invalid", _ORDER),
    Known("shipping_address_foreign", "The ShippingAddressId {} does not belong to", _ORDER),
    Known(
        "shipping_address_not_active", "The ShippingAddressId {} submitted is not Active", _ORDER
    ),
    Known("customer_id_needed", "To set an EmailAddressId", _ORDER),
    Known("email_address_invalid", "The EmailAddressId {} is invalid", _ORDER),
    Known("email_address_foreign", "The EmailAddressId {} does not belong to", _ORDER),
    Known("email_address_not_active", "The EmailAddressId {} submitted is not Active", _ORDER),
    Known("telemarketing_incomplete", "TelemarketingCompany is missing", _ORDER),
    Known("telemarketing_incomplete", "TelemarketingRecordingId is missing", _ORDER),
    Known("telemarketing_incomplete", "TelemarketingAgent is missing", _ORDER),
    Known("telemarketing_incomplete", "PersonalIdQuestion is missing", _ORDER),
    Known("telemarketing_incomplete", "SpokeToName is missing", _ORDER),
    Known("telemarketing_incomplete", "SpokeToTitle is missing", _ORDER),
    Known("attribute_incomplete", "BehaviorAttributes must have at least one set", _ORDER),
    Known("attribute_incomplete", "BehaviorAttributeTypeId is missing", _ORDER),
    Known("attribute_incomplete", "BehaviorAttributeValue is missing", _ORDER),
    Known("attribute_not_found", "BehaviorAttributeTypeId {} is not valid", _ORDER),
    Known("attribute_value_not_found", "External Behavior Tag did not match any", _ORDER),
    Known("attribute_value_not_active", "External Behavior Tag matched an inactive", _ORDER),
    Known("attribute_value_not_numeric", "Open Text Number must be a number", _ORDER),
    Known("customer_status_invalid", "CustomerStatusId has an invalid value", _PAID),
    Known("billing_incomplete", "Billing address is incomplete", _PAID),
    Known("billing_incomplete", "BillingRegion and BillingPostalCode are required for", _PAID),
    Known("payment_failed", "Payment Error", _PAID),
    Known("amount_negative", "Amount cannot be less than 0", _PAID),
    Known("amount_negative", "AmountPaid cannot be less than 0", _PAID),
    Known("amount_above_total", "AmountPaid cannot be greater than total", _PAID),
    Known("card_expired", "ExpirationDate should be in the future", _PAID),
    Known("card_type_mismatch", "The CreditCardNumber and CreditCardType do not match", _PAID),
    Known("term_missing", "Must specify Term or OrderExpirationDate", _PAID),
    Known("omatch_in_flow", "it has Omatch in the Process Flow", _RUN),
    Known("transaction_not_found", "TransactionId{} does not exist", _RUN),
    Known("transaction_processed", "TransactionId{} already been processed", _RUN),
    Known("processor_failed", "An exception has taken place while processing", _RUN),
)


OF_THE_CUSTOMER = frozenset(
    {"customer_merged", "customer_not_found", "customer_not_active", "customer_id_invalid"}
)
"""Complaints that concern all that is sent for the customer."""


def plain(text: str) -> str:
    """*text* as it is compared: in lower case and with single spaces."""
    return " ".join(text.lower().split())


_PARTS = tuple(
    (known.name, tuple(part.strip() for part in plain(known.text).split("{}"))) for known in KNOWN
)


def classify(text: str) -> str:
    """The name of what *text* complains of."""
    said = plain(text[:_LOOKED_AT])
    return next((name for name, parts in _PARTS if _has(said, parts)), UNCLASSIFIED)


def _has(said: str, parts: tuple[str, ...]) -> bool:
    """Whether *said* has all *parts*, one behind the other."""
    place = 0
    for part in parts:
        found = said.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True
