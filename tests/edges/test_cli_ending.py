"""How the service ends when it is told to: at any moment, once or twice."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge.simulator import FaultRule, Scenario, Simulator, Stall
from tests.edges.configured import written
from tests.edges.embedded import running_broker
from tests.edges.wire import until

BEHAVIOR = (
    b'{"OmedaCustomerId": 1, "CustomerBehaviors":'
    b' [{"BehaviorId": 7, "BehaviorDate": "2026-03-02 09:30:00"}]}'
)
END_SECONDS = 30
SIGTERM_CAUGHT = 1 << (signal.SIGTERM - 1)


@contextmanager
def started(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The service, on its way to a Kafka that is not there."""
    command = [sys.executable, "-m", "bridge", "run", "--config", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_handlers(process: subprocess.Popen[bytes]) -> None:
    """Until the process catches SIGTERM; the kernel knows."""
    status = Path(f"/proc/{process.pid}/status")
    ends = time.monotonic() + END_SECONDS
    while time.monotonic() < ends:
        [caught] = re.findall(r"SigCgt:\s*([0-9a-f]+)", status.read_text())
        if int(caught, 16) & SIGTERM_CAUGHT:
            return
    raise AssertionError("the process never caught SIGTERM")


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="reads the caught signals from /proc"
)


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("later", [0, 0.02, 0.1, 0.3, 0.6, 1.0])
def test_a_stop_at_any_moment_of_the_start_exits_0(
    config: Path, number: signal.Signals, later: float
) -> None:
    with started(config) as process:
        wait_for_handlers(process)
        time.sleep(later)
        process.send_signal(number)
        _, said = process.communicate(timeout=END_SECONDS)

    assert process.returncode == 0, said.decode()
    assert b"Traceback" not in said


@needs_proc
def test_a_second_signal_during_the_start_ends_the_process_with_1(config: Path) -> None:
    """Frozen between the two, so that the second comes before the first has been obeyed."""
    with started(config) as process:
        wait_for_handlers(process)
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=END_SECONDS)

    assert process.returncode == 1


async def test_a_second_signal_does_not_wait_for_what_is_under_way(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    simulator = Simulator(Scenario(faults=(FaultRule(Stall()),)))
    with running_broker() as broker:
        broker.create("behaviors")
        broker.write("behaviors", [BEHAVIOR])
        changed = {
            "kafka": {"bootstrap_servers": broker.address},
            "omeda": {"base_url": await simulator.start()},
        }
        path = written({**settings, **changed}, tmp_path)
        with started(path) as process:
            await until(lambda: simulator.books.in_flight == 1, seconds=20)
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            assert process.poll() is None, "the request under way was not waited for"
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.communicate, timeout=END_SECONDS)
            await simulator.stop()

        assert process.returncode == 1
        assert simulator.books.accepted_events == 0


def test_a_look_up_that_hangs_does_not_hold_up_the_end() -> None:
    """A name's look-up runs in a thread that nothing can cancel."""
    program = (
        "import asyncio, time, uvloop\n"
        "from bridge.commands.service import leave\n"
        "async def main():\n"
        "    asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)\n"
        "    await asyncio.sleep(0.1)\n"
        "    leave(0)\n"
        "uvloop.run(main())\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], timeout=END_SECONDS, check=False)

    assert ended.returncode == 0
