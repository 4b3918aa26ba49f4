from collections import deque
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.letter_limit import LetterLimit

MANY = 10**6


def bury(limit: LetterLimit, offset: int) -> bool:
    if limit.exceeded(offset) is not None:
        return False
    limit.begin(offset)
    limit.buried()
    return True


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 6))
def test_no_more_than_so_many_letters_in_a_row_are_written(letters: list[bool], most: int) -> None:
    limit, row = LetterLimit(consecutive=most, ratio=1, window=MANY), 0
    for offset, letter in enumerate(letters):
        if not letter:
            limit.delivered(offset)
            row = 0
        else:
            assert bury(limit, offset) == (row < most)
            row = min(row + 1, most)


@given(
    st.lists(st.booleans(), max_size=80),
    st.sampled_from([0.25, 0.5, 0.75, 1.0]),
    st.integers(1, 10),
)
def test_of_a_whole_window_no_more_than_its_ratio_become_letters(
    letters: list[bool], ratio: float, window: int
) -> None:
    limit = LetterLimit(consecutive=MANY, ratio=ratio, window=window)
    ended: deque[bool] = deque(maxlen=window)
    for offset, letter in enumerate(letters):
        if not letter:
            limit.delivered(offset)
            ended.append(False)
            continue
        after = [*ended, True][-window:]
        allowed = len(ended) < window or sum(after) <= ratio * window
        assert bury(limit, offset) == allowed
        if allowed:
            ended.append(True)


@given(st.lists(st.booleans(), max_size=40), st.randoms(use_true_random=False))
def test_the_row_is_the_same_in_whatever_order_its_records_end(
    letters: list[bool], chance: Random
) -> None:
    limit = LetterLimit(consecutive=MANY, ratio=1, window=MANY)
    ends = list(enumerate(letters))
    chance.shuffle(ends)
    for offset, letter in ends:
        if letter:
            assert bury(limit, offset)
        else:
            limit.delivered(offset)

    row = len(letters) if all(letters) else letters[::-1].index(False)
    assert repr(limit).startswith(f"<LetterLimit: {row} in a row")


def test_letters_that_came_before_what_was_accepted_are_in_no_row() -> None:
    """Whatever partition they are of: a poison one must not halt its healthy neighbours."""
    limit = LetterLimit(consecutive=2, ratio=1, window=MANY)
    for number in range(0, 100, 2):
        assert bury(limit, number)
        limit.delivered(number + 1)


def test_letters_that_are_being_written_count() -> None:
    limit = LetterLimit(consecutive=2, ratio=1, window=MANY)
    limit.begin(0)
    limit.begin(1)

    too_many = "2 records in a row became dead letters (dead_letters.limit)"
    assert limit.exceeded(2) == too_many


def test_a_letter_that_was_not_written_does_not_count() -> None:
    limit = LetterLimit(consecutive=1, ratio=1, window=MANY)
    limit.begin(0)
    limit.failed(0)

    assert limit.under_way == 0
    assert limit.exceeded(0) is None


@pytest.mark.parametrize("ratio", [0.1, 0.5])
def test_the_sentence_names_the_ratio_and_the_setting(ratio: float) -> None:
    limit = LetterLimit(consecutive=MANY, ratio=ratio, window=10)
    for offset in range(10):
        if not bury(limit, offset):
            limit.delivered(offset)
    while bury(limit, 99):
        pass

    assert limit.exceeded(99) == (
        f"more than {ratio:.0%} of the last 10 records became dead letters (dead_letters.limit)"
    )


def test_it_tells_its_counts() -> None:
    limit = LetterLimit(consecutive=9, ratio=1, window=10)
    limit.delivered(0)
    bury(limit, 1)

    assert repr(limit) == "<LetterLimit: 1 in a row, 1 of 2>"
