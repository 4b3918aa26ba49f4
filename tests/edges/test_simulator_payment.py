"""Which amounts and billing the simulator refuses, and in which words."""

from typing import Any

import pytest

from tests.edges.simulated import BILLING, PAID, Omeda, without


@pytest.mark.parametrize(
    ("product", "text"),
    [
        (PAID | {"Amount": "-1.00", "AmountPaid": 0}, "Amount cannot be less than 0"),
        (PAID | {"AmountPaid": -0.5}, "AmountPaid cannot be less than 0"),
        (PAID | {"AmountPaid": "71.51"}, "AmountPaid cannot be greater than total order amount"),
        (without(PAID, "Term"), "Must specify Term or OrderExpirationDate per product."),
    ],
)
async def test_amounts_must_add_up(omeda: Omeda, product: object, text: str) -> None:
    reply = await omeda.order(Products=[product])

    assert (reply.status, reply.errors) == (400, [text])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"BillingCity": ""}, "Billing address is incomplete"),
        (
            {"BillingPostalCode": None},
            "BillingRegion and BillingPostalCode are required for USA and Canada.",
        ),
        ({"CreditCardNumber": "4111111111111112"}, "Payment Error: Invalid account number"),
        ({"CreditCardNumber": "41111111x1111111"}, "Payment Error: Invalid account number"),
        ({"CreditCardType": 2}, "The CreditCardNumber and CreditCardType do not match."),
        ({"ExpirationDate": None}, "ExpirationDate is missing."),
        ({"ExpirationDate": "0120"}, "ExpirationDate should be in the future"),
        ({"ExpirationDate": "2030-01"}, "Your submission contained an invalid date"),
    ],
)
async def test_billing_must_be_chargeable(omeda: Omeda, change: dict[str, Any], text: str) -> None:
    reply = await omeda.order(Products=[PAID], BillingInformation=BILLING | change)

    assert (reply.status, reply.errors) == (400, [text])


@pytest.mark.parametrize(
    "change",
    [
        {"CreditCardType": None},
        {"CreditCardType": 2, "CreditCardNumber": "5555555555554444"},
        {"CreditCardType": 9},
        {"BillingCountryCode": "DEU", "BillingRegion": None, "BillingPostalCode": None},
        {"CreditCardNumber": None, "ExpirationDate": None},
        {"PayPalPayerId": "p", "PayPalPaymentId": "q"},
    ],
)
async def test_billing_that_a_client_in_production_sends_is_accepted(
    omeda: Omeda, change: dict[str, Any]
) -> None:
    reply = await omeda.order(Products=[PAID], BillingInformation=BILLING | change)

    assert reply.status == 200
