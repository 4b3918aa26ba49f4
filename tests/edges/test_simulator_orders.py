"""Which orders the simulator refuses, and in which words."""

from typing import Any

import pytest

from bridge.simulator import Catalog, Owned, Scenario
from tests.edges.simulated import BILLING, PAID, VIEWED, Omeda, running, without

CALL = {
    "TelemarketingCompany": "Calls Inc",
    "TelemarketingRecordingId": "12345",
    "TelemarketingAgent": "Smith",
    "PersonalIdQuestion": "Eye color",
    "SpokeToName": "Jessica",
    "SpokeToTitle": "Manager",
    "TimeOfCall": "2011-10-10 12:15",
    "AuthorizedAssistantResponse": False,
}
ORDER: dict[str, Any] = {
    "OmedaCustomerId": 1234,
    "FirstName": "Ada",
    "Gender": "F",
    "SignupDate": "2010-04-18",
    "ClientOrderId": "ORD19520",
    "CustomerStatusId": "1",
    "OrderDate": "2010-04-18 10:30",
    "Addresses": [{"AddressContactType": "100", "Street": "1 Example Road", "Airmail": ""}],
    "Phones": [
        {"PhoneContactType": "220", "Number": "847-555-6573"},
        {"PhoneContactType": 200, "Number": 8475556573},
    ],
    "Emails": [{"EmailContactType": "310", "EmailAddress": "ada@mail.example.com"}],
    "CustomerDemographics": [
        {"OmedaDemographicId": 10001, "OmedaDemographicValue": [10002, "10001"]},
        {"OmedaDemographicId": "10002", "OmedaDemographicValue": 10003, "WriteInDesc": "Other"},
        {"ClientDemographicId": "c", "ClientDemographicValue": "x"},
    ],
    "Products": [
        PAID | {"ShippingAddressId": 112, "EmailAddressId": "1", "StartIssueDate": "2030-01-01"},
        {"OmedaProductId": "15", "Receive": 0, "Amount": 0, "Quantity": 1},
    ],
    "ProductUpdates": [{"OmedaProductIdUpdate": 15, "RequestedVersionUpdate": "D"}],
    "MarketingProducts": [
        {
            "OmedaProductId": 16,
            "ProductFieldResponses": [{"ProductFieldId": 1, "ProductFieldResponseValue": 0}],
        }
    ],
    "BillingInformation": BILLING,
    "Telemarketing": [CALL],
    "CustomerBehaviors": [VIEWED | {"BehaviorId": "104"}],
    "Unheard": None,
    "DonorId": None,
}


async def test_an_order_with_everything_in_it_is_accepted(omeda: Omeda) -> None:
    assert (await omeda.order(**ORDER)).status == 200


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"CustomerStatusId": 2}, "CustomerStatusId has an invalid value."),
        (
            {"Addresses": [{"AddressContactType": 120}]},
            "The submission contained an invalid AddressContactType 120",
        ),
        (
            {"Emails": [{"EmailContactType": "x", "EmailAddress": "a@example.com"}]},
            "The submission contained an invalid EmailContactType x",
        ),
        (
            {"Phones": [{"PhoneContactType": 201, "Number": "1"}]},
            "The submission contained an invalid PhoneContactType 201",
        ),
        ({"Phones": [{}]}, "Number must be set."),
        *(
            ({"Emails": [{"EmailAddress": address}]}, f"EmailAddress is not valid {address}")
            for address in (
                "a",
                "a@b",
                "a b@example.com",
                "a@@example.com",
                "@example.com",
                "a@b..c",
            )
        ),
        ({"Emails": [{}]}, "EmailAddress is not valid null"),
        ({"OrderDate": "2024-02-30"}, "Your submission contained an invalid date"),
        ({"OrderDate": "2024-02-03 10:11:12"}, "Your submission contained an invalid date"),
        ({"SignupDate": 20240203}, "Your submission contained an invalid date"),
        (
            {"Products": [PAID | {"OrderExpirationDate": "2024-01-02 03:04"}]},
            "Your submission contained an invalid date",
        ),
        (
            {"Telemarketing": [CALL | {"EndOfCall": "2011-10-10 12;30"}]},
            "Your submission contained an invalid date",
        ),
        (
            {"BillingInformation": BILLING | {"DepositDate": "9/9/2016"}},
            "Your submission contained an invalid date",
        ),
        (
            {"CustomerBehaviors": [VIEWED | {"BehaviorDate": "2024-01-02"}]},
            "Your submission contained an invalid date",
        ),
        *(
            ({"Telemarketing": [without(CALL, name)]}, f"{name} is missing.")
            for name in list(CALL)[:6]
        ),
    ],
)
async def test_a_bad_order_is_refused_in_omedas_words(
    omeda: Omeda, change: dict[str, Any], text: str
) -> None:
    reply = await omeda.order(**(ORDER | change))

    assert (reply.status, reply.errors) == (400, [text])
    assert not omeda.simulator.books.accepted


