"""The reading step of the line: a record to an event that Omeda may take, or to why not. Pure.

Unwrapped, decoded, held against the rules, and written in canonical form.
"""

import codecs
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bridge.cards import scrub
from bridge.cloudevents import payload_of
from bridge.decode import Decoded, EventDecoder, Submission
from bridge.errors import Undecodable
from bridge.event import Event
from bridge.events import AssignBehavior, StoreOrder
from bridge.events.dates import at
from bridge.identity import external_name, lane_of
from bridge.model import Kind, LaneKey, Rejected, Route, Unreadable, Warned
from bridge.plain import Plain, plain_reader
from bridge.record import Record
from bridge.rules import Finding, RuleBook, Strictness, Whole

MESSAGE_CHARACTERS = 500
"""A decoder's message can quote the value; it is cut to this length."""

RULES_CHARACTERS = 2000
"""All broken rules of an event, together."""

MOST_LANES = 10_000
"""Names of lanes that a reader remembers, some 2 MB."""

LATEST_MS = 253_402_214_400_000
"""The last day of the year 9999: a producer may set any timestamp, and no calendar goes on."""

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_id = msgspec.json.Decoder(int | str)

_IDS = (
    "OmedaCustomerId",
    "ExternalCustomerId",
    "ExternalCustomerIdNamespace",
    "ClientCustomerId",
)


class Reader:
    """Reads the records of one route. *wall_clock* tells whether a card has expired."""

    def __init__(self, route: Route, *, wall_clock: Callable[[], float]) -> None:
        self._route = route
        self._brand = route.service.brand
        self._zone: tzinfo = ZoneInfo(route.time_zone)
        self._decoder = EventDecoder(route.service.kind, self._zone)
        self._book = RuleBook(_overrides(route))
        self._wall_clock = wall_clock
        self._plain = plain_reader(route.service.kind)
        self._dates = route.order_date == "record_timestamp"
        self._lanes: dict[int, LaneKey] = {}
        """Of customers that were read: in a backlog one comes several times."""
        self._tail = b"]}" if route.service.kind is Kind.BEHAVIOR else b""

    def read(self, record: Record) -> Event | Unreadable:
        """Never raises, whatever the bytes."""
        value = record.value
        # Without headers it is in no envelope.
        plain = self._unwrap(record) if record.headers or not value else self._plain(value)
        if plain is None or (self._dates and not plain.dated):
            return self.read_long(record)
        return Event(self._lane(plain), plain.body, plain.events, tail=self._tail)

    def read_long(self, record: Record) -> Event | Unreadable:
        """The same, for all that is not plain."""
        payload = record.value or b""
        try:
            payload = payload_of(record)
            decoded = self._decoder.decode(payload)
        except Undecodable as error:
            return Unreadable(lane_of(record, self._brand, _salvaged(payload)), _rejected(error))
        lane = lane_of(record, self._brand, _identity(decoded.event))
        findings = self._book.findings(Whole(decoded.event, decoded.extra, self._today))
        if findings and findings[0].strictness == Strictness.REJECT:
            return Unreadable(lane, _ruled_out(findings))
        if self._dates:
            _fill_order_date(decoded.event, record.timestamp_ms, self._zone)
        return _event(lane, decoded, findings)

    def _unwrap(self, record: Record) -> Plain | None:
        try:
            return self._plain(payload_of(record))
        except Undecodable:
            return None

    def _lane(self, plain: Plain) -> LaneKey:
        customer = plain.customer
        if customer is None:
            namespace, external = plain.external or ("", "")
            return LaneKey(self._brand, external_name(namespace, external))
        lane = self._lanes.get(customer)
        if lane is None:
            if len(self._lanes) >= MOST_LANES:
                self._lanes.clear()
            lane = self._lanes[customer] = LaneKey(self._brand, str(customer))
        return lane

    def _today(self) -> date:
        return datetime.fromtimestamp(self._wall_clock(), UTC).astimezone(self._zone).date()


def _overrides(route: Route) -> Mapping[str, Strictness]:
    given = {name: Strictness(strictness) for name, strictness in route.rules}
    if route.unknown_fields == "reject":
        given.setdefault("unknown_field", Strictness.REJECT)
    return given


def _identity(event: Submission) -> dict[str, object]:
    if isinstance(event, AssignBehavior):
        return {"OmedaCustomerId": event.OmedaCustomerId}
    return {
        "OmedaCustomerId": event.OmedaCustomerId,
        "ExternalCustomerId": event.ExternalCustomerId,
        "ExternalCustomerIdNamespace": event.ExternalCustomerIdNamespace,
        "ClientCustomerId": event.ClientCustomerId,
    }


def _salvaged(payload: bytes) -> dict[str, Any]:
    """The members of a value that is an object at least, so that its lane can be told."""
    try:
        members = _members.decode(payload.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return {name: _scalar(members[name]) for name in _IDS if name in members}


def _scalar(value: msgspec.Raw) -> object:
    try:
        return _id.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _fill_order_date(event: Submission, timestamp_ms: int, zone: tzinfo) -> None:
    """Omeda would take the day of arrival, which after an outage is another day."""
    known = 0 <= timestamp_ms < LATEST_MS
    if isinstance(event, StoreOrder) and event.OrderDate is None and known:
        event.OrderDate = at(timestamp_ms, zone)


def _event(lane: LaneKey, decoded: Decoded, findings: list[Finding]) -> Event:
    event = decoded.event
    return Event(
        lane,
        decoded.body(),
        len(event.CustomerBehaviors) if isinstance(event, AssignBehavior) else 1,
        tuple(Warned(each.rule, scrub(str(each))[:MESSAGE_CHARACTERS]) for each in findings),
        paid=isinstance(event, StoreOrder) and _is_paid(event),
        tail=decoded.tail() if isinstance(event, AssignBehavior) else b"",
    )


def _is_paid(order: StoreOrder) -> bool:
    paid = (product.AmountPaid for product in order.Products or ())
    return order.BillingInformation is not None or any(sum_ and sum_.amount > 0 for sum_ in paid)


def _rejected(error: Undecodable) -> Rejected:
    message = scrub(str(error))[:MESSAGE_CHARACTERS]
    return Rejected(error.reason, "decode", type(error).__name__, message)


def _ruled_out(findings: list[Finding]) -> Rejected:
    """All that is wrong in one message, so that a producer mends it in one go."""
    broken = [finding for finding in findings if finding.strictness == Strictness.REJECT]
    message = "; ".join(f"{finding} (rule {finding.rule})" for finding in broken)
    return Rejected(
        "rule",
        "check",
        "RuleBroken",
        scrub(message)[:RULES_CHARACTERS],
        rules=tuple(dict.fromkeys(finding.rule for finding in broken)),
    )
