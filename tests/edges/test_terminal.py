"""What a terminal gets, and a pipe does not. The terminals are real ones, of the kernel's."""

import os
import signal
import sys
from pathlib import Path

import pexpect
import pytest

from tests.edges.test_usage import written

SECONDS = 60
PAINTED = "\x1b["

SLOW = (
    "import sys, time\n"
    "from bridge.terminal import progress\n"
    "with progress('counting', total=4) as shown:\n"
    "    for number in range(4):\n"
    "        time.sleep(float(sys.argv[1]))\n"
    "        shown.update(1)\n"
    "        if number == 2: shown.say('news')\n"
    "print('done')\n"
)


def on_terminal(*arguments: str, **environment: str) -> "pexpect.spawn[str]":
    env = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
    return pexpect.spawn(
        sys.executable,
        list(arguments),
        env={**env, "TERM": "xterm", **environment},
        encoding="utf-8",
        timeout=SECONDS,
        dimensions=(24, 120),
    )


def shown(*arguments: str, **environment: str) -> str:
    with on_terminal(*arguments, **environment) as process:
        process.expect(pexpect.EOF)
        return str(process.before)


def test_a_terminal_gets_colors() -> None:
    assert shown("-m", "bridge", "config", "explain", "omeda").startswith(PAINTED)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colors_gets_none(environment: dict[str, str]) -> None:
    said = shown("-m", "bridge", "config", "explain", "omeda", **environment)

    assert said.startswith("omeda\r\n")
    assert PAINTED not in said


def test_progress_is_shown_to_a_terminal_once_it_takes_longer_and_is_gone_at_the_end() -> None:
    said = shown("-c", SLOW, "0.5")

    assert "counting:  75%" in said
    assert "news\r\n" in said
    assert said.endswith("done\r\n")
    assert "\r\n" not in said.split("counting")[-1].removesuffix("done\r\n").rstrip("\r\n ")


def test_what_is_quick_shows_no_progress() -> None:
    assert "counting" not in shown("-c", SLOW, "0.01")


def test_a_pipe_gets_neither(tmp_path: Path) -> None:
    program = f'{sys.executable} -c "$0" 0.4 2>&1 | cat > {tmp_path / "said"}'
    with pexpect.spawn("bash", ["-c", program, SLOW], timeout=SECONDS) as process:
        process.expect(pexpect.EOF)

    assert (tmp_path / "said").read_text() == "news\ndone\n"


def test_an_interrupt_from_the_keyboard_ends_with_130_and_a_word(tmp_path: Path) -> None:
    with on_terminal(
        "-m", "bridge", "send", "--topic", "t", "--config", str(written(tmp_path))
    ) as process:
        # It waits for its standard input once it no longer ends at once.
        caught = Path(f"/proc/{process.pid}/wchan")
        process.expect(pexpect.TIMEOUT, timeout=3 if caught.exists() else 5)
        process.kill(signal.SIGINT)
        process.expect(pexpect.EOF)
        said = str(process.before)

    assert process.exitstatus == 130
    assert "Traceback" not in said
    assert said.endswith("omeda-bridge: interrupted\r\n")
