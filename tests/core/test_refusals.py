import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.refusals import KNOWN, UNCLASSIFIED, classify

# Every text of Omeda's pages as it stands there, with numbers for what differs.
DOCUMENTED = {
    # Assign Behavior
    "OmedaCustomerId 5 not found.": "customer_not_found",
    "Please Provide valid OmedaCustomerId.": "customer_id_invalid",
    "No behavior Information in request": "behavior_missing",
    "BehaviorId 7 is not found.": "behavior_not_found",
    "Invalid date format for BehaviorId 7": "invalid_date",
    "Please provide BehaviorDate for BehaviorId 7": "missing_date",
    # Assign Behavior Bulk
    "OmedaCustomerId 5 does not exist.  No Customer Behaviors have been saved.": (
        "customer_not_found"
    ),
    "OmedaCustomerId 274829 does not exist": "customer_not_found",
    "OmedaCustomerId 5 exists but is not active.  No Customer Behaviors have been saved.": (
        "customer_not_active"
    ),
    "BehaviorId 7 passed in for OmedaCustomerId 5, does not exist.  No Customer Behaviors have"
    " been saved.": "behavior_not_found",
    "BehaviorId 7 passed in for OmedaCustomerId 5, exists but is not active.  No Customer"
    " Behaviors have been saved.": "behavior_not_active",
    "BehaviorDate passed in for OmedaCustomerId 5 and BehaviorId 7 has an invalid format.  No"
    " Customer Behaviors have been saved.": "invalid_date",
    # Save Customer and Order
    "Customer id 22 is valid but not active. Please use 99999.": "customer_merged",
    "OmedaCustomerId 22 is pending deactivation. Please try again later.": "customer_pending",
    "ClientCustomerId 9 is not mapped to an existing OmedaCustomerId.": (
        "client_customer_not_found"
    ),
    "ClientCustomerId 9 is mapped to more than one OmedaCustomerId.": "client_customer_ambiguous",
    "OmedaCustomerId 5 is not a valid customer.": "customer_not_found",
    "The submission contained an invalid AddressContactType 1": "invalid_contact_type",
    "The submission contained an invalid EmailContactType 1": "invalid_contact_type",
    "The submission contained an invalid PhoneContactType 1": "invalid_contact_type",
    "EmailAddress is not valid a@b": "invalid_email",
    "Number must be set.": "phone_number_missing",
    "Can't submit more than one of the following: OmedaDemographicId, ClientDemographicId.": (
        "demographic_ambiguous"
    ),
    "OmedaDemographicValue is missing for OmedaDemographicId:3": "demographic_value_missing",
    "ClientDemographicValue is missing for ClientDemographicId: 3": "demographic_value_missing",
    "OmedaDemographicValue 4 is not a valid value for OmedaDemographicId 3": (
        "demographic_value_invalid"
    ),
    "OmedaDemographicId 3 is not a valid value.": "demographic_not_found",
    "OmedaProductId is missing in Products submission": "product_id_missing",
    "OmedaProductId 14 cannot be included more than once in a submission.": "product_repeated",
    "Your submission contained an invalid date": "invalid_date",
    "To set a ShippingAddressId, your submission must contain an {OmedaCustomerId}.": (
        "customer_id_needed"
    ),
    "The ShippingAddressId  112 is invalid.": "shipping_address_invalid",
    "The ShippingAddressId  112 does not belong to the Customer submitted.": (
        "shipping_address_foreign"
    ),
    "The ShippingAddressId  112 submitted is not Active.": "shipping_address_not_active",
    "To set an EmailAddressId ,your submission must contain an {OmedaCustomerId}.": (
        "customer_id_needed"
    ),
    "The EmailAddressId 1 is invalid.": "email_address_invalid",
    "The EmailAddressId 1 does not belong to the Customer submitted.": "email_address_foreign",
    "The EmailAddressId 1 submitted is not Active.": "email_address_not_active",
    "TelemarketingCompany is missing.": "telemarketing_incomplete",
    "TelemarketingRecordingId is missing.": "telemarketing_incomplete",
    "TelemarketingAgent is missing.": "telemarketing_incomplete",
    "PersonalIdQuestion is missing.": "telemarketing_incomplete",
    "SpokeToName is missing.": "telemarketing_incomplete",
    "SpokeToTitle is missing.": "telemarketing_incomplete",
    "BehaviorAttributes must have at least one set of BehaviorAttributeTypeId and"
    " BehaviorAttributeValue.": "attribute_incomplete",
    "BehaviorAttributeTypeId is missing.": "attribute_incomplete",
    "BehaviorAttributeValue  is missing.": "attribute_incomplete",
    "BehaviorAttributeTypeId 3 is not valid.": "attribute_not_found",
    "BehaviorId: 7, BehaviorAttributeTypeId: 3 - External Behavior Tag did not match any"
    " attribute values.": "attribute_value_not_found",
    "BehaviorId: 7, BehaviorAttributeTypeId: 3 - Open Text Number must be a number value.": (
        "attribute_value_not_numeric"
    ),
    "BehaviorId: 7, BehaviorAttributeTypeId: 3 - External Behavior Tag matched an inactive"
    " attribute values.": "attribute_value_not_active",
    # Save Customer and Order Paid
    "CustomerStatusId has an invalid value.": "customer_status_invalid",
    "Billing address is incomplete": "billing_incomplete",
    "BillingRegion and BillingPostalCode are required for USA and Canada.": "billing_incomplete",
    "Payment Error: Invalid account number": "payment_failed",
    "Amount cannot be less than 0": "amount_negative",
    "AmountPaid cannot be less than 0": "amount_negative",
    "AmountPaid cannot be greater than total order amount": "amount_above_total",
    "ExpirationDate should be in the future": "card_expired",
    "The CreditCardNumber and CreditCardType do not match.": "card_type_mismatch",
    "Must specify Term or OrderExpirationDate per product.": "term_missing",
    # Run Processor
    "This input_id is not allowed to run in Web Services because it has Omatch in the Process"
    " Flow. Please contact Omeda Customer Support": "omatch_in_flow",
    "TransactionId 8 does not exist.": "transaction_not_found",
    "TransactionIds 8,9 does not exist. All Transactions that were part of this request were not"
    " processed.": "transaction_not_found",
    "TransactionId 8 has already been processed": "transaction_processed",
    "TransactionIds 8,9 has already been processed. All Transactions that were part of this"
    " request were not processed.": "transaction_processed",
    "An exception has taken place while processing TransactionId 8. Please contact your Omeda"
    " Customer Service Representative for assistance.": "processor_failed",
}


@pytest.mark.parametrize(("text", "name"), DOCUMENTED.items())
def test_every_documented_text_has_its_name_in_any_case(text: str, name: str) -> None:
    assert classify(text) == name
    assert classify(text.upper()) == name
    assert classify(f"\n{text.lower()} ") == name


def test_every_name_is_given_to_a_documented_text() -> None:
    assert {known.name for known in KNOWN} == set(DOCUMENTED.values())


def test_no_row_is_hidden_behind_another() -> None:
    for known in KNOWN:
        assert classify(known.text.replace("{}", "5")) == known.name


def test_names_are_few_and_snake_case() -> None:
    names = {known.name for known in KNOWN}

    assert len(names) < 60
    assert all(name.isidentifier() and name.islower() for name in names)
    assert all(known.source for known in KNOWN)


@pytest.mark.parametrize(
    "text", ["", "no such customer", "OmedaCustomerId", "pending", "not found: OmedaCustomerId"]
)
def test_any_other_text_is_unclassified(text: str) -> None:
    assert classify(text) == UNCLASSIFIED


@given(st.text())
def test_any_text_has_a_name(text: str) -> None:
    assert classify(text) in {known.name for known in KNOWN} | {UNCLASSIFIED}
