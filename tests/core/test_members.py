"""What no struct names is set aside before an event is decoded, and put back where it is sent."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from bridge.events import AssignBehavior, Element, StoreOrder
from bridge.members import ALONE, Extra, put_back, set_aside
from tests.core.generated import ELEMENT, Pair, either, encoded
from tests.core.samples import sent

NOTHING = Extra({}, {})


def apart(value: str, element: type[Element] = StoreOrder) -> tuple[Any, Extra]:
    known, extra = set_aside(value.encode(), element)
    return json.loads(known), extra


def test_known_members_stay_and_unknown_ones_are_set_aside() -> None:
    known, extra = apart('{"Title": "a", "x": 1, "y": {"z": null}}')

    assert known == {"Title": "a"}
    assert {name: bytes(raw) for name, raw in extra.members.items()} == {
        "x": b"1",
        "y": b'{"z": null}',
    }


def test_without_an_unknown_member_nothing_is_set_aside() -> None:
    known, extra = apart('{"Products": [{"OmedaProductId": 1}], "BillingInformation": {}}')

    assert known == {"Products": [{"OmedaProductId": 1}], "BillingInformation": {}}
    assert not extra
    assert extra == NOTHING


def test_every_unknown_member_has_its_path() -> None:
    _, extra = apart(
        '{"x": 1, "Products": [{}, {"y": 2}], "BillingInformation": {"z": 3},'
        ' "CustomerBehaviors": [{"BehaviorAttributes": [{}, {}, {"w": 4}]}]}'
    )

    assert extra
    assert sorted(extra.paths()) == [
        "BillingInformation.z",
        "CustomerBehaviors[0].BehaviorAttributes[2].w",
        "Products[1].y",
        "x",
    ]
    assert list(extra.below["BillingInformation"]) == [ALONE]


@pytest.mark.parametrize(
    "value",
    [
        *(
            "1.10",
            "1e400",
            "-0",
            "1E+2",
            "123456789012345678901234567890",
            '"\\/\\u00e9"',
            '"\u00e9"',
        ),
        *(
            "null",
            "[ 1 ,null ]",
            '{"a":1, "a":2}',
            '{"a" : {"b":[{"c":null}]}}',
            '""',
            "0",
            "false",
        ),
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{", "}"),
        ('{"Products":[{},{', "}]}"),
        ('{"BillingInformation":{', "}}"),
        ('{"CustomerBehaviors":[{"BehaviorAttributes":[{', "}]}]}"),
    ],
)
def test_the_bytes_of_an_unknown_member_are_untouched_at_any_depth(
    before: str, value: str, after: str
) -> None:
    body = f'{before}"Beyond":{value}{after}'

    assert sent(body, "order") == body


def test_unknown_members_go_back_to_their_own_element() -> None:
    value = '{"Products":[{"x":1},{"OmedaProductId":2},{"OmedaProductId":3,"x":4}]}'

    assert sent(value, "order") == value


def test_a_name_is_written_as_json() -> None:
    assert json.loads(sent('{"a\\"b\\n\\u00e9": 1, "": 2}', "order")) == {'a"b\n\u00e9': 1, "": 2}


def test_names_are_told_apart_by_their_case() -> None:
    assert sent('{"title":1,"omedacustomerid":"x"}', "order") == '{"title":1,"omedacustomerid":"x"}'


def test_run_processor_is_forwarded() -> None:
    assert sent('{"OmedaCustomerId":5,"RunProcessor":1}', "order").endswith(',"RunProcessor":1}')


@pytest.mark.parametrize(
    "value", ['{"Products": 5}', '{"Products": {"x": 1}}', '{"Products": ["a", null, []]}']
)
def test_what_is_no_element_is_left_to_the_decoder(value: str) -> None:
    known, _ = apart(value)

    assert known.keys() == {"Products"}


def test_the_last_of_two_members_counts() -> None:
    known, extra = apart('{"Products": [{"x": 1}], "Products": [{}], "y": 1, "y": 2}')

    assert known == {"Products": [{}]}
    assert extra.paths() == ["y"]
    assert bytes(extra.members["y"]) == b"2"


@pytest.mark.parametrize("value", ["[]", "5", '"x"', "null"])
def test_only_an_object_has_members(value: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        apart(value, AssignBehavior)


def test_what_is_set_aside_outlives_the_bytes_it_came_in() -> None:
    value = bytearray(b'{"x": "kept"}')
    _, extra = set_aside(bytes(value), StoreOrder)
    value[:] = b" " * len(value)

    assert put_back(b"{}", extra) == b'{"x":"kept"}'


@given(either)
@settings(deadline=None, max_examples=50)
def test_what_is_set_aside_and_put_back_is_the_event_again(event: tuple[str, Pair]) -> None:
    kind, pair = event

    known, extra = set_aside(encoded(pair.sent), ELEMENT[kind])

    assert json.loads(put_back(known, extra)) == json.loads(encoded(pair.sent))
    assert not set_aside(known, ELEMENT[kind])[1]
