"""The bridge, and a signal that blocks its event loop: as a long pause of the process does, with
every other thread of it still alive."""

import signal
import sys
import time

from bridge.cli import main

BLOCKED_SECONDS = 9.0
"""Longer than the sessions of the fault suite."""


def _block(_number: int, _frame: object) -> None:
    time.sleep(BLOCKED_SECONDS)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _block)
    sys.exit(main(sys.argv[1:]))
