"""What a customer orders.

Sources: Omeda's pages "Save Customer and Order" and "Save Customer and Order Paid"; the payment
status codes from "Subscription Lookup By Customer Id".
"""

from typing import Annotated

from bridge.events.columns import Code, Element, Id, Number, Text50, codes
from bridge.events.dates import Day
from bridge.events.values import Given, Money

VERSIONS = codes({"P": "print", "D": "digital", "B": "both"})


class Product(Element):
    """A subscription to a magazine or newsletter. A product may occur once in an order."""

    OmedaProductId: Id | None = None
    """Required. Omeda's id of the product."""
    Receive: Annotated[Code, codes({0: "opt out", 1: "opt in"})] | None = None
    """1 where absent; `0` is the opt-out."""
    Quantity: Number | None = None
    """1 where absent."""
    PersonalIdentifier: Text50 | None = None
    """For example the answer to "What is your eye color?"."""
    RequestedVersion: Annotated[str, VERSIONS] | None = None
    """Only for products that have versions."""
    ShippingAddressId: Id | None = None
    """One of the customer's addresses at Omeda; demands `OmedaCustomerId`."""
    EmailAddressId: Id | None = None
    """One of the customer's e-mail addresses at Omeda; demands `OmedaCustomerId`."""
    Term: Number | None = None
    """Duration. A paid product needs it, or `OrderExpirationDate`."""
    PricePerQuantity: Money | None = None
    """Price of one."""
    DiscountPercentage: Money | None = None
    """Discount on the order, in percent."""
    PaymentStatusId: (
        Annotated[
            Code,
            codes(
                {
                    1: "paid on invoice",
                    2: "paid with order",
                    3: "credit",
                    5: "grace",
                    6: "free",
                    7: "controlled",
                    8: "free term",
                }
            ),
        ]
        | None
    ) = None
    """Absent where no payment is made."""
    Amount: Money | None = None
    """What is billed in all, without shipping and tax. Not negative."""
    AmountPaid: Money | None = None
    """What is paid at once. Not negative; in sum not above what the order costs."""
    SalesTax: Money | None = None
    """Sales tax."""
    Postage: Money | None = None
    """Postage."""
    PurchaseOrderNumber: str | None = None
    """The publisher's own number that authorises the purchase."""
    StartIssueDate: Day | None = None
    """Date of the first issue."""
    OrderExpirationDate: Day | None = None
    """When the order expires. A paid product needs it, or `Term`."""
    AutoRenewalCode: (
        Annotated[Code, codes({0: "none", 5: "charge on expiry", 6: "invoice on expiry"})] | None
    ) = None
    """Absent for a new subscription without renewal."""
    NumberOfInstallments: Number | None = None
    """Instalments in all."""
    Sku: str | None = None
    """Product code; single-copy sales need it."""


class ProductUpdate(Element):
    """Another version of a subscription that there is, without touching its verification date."""

    OmedaProductIdUpdate: Id | None = None
    """Required. Omeda's id of the product."""
    RequestedVersionUpdate: Annotated[str, VERSIONS] | None = None
    """Required on the newer of Omeda's pages, optional on the older."""


class ProductFieldResponse(Element):
    """One answer to a field of a marketing product."""

    ProductFieldId: Id | None = None
    """Required. Omeda's id of the field."""
    ProductFieldResponseValue: Given | None = None
    """Required. Text, integer or date, as the field has it. Leaves as it came."""


class MarketingProduct(Element):
    """Data of a marketing product (product type 11)."""

    OmedaProductId: Id | None = None
    """Required. Omeda's id of the marketing product."""
    ShippingAddressId: Id | None = None
    """One of the customer's addresses at Omeda; demands `OmedaCustomerId`."""
    EmailAddressId: Id | None = None
    """One of the customer's e-mail addresses at Omeda; demands `OmedaCustomerId`."""
    ProductFieldResponses: list[ProductFieldResponse] | None = None
    """The answers to its fields."""
