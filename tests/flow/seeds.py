"""Of runs that chance draws, how many are made."""

import os

FEW = os.environ.get("HYPOTHESIS_PROFILE") == "few"
"""Where the same runs are made in full elsewhere, and these ask only what a compiler and another
Python make of them."""


def seeds(count: int) -> range:
    """Of that many runs the seeds: all, or every fourth."""
    return range(0, count, 4 if FEW else 1)
