"""Whose order a record keeps: its lane."""

from collections.abc import Mapping

from bridge.model import LaneKey
from bridge.record import Record


def lane_of(record: Record, brand: str, members: Mapping[str, object]) -> LaneKey:
    """The one place that decides a record's lane, from the *members* of its event.

    Omeda's customer id in decimal digits, else `namespace:external id`, else the client's
    own id, else the record key as text, else the record alone. No prefix tells the forms
    apart: a collision only makes two customers wait for each other, and an unreadable
    record whose key is its customer's id keeps its place among that customer's records.
    """
    return LaneKey(brand, _customer(members) or _key(record) or _alone(record))


def external_name(namespace: str, external: int | str) -> str:
    """How a customer is named by an id of another system."""
    return f"{namespace}:{external}" if namespace else str(external)


def _customer(members: Mapping[str, object]) -> str:
    omeda = _text(members.get("OmedaCustomerId"))
    # Only ASCII digits: int() would also take other scripts' digits.
    if omeda.isascii() and omeda.isdigit():
        return omeda.lstrip("0")
    external = _text(members.get("ExternalCustomerId"))
    namespace = _text(members.get("ExternalCustomerIdNamespace"))
    if external:
        return external_name(namespace, external)
    return _text(members.get("ClientCustomerId"))


def _text(value: object) -> str:
    """An id as text; nothing for what cannot be an id."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return str(value)


def _key(record: Record) -> str:
    return (record.key or b"").decode("utf-8", errors="backslashreplace")


def _alone(record: Record) -> str:
    return f"{record.partition}@{record.offset}"
