"""Who the event is about."""

from bridge.events import StoreOrder
from bridge.rules.book import Broken, Strictness, rule

REJECT, WARN = Strictness.REJECT, Strictness.WARN

_CUSTOMER_STATUSES = (0, 1, 3)


@rule(StoreOrder, REJECT, source='Save Customer and Order: "CustomerStatusId has an invalid value"')
def customer_status(order: StoreOrder) -> Broken:
    """CustomerStatusId is 0, 1 or 3."""
    if order.CustomerStatusId is not None and order.CustomerStatusId not in _CUSTOMER_STATUSES:
        yield "CustomerStatusId", "must be 0 (inactive), 1 (active) or 3 (test)"


@rule(StoreOrder, WARN, source="Save Customer and Order: ClientCustomerId, OmedaCustomerId")
def two_ids(order: StoreOrder) -> Broken:
    """OmedaCustomerId and ClientCustomerId are alternatives."""
    if order.OmedaCustomerId is not None and order.ClientCustomerId is not None:
        yield "ClientCustomerId", "should not be given together with OmedaCustomerId"


@rule(StoreOrder, WARN, source="Save Customer and Order: DonorId")
def donor(order: StoreOrder) -> Broken:
    """Who gives a subscription is another than who gets it."""
    if order.DonorId is not None and order.DonorId == order.OmedaCustomerId:
        yield "DonorId", "should be another customer than OmedaCustomerId"


@rule(StoreOrder, WARN, source="Save Customer and Order: ExternalCustomerIdNamespace")
def namespace(order: StoreOrder) -> Broken:
    """An ExternalCustomerId names its namespace."""
    if order.ExternalCustomerId is not None and not order.ExternalCustomerIdNamespace:
        yield (
            "ExternalCustomerIdNamespace",
            "should be given with ExternalCustomerId: without a default, Omeda refuses",
        )


@rule(StoreOrder, WARN, source="no page says so: there is nothing to match a customer by")
def nobody(order: StoreOrder) -> Broken:
    """There is something to tell the customer by: an id, a name, or a contact."""
    ids = (order.OmedaCustomerId, order.ExternalCustomerId, order.ClientCustomerId)
    given = any(one is not None and one != "" for one in ids)
    contacts = (order.Emails, order.Phones, order.Addresses, order.LastName)
    if not given and not any(contacts):
        yield "OmedaCustomerId", "no id, name or contact is given: this could match nobody"
