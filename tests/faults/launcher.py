"""The bridge, with two signals: one blocks its event loop until it comes again, as a long pause of
the process does, with every other thread of it still alive; at the other it tells how many tasks it
has."""

import asyncio
import signal
import sys
import time

from bridge.cli import main

LAUNCHER = (sys.executable, "-m", "tests.faults.launcher")

BLOCKED_STEP_SECONDS = 0.05


class Blockade:
    """Holds the thread of the event loop from one signal to the next."""

    def __init__(self) -> None:
        self._up = False

    def toggle(self, _number: int, _frame: object) -> None:
        # The second signal is handled within the first one's sleep.
        self._up = not self._up
        while self._up:
            time.sleep(BLOCKED_STEP_SECONDS)


def _tell(_number: int, _frame: object) -> None:
    # Signals are handled within the loop's turns.
    tasks = asyncio.all_tasks(asyncio.get_running_loop())
    sys.stderr.write(f"tasks: {len(tasks)}\n")


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, _tell)
    signal.signal(signal.SIGUSR1, Blockade().toggle)
    sys.exit(main(sys.argv[1:]))