@pytest.mark.parametrize(
    ("demographic", "text"),
    [
        (
            {"OmedaDemographicId": 1, "ClientDemographicId": "c"},
            "Can't submit more than one of the following: OmedaDemographicId, ClientDemographicId.",
        ),
        (
            {"OmedaDemographicId": 1, "OmedaDemographicValue": []},
            "OmedaDemographicValue is missing for OmedaDemographicId:1",
        ),
        (
            {"ClientDemographicId": "c"},
            "ClientDemographicValue is missing for ClientDemographicId: c",
        ),
        ({"OmedaDemographicId": "x"}, "OmedaDemographicId x is not a valid value."),
        ({"OmedaDemographicId": 9}, "OmedaDemographicId 9 is not a valid value."),
        (
            {"OmedaDemographicId": 1, "OmedaDemographicValue": [10, 12]},
            "OmedaDemographicValue 12 is not a valid value for OmedaDemographicId 1",
        ),
    ],
)
async def test_a_bad_demographic_is_refused(demographic: object, text: str) -> None:
    known = Catalog(demographics={1: frozenset({10, 11}), 2: frozenset()})
    async with running(Scenario(catalog=known)) as omeda:
        good = {"OmedaDemographicId": 2, "OmedaDemographicValue": "free text"}
        reply = await omeda.order(CustomerDemographics=[good, demographic])

        assert (reply.status, reply.errors) == (400, [text])


@pytest.mark.parametrize("products", ["x", ["x"], [{}], [{"OmedaProductId": True}]])
async def test_every_product_needs_an_id(omeda: Omeda, products: object) -> None:
    reply = await omeda.order(Products=products)

    assert (reply.status, reply.errors) == (
        400,
        ["OmedaProductId is missing in Products submission"],
    )


async def test_a_product_may_be_ordered_only_once(omeda: Omeda) -> None:
    twice = await omeda.order(Products=[{"OmedaProductId": 12}, {"OmedaProductId": "12"}])
    once = await omeda.order(Products=[{"OmedaProductId": 12}, {"OmedaProductId": 13}])

    text = "OmedaProductId 12 cannot be included more than once in a submission."
    assert (twice.status, twice.errors) == (400, [text])
    assert once.status == 200


@pytest.mark.parametrize(
    ("product", "text"),
    [
        ({"ShippingAddressId": "x"}, "The ShippingAddressId  x is invalid."),
        ({"ShippingAddressId": 9}, "The ShippingAddressId  9 is invalid."),
        (
            {"ShippingAddressId": 2},
            "The ShippingAddressId  2 does not belong to the Customer submitted.",
        ),
        ({"ShippingAddressId": 3}, "The ShippingAddressId  3 submitted is not Active."),
        ({"EmailAddressId": 9}, "The EmailAddressId 9 is invalid."),
        ({"EmailAddressId": 2}, "The EmailAddressId 2 does not belong to the Customer submitted."),
        ({"EmailAddressId": 3}, "The EmailAddressId 3 submitted is not Active."),
    ],
)
async def test_a_product_is_sent_to_the_customers_own_addresses(
    product: dict[str, int], text: str
) -> None:
    places = {1: Owned(1234), 2: Owned(5), 3: Owned(1234, active=False)}
    catalog = Catalog(addresses=places, email_addresses=places)
    async with running(Scenario(catalog=catalog)) as omeda:
        for container in ("Products", "MarketingProducts"):
            entry = {"OmedaProductId": 1, "ShippingAddressId": 1} | product
            reply = await omeda.order(OmedaCustomerId=1234, **{container: [entry]})

            assert (reply.status, reply.errors) == (400, [text])


async def test_an_address_id_needs_the_customer_id(omeda: Omeda) -> None:
    product = {"OmedaProductId": 1, "ShippingAddressId": 1, "EmailAddressId": 1}

    reply = await omeda.order(ClientCustomerId="c", Products=[product])

    assert reply.errors == [
        "To set a ShippingAddressId, your submission must contain an OmedaCustomerId.",
        "To set an EmailAddressId ,your submission must contain an OmedaCustomerId.",
    ]


async def test_where_products_are_listed_there_are_no_others() -> None:
    async with running(Scenario(catalog=Catalog(products=frozenset({7})))) as omeda:
        assert (await omeda.order(Products=[{"OmedaProductId": "7"}])).status == 200
        assert (await omeda.order(Products=[{"OmedaProductId": 8}])).status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"ProductUpdates": [{"OmedaProductIdUpdate": 15}]},
        {"MarketingProducts": [{}]},
        {"MarketingProducts": [{"OmedaProductId": 1, "ProductFieldResponses": [{}]}]},
        {"Addresses": {}},
        {"Emails": ["a@example.com"]},
        {"CustomerBehaviors": "x"},
        {"Products": [PAID | {"Amount": "1,000.00"}]},
        {"Products": [PAID | {"Amount": float("inf")}]},
        {"Products": [PAID | {"Postage": True}]},
        {"BillingInformation": BILLING | {"PayPalPayerId": "p"}},
        {"BillingInformation": without(BILLING, "CardSecurityCode")},
    ],
)
async def test_what_omeda_has_no_text_for_is_refused_all_the_same(
    omeda: Omeda, change: dict[str, Any]
) -> None:
    assert (await omeda.order(**(ORDER | change))).status == 400


async def test_all_that_is_wrong_with_an_order_is_told_at_once_and_each_text_once(
    omeda: Omeda,
) -> None:
    reply = await omeda.order(Phones=[{}, {}], OrderDate="x", SignupDate="y")

    assert reply.errors == ["Number must be set.", "Your submission contained an invalid date"]
