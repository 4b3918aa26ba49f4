"""Events of the shapes that Omeda's pages show, with invented content, leave whole."""

import json
from typing import Any

import pytest

from tests.core.samples import BEHAVIORS, KINDS, ORDERS, event_of

ADDRESS = {
    "AddressContactType": "100",
    "Company": "Example Press",
    "ApartmentMailStop": "Floor 9",
    "Street": "1 Sample Road",
    "ExtraAddress": "Room 7",
    "City": "Springfield",
    "RegionCode": "IL",
    "PostalCode": "00000-0001",
    "CountryCode": "USA",
    "AddressProducts": "7,8,9",
}
BILLING = {
    "NameOnCard": "Pat Example",
    "DoCharge": "False",
    "BillingCompany": "Example Press",
    "BillingStreet": "1 Sample Road",
    "BillingApartmentMailStop": "Floor 9",
    "BillingCity": "Springfield",
    "BillingRegion": "IL",
    "BillingPostalCode": "00000",
    "BillingCountryCode": "USA",
    "Comment1": "Pat Example",
    "Comment2": "9001",
}
CARD = {
    "CreditCardType": "1",
    "CreditCardNumber": "4111111111111111",
    "ExpirationDate": "1299",
    "CardSecurityCode": "000",
    "DepositDate": "2024-05-06",
    "AuthCode": "000000001",
}
PRODUCT = {
    "Amount": "65.00",
    "SalesTax": "6.50",
    "Term": "12",
    "OmedaProductId": 9,
    "Receive": 1,
    "RequestedVersion": "D",
    "PersonalIdentifier": "blue",
    "ShippingAddressId": 51,
    "EmailAddressId": 2,
}
KNOWN_CUSTOMER = {
    "OmedaCustomerId": 9001,
    "FirstName": "Pat",
    "LastName": "Example",
    "Title": "Editor",
    "PromoCode": "SAMPLE24",
    "Addresses": [ADDRESS],
    "BillingInformation": BILLING,
    "Emails": [
        {"EmailContactType": "310", "EmailAddress": "pat@example.com", "EmailProducts": "7,8"},
        {"EmailContactType": "300", "EmailAddress": "p@example.com", "EmailProducts": "7,8"},
    ],
    "Phones": [{"PhoneContactType": "200", "Number": "555-0100", "Extension": "1"}],
    "CustomerDemographics": [
        {"OmedaDemographicId": 11, "OmedaDemographicValue": [12, 11]},
        {"OmedaDemographicId": 12, "OmedaDemographicValue": 13, "WriteInDesc": "something else"},
    ],
    "Products": [PRODUCT],
}
COMP = {
    "CustomerDemographics": [
        {"OmedaDemographicId": "3", "OmedaDemographicValue": ["31"]},
        {"OmedaDemographicId": "4", "OmedaDemographicValue": ["41"]},
    ],
    "Emails": [
        {"EmailProducts": "2", "EmailContactType": "300", "EmailAddress": "kim@example.com"}
    ],
    "Addresses": [{**ADDRESS, "AddressProducts": "2"}],
    "Products": [
        {
            "Amount": "0.00",
            "AmountPaid": "0.00",
            "OmedaProductId": 2,
            "Receive": "1",
            "RequestedVersion": "B",
            "Term": "12",
        }
    ],
    "PromoCode": "none",
    "FirstName": "Kim",
    "LastName": "Example",
    "Title": "Tester",
}
UNPAID = {
    "ExternalCustomerId": "crm-1",
    "ExternalCustomerIdNamespace": "crm",
    "SignupDate": "2024-05-06 07:08",
    "OrderDate": "2024-05-06",
    "MergeCode": 1,
    "ClientOrderId": "ORD-1",
    "RunProcessor": 1,
    "Emails": [{"EmailAddress": "kim@example.com"}],
    "Products": [{"OmedaProductId": "2", "Receive": 0}],
    "ProductUpdates": [{"OmedaProductIdUpdate": 2, "RequestedVersionUpdate": "P"}],
    "MarketingProducts": [
        {
            "OmedaProductId": 77,
            "ProductFieldResponses": [
                {"ProductFieldId": 1, "ProductFieldResponseValue": "yes"},
                {"ProductFieldId": "2", "ProductFieldResponseValue": 2},
            ],
        }
    ],
    "Telemarketing": [
        {
            "TelemarketingCompany": "Example Calls",
            "TelemarketingRecordingId": "rec-1",
            "TelemarketingAgent": "agent-1",
            "PersonalIdQuestion": "blue",
            "TimeOfCall": "2024-05-06 07:08",
            "EndOfCall": "2024-05-06 07:10",
            "LengthOfCall": 2,
            "SpokeToName": "Kim Example",
            "SpokeToTitle": "Tester",
            "AuthorizedAssistantResponse": False,
            "GeneralTeleInfo": "none",
        }
    ],
    "CustomerBehaviors": [
        {"BehaviorId": "7", "BehaviorDate": "2024-05-06 07:08:09", "PromoCode": "SAMPLE24"}
    ],
}
ASSIGN = {
    "OmedaCustomerId": 9001,
    "CustomerBehaviors": [
        {"BehaviorId": "7", "BehaviorDate": "2024-05-06 07:08:09", "BehaviorPromoCode": "SAMPLE24"},
        {
            "BehaviorId": "8",
            "BehaviorDate": "2024-05-06 07:08:10",
            "BehaviorPromoCode": "SAMPLE24",
            "BehaviorAttributes": [
                {"BehaviorAttributeTypeId": 22, "BehaviorAttributeValue": "An article"},
                {"BehaviorAttributeTypeId": 3, "BehaviorAttributeValueId": 6},
            ],
        },
    ],
}
THIRD_PARTY = {
    **KNOWN_CUSTOMER,
    "BillingInformation": {**BILLING, **CARD},
    "Products": [{**PRODUCT, "AmountPaid": "71.50"}],
}

SAMPLES = [
    pytest.param("behavior", ASSIGN, id="two behaviors, one with attributes"),
    pytest.param("order", COMP, id="a comp submission"),
    pytest.param("order", KNOWN_CUSTOMER, id="bill me"),
    pytest.param("order", THIRD_PARTY, id="a payment made elsewhere"),
    pytest.param("order", UNPAID, id="unpaid, with every newer element"),
]
INTEGERS = {
    *("AddressContactType", "PhoneContactType", "EmailContactType", "OmedaDemographicId"),
    *("Receive", "Term", "BehaviorId", "CreditCardType", "ProductFieldId", "OmedaProductId"),
}


def canonical(node: Any, name: str = "") -> Any:
    if isinstance(node, dict):
        return {each: canonical(value, each) for each, value in node.items()}
    if isinstance(node, list):
        return [canonical(item) for item in node]
    return int(node) if name in INTEGERS else "1" if name == "MergeCode" else node


@pytest.mark.parametrize(("kind", "event"), SAMPLES)
def test_a_sample_leaves_whole_and_in_canonical_form(kind: str, event: dict[str, Any]) -> None:
    sent = event_of(json.dumps(event), KINDS[kind])

    assert json.dumps(json.loads(sent.body), sort_keys=True) == json.dumps(
        canonical(event), sort_keys=True
    )
    assert event_of(sent.body, KINDS[kind]).body == sent.body


def test_an_event_knows_how_many_behaviors_it_holds() -> None:
    assert event_of(json.dumps(ASSIGN), BEHAVIORS).events == 2
    assert event_of(json.dumps(UNPAID), ORDERS).events == 1
