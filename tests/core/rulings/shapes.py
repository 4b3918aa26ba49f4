"""What holds for members of every element."""

from bridge.model import Kind
from tests.core.rulings import Case, behavior, card, order, paid, product

CASES = [
    Case(
        "too_long",
        order(Addresses=[{}, {"Street": "x" * 256}]),
        "Addresses[1].Street",
        "has 256 characters, and 255 are the most",
        order(Addresses=[{}, {"Street": "x" * 255}]),
    ),
    Case(
        "date_form",
        behavior(BehaviorDate="2026-01-02T03:04:05"),
        "CustomerBehaviors[0].BehaviorDate",
        "is no date of the form yyyy-MM-dd HH:mm:ss",
        behavior(BehaviorDate="2026-01-02T03:04:05Z"),
        Kind.BEHAVIOR,
    ),
    Case(
        "date_form",
        order(OrderDate="02.01.2026"),
        "OrderDate",
        "is no date of the form yyyy-MM-dd or yyyy-MM-dd HH:mm",
        order(OrderDate="2026-01-02 03:04"),
    ),
    Case(
        "date_form",
        order(Products=[product(StartIssueDate="2026-02-29")]),
        "Products[0].StartIssueDate",
        "is no date of the form yyyy-MM-dd",
        order(Products=[product(StartIssueDate="2028-02-29")]),
    ),
    *(
        Case(
            "date_form",
            paid(card(ExpirationDate=wrong)),
            "BillingInformation.ExpirationDate",
            "is no date of the form MMYY",
            paid(card(ExpirationDate="1230")),
        )
        for wrong in ("1330", "0030", "12/30", "2030-12")
    ),
    Case(
        "unknown_code",
        order(Phones=[{"Number": "847-555-7527", "PhoneContactType": "220"}]),
        "Phones[0].PhoneContactType",
        "is none of 0, 200, 210, 230, 240, 250, 260, 270",
        order(Phones=[{"Number": "847-555-7527", "PhoneContactType": "230"}]),
    ),
    Case(
        "unknown_code",
        order(Addresses=[{"Airmail": "B"}]),
        "Addresses[0].Airmail",
        'is none of "A", ""',
        order(Addresses=[{"Airmail": ""}]),
    ),
    Case(
        "unknown_code",
        order(MergeCode=2),
        "MergeCode",
        'is none of "0", "1"',
        order(MergeCode=0),
    ),
    Case(
        "other_kind",
        behavior() | {"Products": [], "LastName": "Example"},
        "LastName",
        "belongs into an order: this is not a behavior event",
        behavior(),
        Kind.BEHAVIOR,
    ),
    Case(
        "other_kind",
        behavior(),
        "CustomerBehaviors",
        "stands alone: this is a behavior event, not an order",
        behavior() | {"LastName": "Example"},
    ),
    Case(
        "other_kind",
        {"LastName": "Example", "specversion": "1.0", "data": {}},
        "specversion",
        "this is a CloudEvents envelope; its record needs the header"
        " content-type: application/cloudevents+json",
        order(),
    ),
    *(
        Case("unknown_field", broken, path, "is not a member that Omeda documents", order())
        for broken, path in (
            (order(RunProcessor=1), "RunProcessor"),
            (
                order(Products=[product(), product(OmedaProductId=15, Filter=1)]),
                "Products[1].Filter",
            ),
            (paid(card(Cvv=None)), "BillingInformation.Cvv"),
        )
    ),
]
