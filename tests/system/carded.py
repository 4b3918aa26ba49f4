"""Records with a card on them, and spoiled ones that nobody can deliver."""

import base64
import json

from tests.system.cluster import Partition
from tests.system.events import order_body
from tests.system.world import World
from tests.system.writer import Message

CARD = "4000056655665556"
"""A published test number; it belongs to nobody."""
CODE = "9173"
HOPELESS = b"4001"
"""The key of records that nobody can deliver."""
WORD = "Invented-Code-5a0d"
"""What a careless form lets through as a security code."""

BILL = {
    "CreditCardNumber": CARD,
    "CardSecurityCode": CODE,
    "CreditCardType": "1",
    "ExpirationDate": "1299",
    "NameOnCard": "Ann Example",
    "DepositDate": "2024-01-02",
    "AuthCode": "A-1",
    "BillingStreet": "1 Main St",
    "BillingCity": "Springfield",
    "BillingCountryCode": "DEU",
    "DoCharge": "False",
}


def write_hopeless(world: World) -> set[str]:
    """Records that a rule rejects, or that cannot be read, with card data; their offsets."""
    body = {**order_body(4001, "hopeless"), "BillingInformation": BILL}
    product = {"OmedaProductId": 12, "Amount": "-65.00", "Term": "12"}
    broken = {
        **body,
        "Products": [product],
        "BillingInformation": {**BILL, "CardSecurityCode": WORD},
    }
    whole = json.dumps(body)
    enveloped = {
        "specversion": "1.0",
        "id": "1",
        "source": "/shop",
        "type": "order",
        "data_base64": base64.b64encode(whole[:-1].encode()).decode(),
    }
    values = [
        whole[:-1],
        f"card {CARD}, code {CODE}",
        json.dumps([body]),
        json.dumps({**body, "OmedaCustomerId": [CARD]}),
        json.dumps({**body, "Products": CARD}),
        json.dumps(broken),
        json.dumps(enveloped),
        "".join(f"\\u{ord(each):04x}" for each in whole),
    ]
    types = {6: (("content-type", b"application/cloudevents+json"),)}
    headers = (("note", whole.encode()),)
    messages = [
        Message(
            Partition(world.topics.orders, 0), HOPELESS, text.encode(), headers + types.get(n, ())
        )
        for n, text in enumerate(values)
    ]
    return set(map(str, world.writer.write(messages)))
