"""What holds for every event: it leaves whole, in canonical form, and that form is final."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.generated import ELEMENT, Pair, either, encoded, full, trees
from tests.core.samples import sent

law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tree(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


@law
@given(either)
def test_every_member_that_is_given_leaves_in_its_canonical_form(event: tuple[str, Pair]) -> None:
    kind, pair = event

    body = sent(encoded(pair.given), kind)

    assert encoded(tree(body)) == encoded(pair.sent)


@law
@given(either)
def test_what_leaves_would_leave_the_same_if_it_came_again(event: tuple[str, Pair]) -> None:
    kind, pair = event

    body = sent(encoded(pair.given), kind)

    assert sent(body, kind) == body


@pytest.mark.parametrize("kind", ["behavior", "order"])
def test_an_event_with_every_member_of_every_element_leaves_whole(kind: str) -> None:
    pair = full(ELEMENT[kind])

    body = sent(encoded(pair.given), kind)

    assert encoded(tree(body)) == encoded(pair.sent)
    assert sent(body, kind) == body


@law
@given(st.text().filter(lambda name: name not in dir(ELEMENT["order"])), trees)
def test_an_unknown_member_keeps_its_bytes(name: str, value: Any) -> None:
    member = f"{json.dumps(name)}: {encoded(value).decode()}"

    body = sent(f'{{{member}, "OmedaCustomerId": "007"}}', "order")

    assert json.loads(body)["OmedaCustomerId"] == 7
    assert f":{encoded(value).decode()}" in body
    assert name in json.loads(body)
