"""SIGTERM and SIGINT: a stop in order, and at the second one an end at once."""

import os
import signal
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Signals:
    """The first signal asks for a stop in order; the second ends the process at once.

    Handlers are installed before anything else is loaded or started: a stop that is asked
    for during the start must be as clean as any other.
    """

    def __init__(self) -> None:
        self.asked = False
        for number in SIGNALS:
            signal.signal(number, self._early)

    def _early(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            end_at_once()
        self.asked = True

    def again(self) -> bool:
        """A signal came; whether it was not the first."""
        asked, self.asked = self.asked, True
        return asked


def end_at_once() -> None:
    """Nothing is lost: what was not settled, or not replayed, was not committed."""
    os._exit(1)
