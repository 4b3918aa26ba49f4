"""What is ordered, and what it costs."""

from tests.core.rulings import Case, order, paid, product

DEMANDS = "demands that OmedaCustomerId is given"

CASES = [
    Case(
        "product_id",
        order(Products=[product(), {"Receive": 1}]),
        "Products[1].OmedaProductId",
        "is required",
        order(Products=[product(), {"OmedaProductId": 0, "Receive": 1}]),
    ),
    Case(
        "product_once",
        order(Products=[product(), {"OmedaProductId": 15}, {"OmedaProductId": "014"}]),
        "Products[2].OmedaProductId",
        "is that of Products[0] again",
        order(
            Products=[product(), {"OmedaProductId": 15}],
            MarketingProducts=[{"OmedaProductId": 14}],
            ProductUpdates=[{"OmedaProductIdUpdate": 14, "RequestedVersionUpdate": "P"}],
        ),
    ),
    Case(
        "product_once",
        order(Products=[{"OmedaProductId": 0}, {"OmedaProductId": "0"}]),
        "Products[1].OmedaProductId",
        "is that of Products[0] again",
        order(Products=[{"OmedaProductId": 0}, {"OmedaProductId": "10"}]),
    ),
    *(
        Case(
            "negative_amount",
            order(Products=[product(), {"OmedaProductId": 15, name: "-0.01"}]),
            f"Products[1].{name}",
            "must not be negative",
            order(Products=[product(), {"OmedaProductId": 15, name: "-0.00"}]),
        )
        for name in ("Amount", "AmountPaid")
    ),
    *(
        Case(
            "negative_charge",
            order(Products=[product(**{name: -0.01})]),
            f"Products[0].{name}",
            "should not be negative",
            order(Products=[product(**{name: 0})]),
        )
        for name in ("PricePerQuantity", "SalesTax", "Postage")
    ),
    *(
        Case("paid_term", broken, "Products[0].Term", sentence, good)
        for sentence in ("is required for a paid product, or OrderExpirationDate",)
        for broken, good in (
            (paid(Term=None), paid(Term=0)),
            (paid(Term=None), paid(Term=None, OrderExpirationDate="2027-03-01")),
            (paid(Term=None, Amount="0.01"), order(Products=[product(Amount="0.00")])),
            (paid(Term=None, Amount=None, AmountPaid=1), order(Products=[product(AmountPaid=0)])),
        )
    ),
    *(
        Case(
            "overpaid",
            paid(AmountPaid=wrong, **more),
            "Products",
            f"{wrong} is paid (AmountPaid), more than the order's {total}",
            paid(AmountPaid=total, **more),
        )
        for wrong, total, more in (
            ("71.51", "71.50", {}),
            ("72.51", "72.50", {"Postage": "1"}),
            ("6.51", "6.50", {"Amount": None}),
        )
    ),
    *(
        Case(
            rule,
            {"ClientCustomerId": "1001", group: [product(), {"OmedaProductId": 15, name: 0}]},
            f"{group}[1].{name}",
            DEMANDS,
            order(**{group: [product(), {"OmedaProductId": 15, name: 0}]}),
        )
        for rule, name in (
            ("shipping_address", "ShippingAddressId"),
            ("email_address_id", "EmailAddressId"),
        )
        for group in ("Products", "MarketingProducts")
    ),
    Case(
        "update_id",
        order(ProductUpdates=[{"RequestedVersionUpdate": "P"}]),
        "ProductUpdates[0].OmedaProductIdUpdate",
        "is required",
        order(ProductUpdates=[{"OmedaProductIdUpdate": 0, "RequestedVersionUpdate": "P"}]),
    ),
    Case(
        "update_version",
        order(ProductUpdates=[{"OmedaProductIdUpdate": 14}]),
        "ProductUpdates[0].RequestedVersionUpdate",
        "should be given: what else changes?",
        order(ProductUpdates=[{"OmedaProductIdUpdate": 14, "RequestedVersionUpdate": "D"}]),
    ),
    Case(
        "marketing_product_id",
        order(MarketingProducts=[{"ProductFieldResponses": []}]),
        "MarketingProducts[0].OmedaProductId",
        "is required",
        order(MarketingProducts=[{"OmedaProductId": 0}]),
    ),
    *(
        Case(
            "field_response",
            order(MarketingProducts=[product(ProductFieldResponses=[whole, whole | missing])]),
            f"MarketingProducts[0].ProductFieldResponses[1].{next(iter(missing))}",
            "is required",
            order(MarketingProducts=[product(ProductFieldResponses=[whole])]),
        )
        for whole in ({"ProductFieldId": 0, "ProductFieldResponseValue": ""},)
        for missing in ({"ProductFieldId": None}, {"ProductFieldResponseValue": None})
    ),
]
