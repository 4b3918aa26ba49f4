"""Accepted widely, sent canonically: each kind of value, and what is kept or dropped."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Undecodable
from bridge.events import Column, Element
from tests.core.generated import COLUMNS
from tests.core.samples import sent

MILLION = 1_000_000
INTEGERS = [(element, column) for element, column in COLUMNS if column.integer]


def order(member: str) -> str:
    """What leaves of an order with *member*."""
    return sent(f"{{{member}}}", "order")


def product(member: str) -> str:
    body = sent(f'{{"Products": [{{{member}}}]}}', "order")
    return body.removeprefix('{"Products":[{').removesuffix("}]}")


@pytest.mark.parametrize("given", ["12", '"12"', '"012"', '"\\u0031\\u0032"', '"0\\u0031\\u0032"'])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"CustomerStatusId":', "}"),
        ('{"DonorId":', "}"),
        ('{"Products":[{"Term":', "}]}"),
        ('{"Phones":[{},{"PhoneContactType":', "}]}"),
        ('{"CustomerBehaviors":[{"BehaviorAttributes":[{"BehaviorAttributeValueId":', "}]}]}"),
        ('{"MarketingProducts":[{"ProductFieldResponses":[{"ProductFieldId":', "}]}]}"),
        ('{"BillingInformation":{"CreditCardType":', "}}"),
    ],
)
def test_ids_and_codes_leave_as_integers_at_any_depth(before: str, given: str, after: str) -> None:
    assert sent(before + given + after, "order") == f"{before}12{after}"


@pytest.mark.parametrize(("given", "leaves"), [('"0"', "0"), ('"000"', "0"), ("0", "0")])
def test_nought_is_an_integer_too(given: str, leaves: str) -> None:
    assert product(f'"Receive": {given}') == f'"Receive":{leaves}'


@pytest.mark.parametrize("given", ["-1", '"-1"', "1000000000"])
def test_a_code_is_neither_negative_nor_huge(given: str) -> None:
    with pytest.raises(Undecodable, match=r"Products\[0\]\.Receive"):
        product(f'"Receive": {given}')


@pytest.mark.parametrize(
    "given", ["1.0", "1e2", '"1.0"', '"1e2"', '"null"', '"NULL"', "true", '""']
)
@pytest.mark.parametrize("name", ["Receive", "Term", "OmedaProductId"])
def test_only_an_integer_or_its_digits_is_an_integer(name: str, given: str) -> None:
    with pytest.raises(Undecodable, match=rf"Products\[0\]\.{name}"):
        product(f'"{name}": {given}')


@pytest.mark.parametrize("name", ["OmedaCustomerId", "Addresses", "Products", "BillingInformation"])
@pytest.mark.parametrize("given", ['"null"', '"Null"'])
def test_the_word_null_is_not_null(name: str, given: str) -> None:
    """Dropped, it would take an id or all products with it."""
    with pytest.raises(Undecodable, match=name):
        order(f'"{name}": {given}')


def test_a_customer_may_be_called_null() -> None:
    assert order('"LastName":"Null"') == '{"LastName":"Null"}'


@pytest.mark.parametrize(
    ("given", "leaves"),
    [
        *(("0.1", "0.10"), ("12.345", "12.345"), ("1e3", "1000.00"), ("1.10", "1.10")),
        *(("12", "12.00"), ("0", "0.00"), ("-5", "-5.00"), ("1E+2", "100.00"), ("1e-3", "0.001")),
        *(('"0.1"', "0.10"), ('"12"', "12.00"), ('"71.50"', "71.50"), ('"-0.5"', "-0.50")),
        *(("0.1234567891", "0.1234567891"), ("999999999999999", "999999999999999.00")),
        *(("123456789012345.678", "123456789012345.678"), ('"1.005"', "1.005")),
    ],
)
def test_money_leaves_as_a_string_with_two_decimals_and_never_rounded(
    given: str, leaves: str
) -> None:
    assert product(f'"Amount": {given}') == f'"Amount":"{leaves}"'


@pytest.mark.parametrize(
    "given",
    [
        *('"1,000.00"', '"1e3"', '"$5"', '""', '" 5"', '"5."', '".5"', '"+5"', '"1.0.0"', '"-"'),
        *("true", "[1]", "{}", '"\u0663"', '"1\\n"', '"NaN"', '"Infinity"'),
        *("1e16", "1e400", "1e-400", "1e999999999", "1e-999999999", "1e99999999999999999999"),
        *("1e-99999999999999999999", "9" * 30),
        pytest.param(f'"{"9" * 5_000}"', id="many digits"),
        pytest.param("9" * MILLION, id="a million digits"),
        pytest.param(f"0.{'1' * MILLION}", id="a million decimals"),
        pytest.param(f"1e{'9' * MILLION}", id="an exponent of a million digits"),
    ],
)
def test_what_is_no_amount_is_a_wrong_type_that_names_the_member(given: str) -> None:
    with pytest.raises(Undecodable, match=r"Products\[0\]\.Amount") as raised:
        product(f'"Amount": {given}')

    assert raised.value.reason == "wrong_type"


@pytest.mark.parametrize(
    ("given", "leaves"),
    [
        *(("false", "False"), ("true", "True"), ('"False"', "False"), ('"TRUE"', "True")),
        *(('"false"', "False"), ('" false "', "False"), ('"no"', "no"), ('""', "")),
    ],
)
def test_do_charge_leaves_as_a_string_with_a_capital(given: str, leaves: str) -> None:
    body = order(f'"BillingInformation": {{"DoCharge": {given}}}')

    assert json.loads(body) == {"BillingInformation": {"DoCharge": leaves}}


@pytest.mark.parametrize(
    ("given", "leaves"), [("1", "1"), ("0", "0"), ('"1"', "1"), ('"0"', "0"), ('"x"', "x")]
)
def test_merge_code_leaves_as_a_string(given: str, leaves: str) -> None:
    assert order(f'"MergeCode": {given}') == f'{{"MergeCode":"{leaves}"}}'


@pytest.mark.parametrize("name", ["ClientOrderId", "ExternalCustomerId", "ClientCustomerId"])
@pytest.mark.parametrize("given", ["7", '"7"', '"007"', '"ORD-7"', "-7", '""', "9" * 40, "0"])
def test_foreign_ids_leave_as_they_came(name: str, given: str) -> None:
    assert order(f'"{name}":{given}') == f'{{"{name}":{given}}}'


@pytest.mark.parametrize(
    "given",
    [
        *("1", '"1"', "1.10", '"a"', "true", '""', "0", "false", "[]", "[1]", '["52"]', "1E+400"),
        *('[1,"a",1.10,true]', "12345678901234567890123", "-0.0", '"null"'),
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"CustomerDemographics":[{"OmedaDemographicValue":', "}]}"),
        ('{"CustomerDemographics":[{"ClientDemographicValue":', "}]}"),
        ('{"CustomerBehaviors":[{"BehaviorAttributes":[{"BehaviorAttributeValue":', "}]}]}"),
        ('{"MarketingProducts":[{"ProductFieldResponses":[{"ProductFieldResponseValue":', "}]}]}"),
    ],
)
def test_a_value_of_the_brands_own_leaves_as_it_came(before: str, given: str, after: str) -> None:
    assert sent(before + given + after, "order") == before + given + after


@pytest.mark.parametrize("given", ["1.50", "12.345", "1e2"])
def test_a_float_is_no_foreign_id(given: str) -> None:
    with pytest.raises(Undecodable, match="ClientOrderId"):
        order(f'"ClientOrderId": {given}')


@pytest.mark.parametrize(("element", "column"), COLUMNS)
def test_a_known_member_that_is_null_is_dropped(element: type[Element], column: Column) -> None:
    member = f'"{column.name}":null'
    if element.__name__ == "AssignBehavior":
        with pytest.raises(Undecodable, match=column.name):
            sent(f"{{{member}}}", "behavior")
        return
    before, after = PLACES[element.__name__]

    assert sent(before + member + after, "order") == before + after
    assert sent(f'{before}{member},"x":null{after}', "order") == f'{before}"x":null{after}'


PLACES = {
    "StoreOrder": ("{", "}"),
    "Billing": ('{"BillingInformation":{', "}}"),
    "BehaviorAttribute": ('{"CustomerBehaviors":[{"BehaviorAttributes":[{', "}]}]}"),
    "ProductFieldResponse": ('{"MarketingProducts":[{"ProductFieldResponses":[{', "}]}]}"),
    **{
        element: (f'{{"{name}":[{{', "}]}")
        for element, name in {
            "Address": "Addresses",
            "Call": "Telemarketing",
            "CustomerBehavior": "CustomerBehaviors",
            "Demographic": "CustomerDemographics",
            "Email": "Emails",
            "MarketingProduct": "MarketingProducts",
            "Phone": "Phones",
            "Product": "Products",
            "ProductUpdate": "ProductUpdates",
        }.items()
    },
}


@pytest.mark.parametrize(
    "body",
    [
        *('{"Title":""}', '{"Addresses":[{"Airmail":""}]}', '{"Products":[{"Receive":0}]}'),
        *('{"Telemarketing":[{"AuthorizedAssistantResponse":false}]}', '{"Products":[]}'),
        *('{"Products":[{}]}', '{"BillingInformation":{}}', '{"OrderDate":""}', "{}"),
    ],
)
def test_what_is_empty_nought_or_false_is_kept(body: str) -> None:
    assert sent(body, "order") == body


@given(st.integers(1, 10**9 - 1), st.integers(0, 30), st.sampled_from(INTEGERS))
def test_every_integer_column_takes_digits_with_zeros_in_front(
    number: int, zeros: int, place: tuple[type[Element], Column]
) -> None:
    element, column = place
    if element.__name__ == "AssignBehavior":
        return
    before, after = PLACES[element.__name__]

    body = sent(f'{before}"{column.name}":"{"0" * zeros}{number}"{after}', "order")

    assert body == f'{before}"{column.name}":{number}{after}'
