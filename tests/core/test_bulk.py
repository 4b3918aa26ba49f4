import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.bulk import LEAST, Crowd, bulk, may_join, scatter
from bridge.event import Event
from bridge.job import ANY_COMPANY, Job
from bridge.joining import PATIENCE
from bridge.model import Rejected, Route, TryAgain
from bridge.reading import Reader
from bridge.routing import ASSIGN_BEHAVIOR_BULK, request_for
from tests.core.samples import BEHAVIORS, record
from tests.core.test_joining import behavior, event, job


def of(customer: int) -> Job:
    return job(event(behavior(7), customer=customer))


def refused(message: str) -> Rejected:
    return Rejected("refused", "deliver", "OmedaRefused", message, 400)


def test_a_bulk_request_is_the_list_of_its_customers_requests() -> None:
    requests = [one.request for one in map(of, (1, 2, 3)) if one.request]
    found = bulk(requests)

    assert json.loads(found.body) == {"Customers": [json.loads(one.body) for one in requests]}
    assert found.operation == ASSIGN_BEHAVIOR_BULK
    assert found.body == b'{"Customers":[' + b",".join(one.body for one in requests) + b"]}"
    assert (found.service, found.topic) == (requests[0].service, requests[0].topic)
    assert (found.events, found.tail) == (3, b"")
    assert bulk(requests[:1]) is requests[0]


@given(st.lists(st.booleans(), max_size=60))
def test_a_crowd_stays_between_its_least_and_its_most(takes: list[bool]) -> None:
    crowd = Crowd(16)
    for taken in takes:
        before = crowd.size
        crowd.accepted() if taken else crowd.refused()
        assert LEAST <= crowd.size <= 16
        assert crowd.size >= before if taken else crowd.size <= before


def test_only_behaviors_of_one_topic_join_and_none_that_is_to_go_alone() -> None:
    first, second = of(1), of(2)
    assert may_join(second, first, customers=2)

    second.crowd = 1
    assert not may_join(second, first, customers=2)

    elsewhere = Route("other-topic", BEHAVIORS.service)
    read = Reader(elsewhere, wall_clock=lambda: 0.0).read(
        record(value=json.dumps(event(behavior(7))).encode())
    )
    assert isinstance(read, Event)
    third = of(3)
    third.request = request_for(read, elsewhere)
    assert not may_join(third, first, customers=2)


@pytest.mark.parametrize(
    ("outcome", "crowds"),
    [
        (refused("OmedaCustomerId 12 does not exist"), [ANY_COMPANY, 1, ANY_COMPANY, ANY_COMPANY]),
        (refused("BehaviorId 7 passed in for 14, does not exist"), [*[ANY_COMPANY] * 3, 1]),
        (refused("something is wrong with 1 or 120"), [2] * 4),
        (refused(""), [2] * 4),
        (
            TryAgain("pending", at_last=refused("13 is pending")),
            [*[ANY_COMPANY] * 2, 1, ANY_COMPANY],
        ),
        (TryAgain("server_error", status=503), [ANY_COMPANY] * 4),
        (TryAgain("timeout", unknown=True), [1] * 4),
        (TryAgain("server_error", status=500, unknown=True), [1] * 4),
    ],
)
def test_whom_a_refusal_names_goes_alone_and_else_they_go_in_halves(
    outcome: Rejected | TryAgain, crowds: list[int]
) -> None:
    heads = [of(customer) for customer in (11, 12, 13, 14)]
    scatter(heads, outcome)

    assert [head.crowd for head in heads] == crowds


def test_who_fails_again_and_again_goes_alone_and_leaves_the_others_their_company() -> None:
    """Whatever fails may be one customer's: nobody else must go on failing with it."""
    heads = [of(customer) for customer in (11, 12, 13)]
    heads[1].failures = PATIENCE
    scatter(heads, TryAgain("server_error", status=503))

    assert [head.crowd for head in heads] == [ANY_COMPANY, 1, ANY_COMPANY]


def test_it_tells_its_size() -> None:
    crowd = Crowd(10)
    crowd.refused()
    assert repr(crowd) == "<Crowd: 5 of 10>"
