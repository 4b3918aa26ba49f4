"""Omeda's contract of the write services, as far as a request can be checked against it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.system.events import Kind

BRAND = "DEMO"
BASE_PATH = "/webservices/rest"
SERVICES: dict[str, Kind] = {
    f"{BASE_PATH}/brand/{BRAND}/assignbehavior/*": "behavior",
    f"{BASE_PATH}/brand/{BRAND}/storecustomerandorder/*": "order",
}
BULK = f"{BASE_PATH}/brand/{BRAND}/assignbehavior/bulk/*"
LOOK_UP = re.compile(re.escape(f"{BASE_PATH}/brand/{BRAND}/transaction/") + r"(\d+)/\*")
APP_ID = "0C1A4E9E-0000-4000-8000-INVENTED0001"
INPUT_ID = "9999E0000099"
HEADERS = {
    "x-omeda-appid": APP_ID,
    "x-omeda-inputid": INPUT_ID,
    "content-type": "application/json",
}
BEHAVIOR_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class Submission(NamedTuple):
    """One event that a request asks Omeda to store."""

    kind: Kind
    customer: int
    seq: str
    body: bytes


class Violation(Exception):
    """A request is not what Omeda's contract says."""


def read_submissions(
    method: str, raw_path: str, headers: Mapping[str, str], body: bytes
) -> list[Submission]:
    """The events of a request that keeps the contract, in order; raises `Violation` otherwise."""
    if method != "POST":
        raise Violation(f"the method is {method}")
    if raw_path not in SERVICES and raw_path != BULK:
        raise Violation(f"the path is {raw_path}")
    for wrong in _wrong_headers(headers):
        raise Violation(wrong)
    event = _read_object(body)
    if raw_path != BULK:
        return _submissions_of(SERVICES[raw_path], event, body)
    parts = _parts(event)
    customers = [_customer_of(part) for part in parts]
    if len(set(customers)) < len(customers):
        raise Violation(f"a customer stands twice in one request: {customers}")
    return [each for part in parts for each in _submissions_of("behavior", part, body)]


def looked_up(method: str, raw_path: str) -> int | None:
    """The transaction that a request asks after; None where it is no look-up."""
    asked = LOOK_UP.fullmatch(raw_path) if method == "GET" else None
    return int(asked[1]) if asked else None


def _submissions_of(kind: Kind, event: dict[str, Any], body: bytes) -> list[Submission]:
    customer = _customer_of(event)
    return [Submission(kind, customer, _seq_of(kind, one), body) for one in _apart(kind, event)]


def _parts(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The customers of a bulk request, each with its behaviors."""
    parts = event.get("Customers")
    if not isinstance(parts, list) or not parts or len(event) > 1:
        raise Violation(f"a bulk request is {str(event)[:80]}")
    if not all(isinstance(part, dict) for part in parts):
        raise Violation(f"customers of a bulk request are {str(parts)[:80]}")
    return parts


def _wrong_headers(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in HEADERS.items():
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name)!r} instead of {value!r}"
    if "omeda-bridge" not in headers.get("user-agent", ""):
        yield f"user-agent is {headers.get('user-agent')!r} and does not name the product"


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise Violation(f"the body is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise Violation(f"the body is not an object but {body[:80]!r}")
    return event


def _apart(kind: Kind, event: dict[str, Any]) -> list[dict[str, Any]]:
    if kind == "order":
        return [event]
    behaviors = event.get("CustomerBehaviors")
    if not isinstance(behaviors, list) or not behaviors:
        raise Violation(f"CustomerBehaviors is {behaviors!r}")
    return [{**event, "CustomerBehaviors": [behavior]} for behavior in behaviors]


def _customer_of(event: dict[str, Any]) -> int:
    customer = event.get("OmedaCustomerId")
    if type(customer) is not int:
        raise Violation(f"OmedaCustomerId is {customer!r}, not an integer")
    return customer


def _seq_of(kind: Kind, event: dict[str, Any]) -> str:
    seq = event.get("ClientOrderId") if kind == "order" else _promo_code(event)
    if not isinstance(seq, str):
        raise Violation(f"the {kind} carries {seq!r} where its sequence text was")
    return seq


def _promo_code(event: dict[str, Any]) -> object:
    match event.get("CustomerBehaviors"):
        case [{"BehaviorId": int(), "BehaviorDate": str(date), **behavior}] if (
            BEHAVIOR_DATE.fullmatch(date)
        ):
            return behavior.get("BehaviorPromoCode")
        case other:
            raise Violation(f"CustomerBehaviors is {other!r}")
