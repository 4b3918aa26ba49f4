"""Every member of Omeda's pages has its place in the structs, and its kind."""

import pytest

from bridge.events import (
    Address,
    AssignBehavior,
    BehaviorAttribute,
    Billing,
    Call,
    Column,
    CustomerBehavior,
    Demographic,
    Element,
    Email,
    MarketingProduct,
    Phone,
    Product,
    ProductFieldResponse,
    ProductUpdate,
    StoreOrder,
    columns,
)
from tests.core.generated import COLUMNS, ELEMENTS

MEMBERS: dict[type[Element], str] = {
    AssignBehavior: "OmedaCustomerId CustomerBehaviors",
    CustomerBehavior: "BehaviorId BehaviorDate PromoCode BehaviorPromoCode BehaviorAttributes",
    BehaviorAttribute: ("BehaviorAttributeTypeId BehaviorAttributeValue BehaviorAttributeValueId"),
    StoreOrder: (
        "ClientCustomerId OmedaCustomerId ExternalCustomerId ExternalCustomerIdNamespace"
        " CustomerStatusId Salutation FirstName MiddleName LastName Suffix Title Gender SignupDate"
        " ClientOrderId PromoCode OrderDate Addresses Phones Emails CustomerDemographics Products"
        " ProductUpdates MarketingProducts Telemarketing CustomerBehaviors BillingInformation"
        " DonorId MergeCode"
    ),
    Address: (
        "AddressContactType Company Street ApartmentMailStop ExtraAddress City RegionCode Region"
        " PostalCode CountryCode Country AddressProducts Airmail"
    ),
    Email: "EmailContactType EmailAddress EmailProducts",
    Phone: "PhoneContactType Number Extension",
    Demographic: (
        "OmedaDemographicId OmedaDemographicValue ClientDemographicId ClientDemographicValue"
        " WriteInDesc"
    ),
    Product: (
        "OmedaProductId Receive Quantity PersonalIdentifier RequestedVersion ShippingAddressId"
        " EmailAddressId Term PricePerQuantity DiscountPercentage PaymentStatusId Amount AmountPaid"
        " SalesTax Postage PurchaseOrderNumber StartIssueDate OrderExpirationDate AutoRenewalCode"
        " NumberOfInstallments Sku"
    ),
    ProductUpdate: "OmedaProductIdUpdate RequestedVersionUpdate",
    MarketingProduct: "OmedaProductId ShippingAddressId EmailAddressId ProductFieldResponses",
    ProductFieldResponse: "ProductFieldId ProductFieldResponseValue",
    Billing: (
        "CreditCardNumber CreditCardType ExpirationDate CardSecurityCode NameOnCard DoCharge"
        " DepositDate AuthCode Comment1 Comment2 BillingCompany BillingStreet"
        " BillingApartmentMailStop BillingExtraAddress BillingCity BillingRegion BillingPostalCode"
        " BillingCountryCode PayPalPaymentId PayPalPayerId"
    ),
    Call: (
        "TelemarketingCompany TelemarketingRecordingId TelemarketingAgent PersonalIdQuestion"
        " TimeOfCall EndOfCall LengthOfCall SpokeToName SpokeToTitle AuthorizedAssistantResponse"
        " GeneralTeleInfo"
    ),
}

