"""The bridge, with two signals: one blocks its event loop, as a long pause of the process does,
with every other thread of it still alive; at the other it tells how many tasks it has."""

import asyncio
import signal
import sys
import time

from bridge.cli import main

LAUNCHER = (sys.executable, "-m", "tests.faults.launcher")

BLOCKED_SECONDS = 9.0
"""Longer than the sessions of the fault suite."""


def _block(_number: int, _frame: object) -> None:
    time.sleep(BLOCKED_SECONDS)


def _tell(_number: int, _frame: object) -> None:
    # Signals are handled within the loop's turns.
    tasks = asyncio.all_tasks(asyncio.get_running_loop())
    sys.stderr.write(f"tasks: {len(tasks)}\n")


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, _tell)
    signal.signal(signal.SIGUSR1, _block)
    sys.exit(main(sys.argv[1:]))
