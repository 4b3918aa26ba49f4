from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.letter_limit import LetterLimit

MANY = 10**6


def bury(limit: LetterLimit) -> bool:
    if limit.begin() is not None:
        return False
    limit.buried()
    return True


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 6))
def test_no_more_than_so_many_letters_in_a_row_are_written(letters: list[bool], most: int) -> None:
    limit, row = LetterLimit(consecutive=most, ratio=1, window=MANY), 0
    for letter in letters:
        if not letter:
            limit.delivered()
            row = 0
        else:
            assert bury(limit) == (row < most)
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
    for letter in letters:
        if not letter:
            limit.delivered()
            ended.append(False)
            continue
        after = [*ended, True][-window:]
        allowed = len(ended) < window or sum(after) <= ratio * window
        assert bury(limit) == allowed
        if allowed:
            ended.append(True)


def test_letters_that_are_being_written_count() -> None:
    limit = LetterLimit(consecutive=2, ratio=1, window=MANY)
    assert limit.begin() is None
    assert limit.begin() is None

    assert limit.begin() == "2 records in a row became dead letters (dead_letters.limit)"


def test_a_letter_that_was_not_written_does_not_count() -> None:
    limit = LetterLimit(consecutive=1, ratio=1, window=MANY)
    assert limit.begin() is None
    limit.failed()

    assert limit.begin() is None


@pytest.mark.parametrize("ratio", [0.1, 0.5])
def test_the_sentence_names_the_ratio_and_the_setting(ratio: float) -> None:
    limit = LetterLimit(consecutive=MANY, ratio=ratio, window=10)
    for _ in range(10):
        assert bury(limit)

    assert limit.begin() == (
        f"more than {ratio:.0%} of the last 10 records became dead letters (dead_letters.limit)"
    )


def test_it_tells_its_counts() -> None:
    limit = LetterLimit(consecutive=9, ratio=1, window=10)
    limit.delivered()
    bury(limit)

    assert repr(limit) == "<LetterLimit: 1 in a row, 1 of 2>"
