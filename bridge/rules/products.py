"""What is ordered, and what it costs. Sums are decimals, never floats."""

from collections.abc import Iterator
from decimal import Decimal

from bridge.events import (
    MarketingProduct,
    Money,
    Product,
    ProductFieldResponse,
    ProductUpdate,
    StoreOrder,
)
from bridge.rules.book import Broken, Strictness, required, rule

REJECT, WARN = Strictness.REJECT, Strictness.WARN

_ORDER = "Save Customer and Order"
_PAID = "Save Customer and Order Paid"


@rule(Product, REJECT, source=f'{_ORDER}: "OmedaProductId is missing in Products submission"')
def product_id(product: Product) -> Broken:
    """A product has its id."""
    return required(product, "OmedaProductId")


@rule(StoreOrder, REJECT, source=f'{_ORDER}: "cannot be included more than once in a submission"')
def product_once(order: StoreOrder) -> Broken:
    """A product occurs once in an order."""
    places: dict[int, int] = {}
    for place, product in enumerate(order.Products or ()):
        if product.OmedaProductId is None:
            continue
        first = places.setdefault(product.OmedaProductId, place)
        if first != place:
            yield f"Products[{place}].OmedaProductId", f"is that of Products[{first}] again"


@rule(Product, REJECT, source=f'{_PAID}: "Amount cannot be less than 0" and its like')
def negative_amount(product: Product) -> Broken:
    """Amount and AmountPaid are not negative."""
    for name in ("Amount", "AmountPaid"):
        if _amount(getattr(product, name)) < 0:
            yield name, "must not be negative"


@rule(Product, WARN, source="no page says so: there is no meaning to it")
def negative_charge(product: Product) -> Broken:
    """Price, tax and postage are not negative."""
    for name in ("PricePerQuantity", "SalesTax", "Postage"):
        if _amount(getattr(product, name)) < 0:
            yield name, "should not be negative"


@rule(Product, REJECT, source=f'{_PAID}: "Must specify Term or OrderExpirationDate per product."')
def paid_term(product: Product) -> Broken:
    """A paid product (Amount or AmountPaid above zero) has a Term or an OrderExpirationDate."""
    if is_paid(product) and product.Term is None and not product.OrderExpirationDate:
        yield "Term", "is required for a paid product, or OrderExpirationDate"


@rule(StoreOrder, REJECT, source=f'{_PAID}: "AmountPaid cannot be greater than total order amount"')
def overpaid(order: StoreOrder) -> Broken:
    """What is paid is not above what the order costs: the sums of Amount, SalesTax and Postage."""
    paid = _sum(order, "AmountPaid")
    if paid <= 0:
        return
    total = _sum(order, "Amount") + _sum(order, "SalesTax") + _sum(order, "Postage")
    if paid > total:
        yield "Products", f"{paid:f} is paid (AmountPaid), more than the order's {total:f}"


@rule(
    StoreOrder, REJECT, source=f'{_ORDER}: "To set a ShippingAddressId, your submission must ..."'
)
def shipping_address(order: StoreOrder) -> Broken:
    """A ShippingAddressId demands an OmedaCustomerId."""
    yield from _of_nobody(order, "ShippingAddressId")


@rule(StoreOrder, REJECT, source=f'{_ORDER}: "To set an EmailAddressId, your submission must ..."')
def email_address_id(order: StoreOrder) -> Broken:
    """An EmailAddressId demands an OmedaCustomerId."""
    yield from _of_nobody(order, "EmailAddressId")


@rule(ProductUpdate, REJECT, source=f"{_ORDER}: OmedaProductIdUpdate is required")
def update_id(update: ProductUpdate) -> Broken:
    """A product update has its product's id."""
    return required(update, "OmedaProductIdUpdate")


@rule(ProductUpdate, WARN, source=f"{_ORDER} requires it, {_PAID} does not")
def update_version(update: ProductUpdate) -> Broken:
    """A product update names the version."""
    return required(
        update, "RequestedVersionUpdate", sentence="should be given: what else changes?"
    )


@rule(MarketingProduct, REJECT, source=f"{_ORDER}: Marketing Product Elements")
def marketing_product_id(product: MarketingProduct) -> Broken:
    """A marketing product has its id."""
    return required(product, "OmedaProductId")


@rule(ProductFieldResponse, REJECT, source=f"{_ORDER}: Product Field Response Elements")
def field_response(response: ProductFieldResponse) -> Broken:
    """An answer to a product's field has the field's id and a value."""
    return required(response, "ProductFieldId", "ProductFieldResponseValue")


def is_paid(product: Product) -> bool:
    """Whether money is asked or given for it. Omeda's pages do not define the word."""
    return _amount(product.Amount) > 0 or _amount(product.AmountPaid) > 0


def _amount(money: Money | None) -> Decimal:
    return money.amount if money is not None else Decimal(0)


def _sum(order: StoreOrder, name: str) -> Decimal:
    given = (getattr(each, name) for each in order.Products or ())
    return sum((money.amount for money in given if money is not None), Decimal(0))


def _of_nobody(order: StoreOrder, name: str) -> Iterator[tuple[str, str]]:
    if order.OmedaCustomerId is not None:
        return
    for group in ("Products", "MarketingProducts"):
        for place, product in enumerate(getattr(order, group) or ()):
            if getattr(product, name) is not None:
                yield f"{group}[{place}].{name}", "demands that OmedaCustomerId is given"
