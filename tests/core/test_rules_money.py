"""Sums of money are exact: what the cents say is what is compared."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.core.rulings import Members, findings, order

cents = st.integers(0, 10**14)


def costing(*products: Members) -> Members:
    return order(Products=[{"OmedaProductId": place} | each for place, each in enumerate(products)])


def overpaid(event: Members) -> list[str]:
    return [finding.sentence for finding in findings(event) if finding.rule == "overpaid"]


def money(amount: int) -> str:
    return str(Decimal(amount).scaleb(-2))


def test_ten_cents_and_twenty_cents_are_thirty() -> None:
    assert 0.1 + 0.2 > 0.3
    tenths = ({"Amount": "0.1"}, {"Amount": "0.2"}, {"AmountPaid": "0.3"})

    assert overpaid(costing(*tenths)) == []
    assert overpaid(costing({"AmountPaid": "0.1"}, {"AmountPaid": 0.2}, {"Amount": "0.30"})) == []


def test_a_number_of_json_is_as_exact_as_a_string() -> None:
    assert overpaid(costing({"AmountPaid": 0.1}, {"AmountPaid": 0.7}, {"Amount": 0.8})) == []


def test_the_smallest_difference_counts_also_beside_a_great_sum() -> None:
    great = "999999999999999.9999999999"

    assert overpaid(costing({"Amount": great, "AmountPaid": great})) == []
    assert overpaid(costing({"Amount": "999999999999999.9999999998", "AmountPaid": great})) == [
        f"{great} is paid (AmountPaid), more than the order's 999999999999999.9999999998"
    ]


def test_many_great_and_small_amounts_add_up_without_a_loss() -> None:
    great, small = {"Amount": "999999999999999"}, {"Amount": "0.0000000001"}
    same = [{"AmountPaid": each["Amount"]} for each in (great, small)]

    assert overpaid(costing(*[great] * 99, small, *[same[0]] * 99, same[1])) == []
    assert overpaid(costing(*[great] * 99, *[same[0]] * 99, same[1])) != []


def test_the_price_of_one_and_a_discount_are_no_part_of_what_the_order_costs() -> None:
    assert overpaid(costing({"PricePerQuantity": "9.00", "Quantity": 2, "AmountPaid": "0.01"})) == [
        "0.01 is paid (AmountPaid), more than the order's 0"
    ]


@given(st.lists(st.tuples(cents, cents, cents, cents), min_size=1, max_size=5))
def test_an_order_is_overpaid_when_the_cents_say_so(products: list[tuple[int, ...]]) -> None:
    names = ("Amount", "SalesTax", "Postage", "AmountPaid")
    event = costing(*(dict(zip(names, map(money, product), strict=True)) for product in products))
    total = sum(sum(product[:3]) for product in products)
    paid = sum(product[3] for product in products)

    assert bool(overpaid(event)) == (paid > total)


@given(cents)
def test_what_is_paid_up_to_the_last_cent_is_not_too_much(amount: int) -> None:
    assert overpaid(costing({"Amount": money(amount), "AmountPaid": money(amount)})) == []
    assert overpaid(costing({"Amount": money(amount), "AmountPaid": money(amount + 1)})) != []
