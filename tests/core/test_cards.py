import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards import luhn, scrub

# Published test numbers; none belongs to anybody.
VISA = "4111111111111111"
AMEX = "378282246310005"
SHORT_VISA = "4222222222222"
LONG = "6304000000000000000"  # 19 digits

digits = st.text("0123456789", min_size=12, max_size=20)
texts = st.text(st.sampled_from("0123456789 -x*"), max_size=80)


def with_check_digit(body: str) -> str:
    return next(body + check for check in "0123456789" if luhn(body + check))


def slow_luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value if value < 10 else value - 9
    return total % 10 == 0


def test_published_card_numbers_pass_the_luhn_test() -> None:
    assert all(luhn(number) for number in (VISA, AMEX, SHORT_VISA, "6011111111111117"))


def test_one_digit_changed_fails_the_luhn_test() -> None:
    assert not luhn("4111111111111112")
    assert not luhn("")


@given(digits)
def test_the_luhn_test_is_the_sum_from_the_right_with_every_second_digit_doubled(
    number: str,
) -> None:
    assert luhn(number) == slow_luhn(number)


def test_a_card_number_is_hidden_and_the_words_around_it_stay() -> None:
    assert scrub(f"card {VISA} refused") == f"card {'*' * 16} refused"


def test_a_card_number_of_any_length_is_hidden() -> None:
    for body in ("422222222222", "37828224631000", "411111111111111", "630400000000000000"):
        number = with_check_digit(body)
        assert scrub(f"<{number}>") == f"<{'*' * len(number)}>"


def test_a_card_number_in_groups_is_hidden() -> None:
    assert scrub("4111 1111 1111 1111") == "**** **** **** ****"
    assert scrub("3782-822463-10005") == "****-******-*****"


def test_an_expiry_date_or_a_second_card_beside_it_does_not_save_a_card_number() -> None:
    assert VISA not in scrub(f"{VISA} 1226")
    assert scrub(f"{VISA} {AMEX}") == f"{'*' * 16} {'*' * 15}"
    assert "*" * 16 in scrub(f"7 {VISA}")


def test_twelve_or_twenty_digits_are_no_card_number() -> None:
    for body in ("41111111111", "4111111111111111111"):
        number = with_check_digit(body)
        assert scrub(number) == number


def test_digits_that_fail_the_luhn_test_stay() -> None:
    assert scrub("order 4111111111111112") == "order 4111111111111112"


def test_two_spaces_end_a_number() -> None:
    assert scrub("41111111  11111111") == "41111111  11111111"


def test_digits_of_other_scripts_are_let_be() -> None:
    text = "\u0664\u0661\u0661\u0661" * 4
    assert scrub(text) == text


@given(st.text("0123456789", min_size=12, max_size=18), st.text(" x-", max_size=3))
def test_every_valid_number_that_stands_alone_is_hidden(body: str, around: str) -> None:
    number = with_check_digit(body)

    assert number not in scrub(f"{around}{number}{around}")


@given(texts)
def test_only_digits_change_and_only_into_asterisks(text: str) -> None:
    scrubbed = scrub(text)

    assert len(scrubbed) == len(text)
    assert all(
        after == before or (after == "*" and before.isdigit())
        for before, after in zip(text, scrubbed, strict=True)
    )


@given(texts)
def test_scrubbed_text_has_nothing_left_to_hide(text: str) -> None:
    assert scrub(scrub(text)) == scrub(text)


@pytest.mark.timeout(60)  # in proportion to the text it takes seconds, by its square hours
@pytest.mark.parametrize(
    "text", ["4" * (1 << 20), "4 " * (1 << 19), "4111-1111 " * 100_000, " -" * (1 << 19)]
)
def test_a_mebibyte_is_scrubbed_in_proportion(text: str) -> None:
    assert len(scrub(text)) == len(text)
