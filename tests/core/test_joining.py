"""Which records leave in one request, and that it says what each of them says."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.event import Event
from bridge.job import Job
from bridge.joining import Joining, joined
from bridge.ledger import Ledger
from bridge.model import Commit, Kind, LaneKey, Partition, Rejected, Route, Service
from bridge.reading import Reader
from bridge.record import Record
from bridge.routing import request_for

BEHAVIORS = Route("behaviors", Service("DEMO", Kind.BEHAVIOR))
ORDERS = Route("orders", Service("DEMO", Kind.ORDER))
DATE = "2026-03-02 09:30:00"
PARTITION = Partition("behaviors", 0)


def job(members: dict[str, Any], route: Route = BEHAVIORS) -> Job:
    """Of an event with *members*, read as any other."""
    record = Record(PARTITION, 0, 0, None, json.dumps(members).encode())
    event = Reader(route, wall_clock=lambda: 0.0).read(record)
    assert isinstance(event, Event)
    ledger = Ledger()
    ledger.open(PARTITION, Commit(0))
    entry = ledger.admit(record)
    assert entry is not None
    request = request_for(event, route)
    return Job(record, entry, event.lane, route.service, number=0, request=request)


def behavior(number: int, **more: Any) -> dict[str, Any]:
    return {"BehaviorId": number, "BehaviorDate": DATE, **more}


def event(*behaviors: dict[str, Any], customer: object = 1001, **more: Any) -> dict[str, Any]:
    return {"OmedaCustomerId": customer, "CustomerBehaviors": list(behaviors), **more}


def found(*events: dict[str, Any], most: int = 50) -> list[Job]:
    return Joining(most).at_once([job(each) for each in events])


@given(
    st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=4), min_size=1, max_size=6),
    st.dictionaries(
        st.sampled_from(["Zone", "CustomerBehavior", "a]}b", "[{"]),
        st.recursive(st.text(max_size=5), lambda inner: st.lists(inner, max_size=2), max_leaves=4),
    ),
    st.sampled_from([{}, {"Unnamed": "]}"}]),
)
def test_a_joined_request_holds_every_behavior_in_order(
    events: list[list[str]], beyond: dict[str, Any], more: dict[str, str]
) -> None:
    written = [
        event(*(behavior(7, BehaviorPromoCode=text, **more) for text in texts), **beyond)
        for texts in events
    ]

    jobs = found(*written, most=1000)
    request = joined(jobs)

    assert len(jobs) == len(written)
    said = json.loads(request.body)
    expected = [each for one in written for each in one["CustomerBehaviors"]]
    assert said == {**written[0], "CustomerBehaviors": expected}
    assert request.events == len(expected)
    assert request.tail == (jobs[0].request.tail if jobs[0].request else b"")


def test_what_differs_in_anything_else_is_not_joined() -> None:
    one = event(behavior(1))

    assert len(found(one, event(behavior(2)), event(behavior(3), Zone="east"))) == 2
    assert len(found(event(behavior(3), Zone="east"), event(behavior(3), Zone="west"))) == 1
    assert len(found(one, event(behavior(1), customer=1002))) == 1
    # However the producer has written the id.
    assert len(found(one, event(behavior(1), customer="01001"))) == 2


def test_orders_are_not_joined() -> None:
    order = {"OmedaCustomerId": 1, "Products": [{"OmedaProductId": 12}]}
    assert len(Joining(50).at_once([job(order, ORDERS), job(order, ORDERS)])) == 1


def test_a_record_is_never_split() -> None:
    large = event(*(behavior(number) for number in range(60)))

    assert len(found(large, event(behavior(1)))) == 1
    assert len(found(event(behavior(1)), large)) == 1


def test_what_is_on_its_way_to_the_dead_letters_is_not_sent() -> None:
    jobs = [job(event(behavior(number))) for number in range(3)]
    jobs[1].rejected = Rejected("refused", "deliver", "OmedaRefused", "no")

    assert Joining(50).at_once(jobs) == jobs[:1]


def test_each_one_s_bound_of_company_is_kept() -> None:
    jobs = [job(event(behavior(number))) for number in range(6)]
    jobs[2].company = 2

    assert Joining(50).at_once(jobs) == jobs[:2]
    assert Joining(50).at_once(jobs[2:]) == jobs[2:4]
    jobs[2].company = 1
    assert Joining(50).at_once(jobs[2:]) == jobs[2:3]
    assert jobs[0].lane == LaneKey("DEMO", "1001")
