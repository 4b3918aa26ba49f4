"""Card data stands in the body that leaves, and nowhere else."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bridge.decode import Decoded, EventDecoder
from bridge.event import Event, Request
from bridge.events import StoreOrder
from bridge.model import Kind, LaneKey, Rejected, Unreadable
from bridge.record import Letter, Record
from bridge.routing import request_for
from bridge.secret import Secret
from tests.core.samples import CHICAGO, ORDERS, event_of, read_as, record, rejected_of

NUMBER, CODE = "4111111111111111", "7391"
ORDER: dict[str, Any] = {
    "OmedaCustomerId": 5,
    "Products": [{"OmedaProductId": 1, "Amount": "5.00", "Term": 12}],
    "BillingInformation": {
        "CreditCardNumber": NUMBER,
        "CreditCardType": 1,
        "CardSecurityCode": CODE,
        "DoCharge": "False",
        "BillingStreet": "a",
        "BillingCity": "b",
        "BillingCountryCode": "DEU",
        "creditcardnumber": NUMBER,
    },
    "CardSecurityCode": CODE,
}
VALUE = json.dumps(ORDER).encode()


def decoded() -> Decoded:
    return EventDecoder(Kind.ORDER, CHICAGO).decode(VALUE)


def hides(text: str) -> bool:
    return NUMBER not in text and CODE not in text


def shown(thing: object) -> list[str]:
    return [repr(thing), str(thing), f"{thing}", f"{thing!r:>5}", f"{[thing]} {(thing,)}"]


def test_the_body_holds_the_card() -> None:
    body = json.loads(event_of(VALUE, ORDERS).body)

    assert body == ORDER


def test_no_representation_of_the_decoded_event_shows_the_card() -> None:
    event = decoded().event

    assert all(map(hides, shown(decoded())))
    assert all(map(hides, shown(event)))
    assert isinstance(event, StoreOrder)
    assert all(map(hides, shown(event.BillingInformation)))
    assert all(map(hides, shown(msgspec.structs.asdict(event))))


def test_no_representation_of_what_carries_the_event_shows_the_card() -> None:
    event = event_of(VALUE, ORDERS)
    read = record(value=VALUE, key=NUMBER.encode(), headers=(("x", NUMBER.encode()),))
    request = request_for(event, ORDERS)

    assert isinstance(request, Request)
    assert all(map(hides, shown(event)))
    assert all(map(hides, shown(read)))
    assert all(map(hides, shown(request)))
    letter = Letter(read, ORDERS.service, Rejected("refused", "deliver", "x", "y"), 1, 0)
    assert all(map(hides, shown(letter)))


@pytest.mark.parametrize(
    "write",
    [
        pickle.dumps,
        copy.deepcopy,
        msgspec.json.encode,
        msgspec.msgpack.encode,
        msgspec.to_builtins,
        msgspec.yaml.encode,
        lambda billing: json.dumps(msgspec.structs.asdict(billing)),
    ],
)
def test_nothing_but_the_bridges_own_encoder_writes_the_card(write: Callable[[Any], Any]) -> None:
    event = decoded().event
    assert isinstance(event, StoreOrder)
    for part in (event, event.BillingInformation):
        with pytest.raises(TypeError):
            write(part)


@pytest.mark.parametrize("name", ["CreditCardNumber", "CardSecurityCode"])
@pytest.mark.parametrize("value", [f'"{NUMBER}"', NUMBER, f'"{CODE}"'])
def test_both_members_are_secrets_also_as_numbers(name: str, value: str) -> None:
    billing = f'{{"BillingInformation":{{"{name}":{value}}}}}'
    read = EventDecoder(Kind.ORDER, CHICAGO).decode(billing.encode())

    assert hides(repr(read))
    assert json.loads(read.body()) == {"BillingInformation": {name: value.strip('"')}}


@pytest.mark.parametrize(
    "billing",
    [
        f'{{"CreditCardNumber": ["{NUMBER}"]}}',
        f'{{"CreditCardNumber": {{"{NUMBER}": {CODE}}}}}',
        f'{{"CreditCardNumber": {NUMBER}.5}}',
        f'{{"ExpirationDate": {NUMBER}}}',
        f'{{"AuthCode": {NUMBER}}}',
        f'{{"CreditCardType": "{NUMBER}"}}',
        f'{{"CreditCardType": {NUMBER}}}',
        f'{{"DepositDate": "{NUMBER}"}}',
        f'{{"DoCharge": {NUMBER}}}',
        f'{{"CreditCardNumber": "{NUMBER}", "BillingStreet": 1}}',
        f'{{"CreditCardNumber": "{NUMBER}" "CardSecurityCode"}}',
        f'"{NUMBER}"',
        NUMBER,
    ],
)
def test_no_reason_why_an_order_is_refused_quotes_the_card(billing: str) -> None:
    read = read_as(f'{{"OmedaCustomerId": 5, "BillingInformation": {billing}}}', ORDERS)

    assert isinstance(read, Unreadable)
    assert all(map(hides, shown(read)))


def test_a_member_that_is_named_like_a_card_is_not_quoted() -> None:
    strict = replace(ORDERS, unknown_fields="reject")

    read = read_as(f'{{"LastName": "x", "{NUMBER}": 1}}', strict)

    assert isinstance(read, Unreadable)
    assert read.rejected.rules == ("unknown_field",)
    assert hides(repr(read))


def test_a_content_type_that_holds_a_card_number_is_not_quoted() -> None:
    headers = (("content-type", f"application/cloudevents+{NUMBER}".encode()),)

    rejected = rejected_of(b"{}", ORDERS, headers=headers)

    assert "application/cloudevents+***" in rejected.message
    assert hides(rejected.message)


def test_an_order_that_breaks_a_rule_does_not_show_its_card() -> None:
    order = {**ORDER, "OrderDate": "never"}

    read = read_as(json.dumps(order), ORDERS)

    assert isinstance(read, Unreadable)
    assert read.rejected.reason == "rule"
    assert all(map(hides, shown(read)))


def test_secrets_are_compared_by_their_text_and_used_as_keys() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_an_event_and_a_record_tell_their_size_alone() -> None:
    event = Event(LaneKey("DEMO", "5"), b"12345", 2)
    read: Record = record(value=b"12345", key=b"1")

    assert repr(event) == "<Event of 2: 5 bytes>"
    assert repr(read) == "<Record orders-0@0: 6 bytes>"
