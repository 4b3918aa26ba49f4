"""Waiting with a limit, and saying what was awaited and what was there instead."""

import time
from collections.abc import Callable

POLL_SECONDS = 0.05


def eventually(
    what: str,
    holds: Callable[[], bool],
    *,
    within: float,
    instead: Callable[[], object] = lambda: "nothing",
) -> None:
    """Return once *holds* does; fail after *within* seconds, telling what was seen *instead*."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s, instead: {instead()}")
        time.sleep(POLL_SECONDS)
