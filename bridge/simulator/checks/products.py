"""Products: their ids, and the addresses that they are sent to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from bridge.simulator.answers import Objection
from bridge.simulator.catalog import Catalog, Owned
from bridge.simulator.fields import Fields, every, integer, is_given
from bridge.simulator.submission import customer_id_of

NO_ID = "OmedaProductId is missing in Products submission"
TWICE = "OmedaProductId {} cannot be included more than once in a submission."
OWN_UNKNOWN = "OmedaProductId {} is not a valid product."
OWN_NO_UPDATE = "{} is missing in ProductUpdates submission"
OWN_NO_MARKETING = "{} is missing in MarketingProducts submission"
# Two spaces, a comma before the blank: as on Omeda's page.
SHIPPING_NEEDS = "To set a ShippingAddressId, your submission must contain an OmedaCustomerId."
EMAIL_NEEDS = "To set an EmailAddressId ,your submission must contain an OmedaCustomerId."
SHIPPING = "The ShippingAddressId  {}"
EMAIL = "The EmailAddressId {}"

_UPDATE = ("OmedaProductIdUpdate", "RequestedVersionUpdate")
_RESPONSE = ("ProductFieldId", "ProductFieldResponseValue")


def object_to_products(fields: Fields, catalog: Catalog) -> Iterator[Objection]:
    """Object to products, updates of them, and marketing products."""
    yield from _object_to_ids(fields, catalog)
    for product in every(fields, "Products"):
        yield from _object_to_places(product, fields, catalog)
    for update in every(fields, "ProductUpdates"):
        yield from _object_to_gaps(update, _UPDATE, OWN_NO_UPDATE)
    for product in every(fields, "MarketingProducts"):
        yield from _object_to_places(product, fields, catalog)
        yield from _object_to_gaps(product, ("OmedaProductId",), OWN_NO_MARKETING)
        for response in every(product, "ProductFieldResponses"):
            yield from _object_to_gaps(response, _RESPONSE, OWN_NO_MARKETING)


def _object_to_ids(fields: Fields, catalog: Catalog) -> Iterator[Objection]:
    products = fields.get("Products")
    if products is None:
        return
    ids = [integer(product.get("OmedaProductId")) for product in every(fields, "Products")]
    if not isinstance(products, list) or None in ids:
        yield Objection(NO_ID)
        return
    for product, times in Counter(ids).items():
        if times > 1:
            yield Objection(TWICE.format(product))
        if catalog.products and product not in catalog.products:
            yield Objection(OWN_UNKNOWN.format(product), HTTPStatus.NOT_FOUND)


def _object_to_places(product: Fields, fields: Fields, catalog: Catalog) -> Iterator[Objection]:
    customer = customer_id_of(fields)
    shipping, email = product.get("ShippingAddressId"), product.get("EmailAddressId")
    if is_given(shipping):
        if customer is None:
            yield Objection(SHIPPING_NEEDS)
        yield from _object_to_place(SHIPPING, shipping, customer, catalog.addresses)
    if is_given(email):
        if customer is None:
            yield Objection(EMAIL_NEEDS)
        yield from _object_to_place(EMAIL, email, customer, catalog.email_addresses)


def _object_to_place(
    subject: str, value: object, customer: int | None, known: Mapping[int, Owned]
) -> Iterator[Objection]:
    place_id = integer(value)
    place = known.get(place_id) if place_id is not None else None
    if place_id is None or (known and place is None):
        yield Objection(f"{subject.format(value)} is invalid.")
    elif place is not None and customer is not None and place.customer != customer:
        yield Objection(f"{subject.format(value)} does not belong to the Customer submitted.")
    elif place is not None and not place.active:
        yield Objection(f"{subject.format(value)} submitted is not Active.")


def _object_to_gaps(entry: Fields, required: tuple[str, ...], template: str) -> Iterator[Objection]:
    for name in required:
        if not is_given(entry.get(name)):
            yield Objection(template.format(name))