LENGTHS = {
    **dict.fromkeys(["Salutation", "Suffix"], 10),
    **dict.fromkeys(["FirstName", "MiddleName", "LastName", "Title", "WriteInDesc"], 100),
    **dict.fromkeys(["Company", "Street", "ApartmentMailStop", "ExtraAddress"], 255),
    **dict.fromkeys(["City", "Region", "Country", "BillingCity"], 100),
    **dict.fromkeys(["BillingCompany", "BillingStreet", "BillingApartmentMailStop"], 255),
    **dict.fromkeys(["TelemarketingCompany", "PersonalIdQuestion"], 100),
    **dict.fromkeys(["SpokeToName", "SpokeToTitle"], 100),
    "TelemarketingRecordingId": 50,
    "TelemarketingAgent": 20,
    "GeneralTeleInfo": 255,
    "PromoCode": 50,
    "PersonalIdentifier": 50,
}
MONEY = {*("Amount", "AmountPaid", "SalesTax", "Postage", "PricePerQuantity", "DiscountPercentage")}
INTEGERS = {
    *("OmedaCustomerId", "DonorId", "CustomerStatusId", "BehaviorId", "BehaviorAttributeTypeId"),
    *("BehaviorAttributeValueId", "AddressContactType", "PhoneContactType", "EmailContactType"),
    *("OmedaDemographicId", "OmedaProductId", "Receive", "Quantity", "ShippingAddressId"),
    *("EmailAddressId", "Term", "PaymentStatusId", "AutoRenewalCode", "NumberOfInstallments"),
    *("OmedaProductIdUpdate", "ProductFieldId", "CreditCardType", "LengthOfCall"),
}
DATES = {
    "ExpirationDate": "MMYY",
    "BehaviorDate": "yyyy-MM-dd HH:mm:ss",
    **dict.fromkeys(
        ["SignupDate", "OrderDate", "TimeOfCall", "EndOfCall"], "yyyy-MM-dd or yyyy-MM-dd HH:mm"
    ),
    **dict.fromkeys(["StartIssueDate", "OrderExpirationDate", "DepositDate"], "yyyy-MM-dd"),
}
LISTS = {
    *("Addresses", "Phones", "Emails", "CustomerDemographics", "Products", "ProductUpdates"),
    *("MarketingProducts", "Telemarketing", "CustomerBehaviors", "BehaviorAttributes"),
    "ProductFieldResponses",
}


def test_there_is_a_struct_for_every_element() -> None:
    assert set(ELEMENTS) == MEMBERS.keys()


@pytest.mark.parametrize("element", MEMBERS)
def test_an_element_has_every_member_of_the_pages_and_no_other(element: type[Element]) -> None:
    assert {column.name for column in columns(element)} == set(MEMBERS[element].split())


def named(found: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in found.items() if value}


def test_lengths_are_those_of_the_pages() -> None:
    found = named({column.name: column.longest for _, column in COLUMNS})

    assert found == LENGTHS


def test_a_behaviors_promotion_code_has_no_documented_length() -> None:
    longest = {(element, column.name): column.longest for element, column in COLUMNS}

    assert longest[CustomerBehavior, "PromoCode"] is None
    assert longest[StoreOrder, "PromoCode"] == 50


@pytest.mark.parametrize(("element", "column"), COLUMNS)
def test_a_member_has_the_kind_of_the_pages(element: type[Element], column: Column) -> None:
    assert column.integer == (column.name in INTEGERS)
    assert (getattr(column.kind, "__name__", "") == "Money") == (column.name in MONEY)
    assert " or ".join(getattr(column.kind, "forms", ())) == DATES.get(column.name, "")
    assert column.many == (column.name in LISTS)
    assert (column.element is not None) == (column.many or column.name == "BillingInformation")
    assert column.dated == (column.name in DATES)
    assert element.__struct_fields__.index(column.name) == columns(element).index(column)


def test_codes_are_those_of_the_pages() -> None:
    found = {column.name: set(column.codes) for _, column in COLUMNS if column.codes}

    assert found == {
        "CustomerStatusId": {0, 1, 3},
        "Gender": {"M", "F"},
        "MergeCode": {"0", "1"},
        "AddressContactType": {0, 100, 110},
        "PhoneContactType": {0, 200, 210, 230, 240, 250, 260, 270},
        "EmailContactType": {0, 300, 310},
        "Airmail": {"A", ""},
        "Receive": {0, 1},
        "RequestedVersion": {"P", "D", "B"},
        "RequestedVersionUpdate": {"P", "D", "B"},
        "PaymentStatusId": {1, 2, 3, 5, 6, 7, 8},
        "AutoRenewalCode": {0, 5, 6},
        "DoCharge": {"False", "True"},
    }
