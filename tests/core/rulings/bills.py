"""How an order is paid."""

from tests.core.rulings import Case, billing, card, order, paid, product

NO_CARD = dict.fromkeys(
    ("CreditCardNumber", "CreditCardType", "ExpirationDate", "CardSecurityCode", "NameOnCard")
)

CASES = [
    *(
        Case(
            "billing_address",
            paid(billing(**{name: absent})),
            f"BillingInformation.{name}",
            "is required",
            paid(),
        )
        for name in ("BillingStreet", "BillingCity", "BillingCountryCode")
        for absent in (None, "")
    ),
    Case(
        "do_charge",
        paid(billing(DoCharge=None)),
        "BillingInformation.DoCharge",
        'is required: "False"',
        paid(billing(DoCharge=False)),
    ),
    *(
        Case(
            "charge",
            paid(billing(DoCharge=wrong)),
            "BillingInformation.DoCharge",
            'should always be "False"',
            paid(billing(DoCharge="false")),
        )
        for wrong in ("True", True, "no")
    ),
    *(
        Case(
            "billing_region",
            paid(billing(**here | {name: absent})),
            f"BillingInformation.{name}",
            "is required for USA and CAN",
            good,
        )
        for country in ("USA", "CAN")
        for here in (
            {"BillingCountryCode": country, "BillingRegion": "IL", "BillingPostalCode": "60062"},
        )
        for name in ("BillingRegion", "BillingPostalCode")
        for absent in (None, "")
        for good in (paid(billing(**here)), paid(billing(**{name: absent})))
    ),
    *(
        Case(
            "billing_country",
            paid(billing(BillingCountryCode=wrong)),
            "BillingInformation.BillingCountryCode",
            "should be three letters: USA, CAN",
            paid(billing(BillingCountryCode="FRA")),
        )
        for wrong in ("US", "usa", "USAA")
    ),
    *(
        Case(
            "paypal_pair",
            paid(billing(**{one: "p-1", other: absent})),
            f"BillingInformation.{other}",
            f"is required with {one}",
            paid(billing(PayPalPaymentId=given, PayPalPayerId=given)),
        )
        for one, other in (
            ("PayPalPaymentId", "PayPalPayerId"),
            ("PayPalPayerId", "PayPalPaymentId"),
        )
        for absent, given in ((None, "p-1"), ("", ""))
    ),
    Case(
        "card_type",
        paid(card(CreditCardType=None)),
        "BillingInformation.CreditCardType",
        "should be given with CreditCardNumber",
        paid(card()),
    ),
    *(
        Case(
            "card_details",
            paid(card(**{name: None})),
            f"BillingInformation.{name}",
            "should be given with CreditCardNumber",
            good,
        )
        for name in ("ExpirationDate", "CardSecurityCode", "NameOnCard")
        for good in (paid(card()), paid(billing(NameOnCard="Ann Example")))
    ),
    *(
        Case(
            "card_expired",
            paid(card(ExpirationDate=past)),
            "BillingInformation.ExpirationDate",
            "is in the past",
            paid(card(ExpirationDate=good)),
        )
        for past, good in (("0226", "0326"), ("1225", "1226"), ("1200", "0199"))
    ),
    *(
        Case(
            "third_party_payment",
            paid(card(**{name: None})),
            f"BillingInformation.{name}",
            "should be given for a payment made elsewhere",
            good,
        )
        for name in ("DepositDate", "AuthCode")
        for good in (
            paid(card()),
            paid(card(**NO_CARD, DepositDate=None, AuthCode=None)),
        )
    ),
    *(
        Case(
            "card_number",
            paid(card(CreditCardNumber=wrong, CreditCardType=1)),
            "BillingInformation.CreditCardNumber",
            "is not the number of a card: its check digit is wrong",
            paid(card(CreditCardNumber="4111 1111-1111 1111", CreditCardType=1)),
        )
        for wrong in ("4111111111111112", "4111x", "4111111111111111a", "\u0664111")
    ),
    *(
        Case(
            "card_match",
            paid(card(CreditCardNumber=number, CreditCardType=wrong)),
            "BillingInformation.CreditCardType",
            "is not that of CreditCardNumber",
            paid(card(CreditCardNumber=number, CreditCardType=right)),
        )
        for number, wrong, right in (
            ("4111111111111111", 2, 1),
            ("5555555555554444", 1, 2),
            ("378282246310005", 1, 3),
        )
    ),
    *(
        Case(
            "billing_region_code",
            paid(billing(BillingCountryCode="USA", BillingPostalCode="60062", BillingRegion=wrong)),
            "BillingInformation.BillingRegion",
            "should be two letters for USA and CAN",
            paid(billing(BillingCountryCode="FRA", BillingRegion=wrong)),
        )
        for wrong in ("Illinois", "il", "I")
    ),
    *(
        Case(
            "billing_missing",
            broken | {"BillingInformation": None},
            "BillingInformation",
            "should be given for a paid product",
            good,
        )
        for broken, good in (
            (paid(), paid()),
            (paid(Amount=None, AmountPaid="0.01"), order(Products=[product(Amount="0.00")])),
        )
    ),
    *(
        Case(
            "billing_of_nothing",
            order(BillingInformation=billing(), **products),
            "BillingInformation",
            "is meant for paid products, and there is none",
            good,
        )
        for products in ({}, {"Products": [product(Amount="0.00")]})
        for good in (paid(), order(**products))
    ),
]
