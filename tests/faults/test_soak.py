"""The measure of flatness: it sees a leak, and takes a warm-up for none."""

import pytest

from tests.faults.soak import FEWEST_SAMPLES, MEBIBYTE, MOST_CONNECTIONS, Sample, Samples


def samples(*seen: Sample) -> Samples:
    found = Samples()
    found._seen["bridge-1"].extend(seen)
    return found


def growing(bytes_each: int, descriptors_each: int, tasks_each: int = 0) -> list[Sample]:
    return [
        Sample(
            64 * MEBIBYTE + at * bytes_each,
            at % MOST_CONNECTIONS,
            40 + at * descriptors_each,
            30 + at * tasks_each,
        )
        for at in range(4 * FEWEST_SAMPLES)
    ]


def test_what_stays_is_flat() -> None:
    assert "64 -> 64 MiB, 40 -> 40 descriptors" in samples(*growing(0, 0)).check()


def test_a_warm_up_is_no_leak() -> None:
    cold = [Sample(20 * MEBIBYTE, 1, 10, 5)] * (FEWEST_SAMPLES // 2)

    samples(*cold, *growing(0, 0)).check()


@pytest.mark.parametrize("leak", [growing(MEBIBYTE, 0), growing(0, 1), growing(0, 0, 1)])
def test_a_leak_fails(leak: list[Sample]) -> None:
    with pytest.raises(AssertionError, match="bridge-1"):
        samples(*leak).check()


def test_a_run_that_is_too_short_is_void() -> None:
    with pytest.raises(AssertionError, match="void"):
        samples(*growing(0, 0)[: FEWEST_SAMPLES - 1]).check()


def test_one_connection_more_than_requests_at_any_moment_fails() -> None:
    seen = growing(0, 0)
    seen[7] = seen[7]._replace(connections=MOST_CONNECTIONS + 1)

    with pytest.raises(AssertionError, match=f"{MOST_CONNECTIONS + 1} connections to Omeda"):
        samples(*seen).check()
