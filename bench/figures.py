"""The arithmetic of the benchmark. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from statistics import median


class DifferentSets(Exception):
    """Two runs did not deliver the same events: no ratio of them means anything."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of *values* that *share* of them do not exceed."""
    if not values:
        raise ValueError("no values have no percentile")
    return sorted(values)[max(1, ceil(share * len(values))) - 1]


def paired_ratio(these: Mapping[int, float], those: Mapping[int, float]) -> float | None:
    """Median of the rounds' ratios, over the rounds that both were in; None where there is none.

    Paired, because what disturbs the machine in a round disturbs both.
    """
    rounds = sorted(these.keys() & those.keys())
    found = [these[each] / those[each] for each in rounds if those[each]]
    return median(found) if found else None


def out_of_order(produced: Mapping[str, int], accepted: Iterable[tuple[str, int]]) -> int:
    """Events that came after a later one of their customer; *produced* gives each its place."""
    latest: dict[int, int] = {}
    seen: set[str] = set()
    count = 0
    for seq, customer in accepted:
        if seq in seen:
            continue
        seen.add(seq)
        place = produced[seq]
        if place < latest.get(customer, -1):
            count += 1
        else:
            latest[customer] = place
    return count
