"""Card numbers in text that others wrote: found by their shape, and hidden. Pure.

Whatever leaves the bridge in a header or a log line passes `scrub`: an answer or a fault may
quote the order that it is about.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate

SHORTEST, LONGEST = 13, 19
"""Digits of a card number: ISO/IEC 7812 allows up to 19, and none in use has fewer than 13."""

# Possessive: nothing here could match otherwise, and a long run is not kept for a second try.
_RUN = re.compile(r"(?<![0-9])[0-9]{1,19}+(?![0-9])(?:[ -][0-9]{1,19}+(?![0-9]))*+")
_BETWEEN = re.compile(r"([ -])")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""What each digit adds where the Luhn test doubles it."""

_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLES = bytes.maketrans(b"0123456789", bytes(_DOUBLED))


def luhn(digits: str) -> bool:
    """Whether the last of *digits* is the check digit of the others."""
    plain = sum(map(int, digits[::-2]))
    doubled = sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return digits != "" and (plain + doubled) % 10 == 0


def scrub(text: str) -> str:
    """*text* with asterisks for the digits of whatever could be a card number.

    That is 13 to 19 digits that pass the Luhn test, alone or in groups with single spaces or
    dashes between. Groups beside them (an expiry date, another card) hide none. Takes time in
    proportion to the text.
    """
    return _RUN.sub(_hidden, text)


def _hidden(run: re.Match[str]) -> str:
    if run.end() - run.start() < SHORTEST:
        return run[0]
    # Groups of digits at the even places, what stands between them at the odd ones.
    parts = _BETWEEN.split(run[0])
    hidden_before = 0
    for group, end in enumerate(_ends(parts[::2])):
        hidden_before = max(hidden_before, end)
        if group < hidden_before:
            parts[2 * group] = "*" * len(parts[2 * group])
    return "".join(parts)


def _ends(groups: list[str]) -> Iterator[int]:
    """For each group, where the longest card number that begins with it ends; 0 without one."""
    bounds = [0, *accumulate(map(len, groups))]
    sums = _sums("".join(groups))
    shortest = 0
    for start in bounds[:-1]:
        shortest = bisect_left(bounds, start + SHORTEST, lo=shortest)
        found = 0
        # A group has a digit at least, so there are few ends to try.
        for last in range(shortest, bisect_right(bounds, start + LONGEST, lo=shortest)):
            end = bounds[last]
            running = sums[end % 2]
            if (running[end] - running[start]) % 10 == 0:
                found = last
        yield found


def _sums(digits: str) -> tuple[list[int], list[int]]:
    """Running Luhn sums, with the digits at even places doubled, and with those at odd ones.

    The test doubles every second digit from the right, so what ends before an even place has
    its even places doubled.
    """
    plain = digits.encode().translate(_VALUES)
    doubled = digits.encode().translate(_DOUBLES)
    even, odd = bytearray(plain), bytearray(plain)
    even[::2], odd[1::2] = doubled[::2], doubled[1::2]
    return [0, *accumulate(even)], [0, *accumulate(odd)]
