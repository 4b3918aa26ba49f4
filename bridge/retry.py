"""How long a failed attempt waits before the next one. Pure: clock and chance come in."""

import math
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

Jitter = Callable[[], float]
"""A random number in [0, 1)."""


class Backoff:
    """Exponential back-off with full jitter, so that many failed lanes do not return as one."""

    def __init__(self, *, initial_seconds: float, max_seconds: float, jitter: Jitter) -> None:
        self._initial = initial_seconds
        self._max = max_seconds
        self._jitter = jitter

    def delay(self, failures: int, *, at_least: float = 0.0, at_most: float = math.inf) -> float:
        """Seconds to wait after the *failures*-th failure in a row (1 is the first).

        *at_least* is what the other side asked for (`Retry-After`); it too is capped.
        *at_most* bounds the back-off itself.
        """
        # 2 ** 64 is past every cap; beyond it the power would only grow into an overflow.
        ceiling = min(self._max, at_most, self._initial * 2.0 ** min(failures - 1, 64))
        return max(ceiling * self._jitter(), min(at_least, self._max))


class Patience:
    """How long a state that passes by itself is waited out, from the first answer that names it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def left(self, *, since: float, now: float) -> float:
        """Seconds that may still be waited; 0 where it is over."""
        return max(0.0, since + self._seconds - now)


def retry_after(value: str | None, *, now: float) -> float:
    """Seconds that a `Retry-After` header asks for; 0 where absent or unreadable.

    Both forms of RFC 9110: a number of seconds, or an HTTP date, held against *now*
    (seconds since the epoch).
    """
    if not value:
        return 0.0
    seconds = _seconds(value)
    if seconds is None:
        seconds = _seconds_until(value, now)
    return max(0.0, seconds)


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _seconds_until(value: str, now: float) -> float:
    try:
        date = parsedate_to_datetime(value)
        # HTTP's dates are all in UTC; one of its three forms does not say so.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return 0.0
